// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T

T.Switch {
    id: root

    function flip() {
        root.toggle();
        root.toggled();
        root.clicked();
    }

    implicitWidth: implicitContentWidth
    implicitHeight: Theme.controlHeight
    spacing: 8
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    Keys.onReturnPressed: root.flip()
    Accessible.role: Accessible.CheckBox
    Accessible.name: text
    Accessible.checkable: true
    Accessible.checked: checked
    Accessible.focusable: true
    Accessible.onPressAction: root.flip()
    Accessible.onToggleAction: root.flip()

    indicator: Rectangle {
        x: root.mirrored ? root.width - width : 0
        y: (root.height - height) / 2
        implicitWidth: 30
        implicitHeight: 16
        radius: 8
        color: root.checked ? Theme.accent : Theme.raised
        border.color: root.checked ? Theme.accent : Theme.faint
        Rectangle {
            x: root.checked ? parent.width - width - 3 : 3
            y: 3
            width: 10
            height: 10
            radius: 5
            color: root.checked ? Theme.accentInk : Theme.muted
        }
        FocusRing {
            radius: 10
            shown: root.visualFocus
        }
    }
    contentItem: Text {
        leftPadding: root.mirrored ? 0 : root.indicator.width + root.spacing
        rightPadding: root.mirrored ? root.indicator.width + root.spacing : 0
        horizontalAlignment: Text.AlignLeft
        text: root.text
        textFormat: Text.PlainText
        color: Theme.text
        verticalAlignment: Text.AlignVCenter
        font.family: Theme.family
        font.pixelSize: Theme.textSize
    }
}
