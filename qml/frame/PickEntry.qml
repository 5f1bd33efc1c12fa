// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items

// A line of a PickPopup.
T.AbstractButton {
    id: root

    required property string name
    required property string detail
    required property bool chosen
    property bool highlighted: false

    signal triggered

    onClicked: root.triggered()

    implicitHeight: Theme.rowHeight
    hoverEnabled: true
    focusPolicy: Qt.TabFocus
    Keys.onReturnPressed: root.clicked()
    Accessible.role: Accessible.ListItem
    Accessible.name: name
    Accessible.description: detail
    Accessible.selectable: true
    Accessible.selected: chosen
    Accessible.onPressAction: root.clicked()
    contentItem: Item {
        Glyph {
            anchors.left: parent.left
            anchors.leftMargin: 8
            anchors.verticalCenter: parent.verticalCenter
            width: 12
            height: 12
            visible: root.chosen
            shape: Glyph.Check
            color: Theme.accent
        }
        Text {
            anchors.left: parent.left
            anchors.leftMargin: 28
            height: parent.height
            width: Math.min(implicitWidth, parent.width - 40)
            verticalAlignment: Text.AlignVCenter
            text: root.name
            textFormat: Text.PlainText
            elide: Text.ElideMiddle
            color: Theme.text
            font.family: Theme.family
            font.pixelSize: Theme.textSize
        }
        Text {
            anchors.right: parent.right
            anchors.rightMargin: 10
            height: parent.height
            width: Math.min(implicitWidth, parent.width / 2)
            verticalAlignment: Text.AlignVCenter
            text: root.detail
            textFormat: Text.PlainText
            elide: Text.ElideRight
            color: Theme.faint
            font.family: Theme.family
            font.pixelSize: Theme.smallSize
        }
    }
    background: Rectangle {
        radius: 4
        color: root.highlighted || root.hovered || root.visualFocus ? Theme.selected : "transparent"
    }
}
