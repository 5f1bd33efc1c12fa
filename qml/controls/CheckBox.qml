// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T
import Signalbox.Items

T.CheckBox {
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
        implicitWidth: 16
        implicitHeight: 16
        radius: 4
        color: root.checked ? (root.enabled ? Theme.accent : Theme.faint) : root.hovered ? Theme.hover : Theme.raised
        border.color: root.checked ? color : Theme.faint
        Glyph {
            anchors.centerIn: parent
            width: 12
            height: 12
            visible: root.checked
            shape: Glyph.Check
            color: Theme.accentInk
        }
        FocusRing {
            shown: root.visualFocus
        }
    }
    contentItem: Text {
        leftPadding: root.mirrored ? 0 : root.indicator.width + root.spacing
        rightPadding: root.mirrored ? root.indicator.width + root.spacing : 0
        horizontalAlignment: Text.AlignLeft
        text: root.text
        textFormat: Text.PlainText
        color: root.enabled ? Theme.text : Theme.faint
        elide: Text.ElideRight
        verticalAlignment: Text.AlignVCenter
        font.family: Theme.family
        font.pixelSize: Theme.textSize
    }
}
