// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls

// Looks like a field, opens the palette.
T.AbstractButton {
    id: root

    signal triggered

    onClicked: root.triggered()

    implicitWidth: 420
    implicitHeight: Theme.controlHeight - 2
    text: qsTr("Search or run a command")
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    Keys.onReturnPressed: root.clicked()
    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.focusable: true
    Accessible.onPressAction: root.clicked()
    contentItem: Item {
        Text {
            anchors.left: parent.left
            anchors.leftMargin: 10
            width: parent.width - 80
            horizontalAlignment: Text.AlignLeft
            height: parent.height
            verticalAlignment: Text.AlignVCenter
            elide: Text.ElideRight
            text: root.text
            textFormat: Text.PlainText
            color: Theme.faint
            font.family: Theme.family
            font.pixelSize: Theme.textSize
        }
        KeyHint {
            anchors.right: parent.right
            anchors.rightMargin: 8
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Ctrl K")
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.hovered ? Theme.raised : Theme.ground
        border.color: Theme.line
        FocusRing {
            shown: root.visualFocus
        }
    }
}
