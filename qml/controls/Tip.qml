// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick

// Shows `text` beside its parent while `shown`; costs nothing until then.
Item {
    id: root

    required property string text
    required property bool shown

    Loader {
        active: root.shown && root.text.length > 0
        sourceComponent: ToolTip {
            parent: root.parent
            text: root.text
            visible: true
        }
    }
}
