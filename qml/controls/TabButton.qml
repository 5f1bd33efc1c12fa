// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T

// A tab; `count` (text) follows the name in grey.
T.TabButton {
    id: root

    property string count: ""

    implicitWidth: implicitContentWidth + 20
    implicitHeight: Theme.controlHeight
    width: implicitWidth
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.PageTab
    Accessible.name: text
    Accessible.focusable: true
    Accessible.selectable: true
    Accessible.selected: checked
    Accessible.onPressAction: {
        root.checked = true;
        root.clicked();
    }
    leftPadding: 10
    rightPadding: 10
    contentItem: Row {
        spacing: 5
        Text {
            height: parent.height
            verticalAlignment: Text.AlignVCenter
            text: root.text
            textFormat: Text.PlainText
            color: root.checked ? Theme.text : root.hovered ? Theme.text : Theme.muted
            font.family: Theme.family
            font.pixelSize: Theme.textSize
        }
        Text {
            visible: root.count.length > 0
            height: parent.height
            verticalAlignment: Text.AlignVCenter
            text: root.count
            textFormat: Text.PlainText
            color: Theme.muted
            font.family: Theme.family
            font.pixelSize: Theme.textSize
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.checked ? Theme.raised : root.hovered ? Theme.hover : "transparent"
        border.width: root.checked ? 1 : 0
        border.color: Theme.line
        FocusRing {
            shown: root.visualFocus
        }
    }
}
