// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts

// Says that a form holds what was typed before, and offers to begin anew. Not there when `text` is empty.
RowLayout {
    id: root

    property string text: ""

    signal startOver

    visible: text.length > 0
    spacing: 10
    Label {
        Layout.fillWidth: true
        text: root.text
        color: Theme.muted
        font.pixelSize: Theme.smallSize
        Accessible.role: Accessible.AlertMessage
    }
    LinkText {
        text: qsTr("Start over")
        onTriggered: root.startOver()
    }
}
