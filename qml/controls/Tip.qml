// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick

// Shows `text` beside its parent while `shown`; costs nothing until then. The tool tip is loaded by file: Qt 6.4 cannot
// make a bound component whose creation context lies in another component.
Item {
    id: root

    required property string text
    required property bool shown

    Loader {
        id: loader
        // not beside what has gone out of sight with its page, nor behind another window
        active: root.shown && root.visible && root.text.length > 0 && (!root.Window.window || root.Window.active)
        source: "ToolTip.qml"
        onLoaded: {
            loader.item.parent = root.parent;
            loader.item.visible = true;
        }
    }
    Binding {
        target: loader.item
        property: "text"
        value: root.text
    }
}
