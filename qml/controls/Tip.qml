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
        active: root.shown && root.text.length > 0
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
