// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick

// Shows `text` beside its parent while `shown`; costs nothing until then.
Loader {
    id: root

    required property string text
    required property bool shown

    active: shown && text.length > 0
    sourceComponent: ToolTip {
        text: root.text
        visible: true
    }
}
