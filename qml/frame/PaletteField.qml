// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items

// Looks like a field, opens the palette.
T.AbstractButton {
    id: root

    property bool iconOnly: false

    signal triggered

    onClicked: root.triggered()

    implicitWidth: iconOnly ? implicitHeight + 4 : 420
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
        Glyph {
            anchors.centerIn: parent
            visible: root.iconOnly
            width: 14
            height: 14
            shape: Glyph.Search
            color: root.hovered ? Theme.text : Theme.muted
        }
        Text {
            visible: !root.iconOnly
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
            visible: !root.iconOnly
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
    Tip {
        text: qsTr("%1 (Ctrl+K)").arg(root.text)
        shown: root.hovered && root.iconOnly
    }
}
