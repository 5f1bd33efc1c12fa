// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T
import Signalbox.Items

// A small frame in the top bar: a grey caption and a value. It is a button when `pressable`. Use onTriggered.
T.AbstractButton {
    id: root

    property string caption: ""
    property string value: ""
    property color ink: Theme.text
    property int aspect: -1 // Cell.Aspect; -1 none
    property int glyph: Glyph.None
    property color glyphInk: Theme.muted
    property bool pressable: true
    property bool chevron: false
    property string tip: ""
    property string name: (caption + " " + value).trim()

    signal triggered

    onClicked: if (root.pressable)
        root.triggered()

    implicitWidth: row.implicitWidth + 22
    implicitHeight: Theme.controlHeight - 2
    hoverEnabled: true
    focusPolicy: pressable ? Qt.StrongFocus : Qt.NoFocus
    Keys.onReturnPressed: root.clicked()
    Keys.onEnterPressed: root.clicked()
    Keys.onDownPressed: root.clicked()
    Accessible.role: pressable ? Accessible.Button : Accessible.StaticText
    Accessible.name: name
    Accessible.description: tip
    Accessible.focusable: pressable
    Accessible.onPressAction: root.clicked()
    contentItem: Item {
        Row {
            id: row
            x: 11
            height: parent.height
            spacing: 7
            Aspect {
                visible: root.aspect >= 0
                aspect: root.aspect
                width: 11
                height: 11
                anchors.verticalCenter: parent.verticalCenter
                Accessible.ignored: true
            }
            Glyph {
                visible: root.glyph !== Glyph.None
                shape: root.glyph
                color: root.glyphInk
                width: 12
                height: 12
                anchors.verticalCenter: parent.verticalCenter
            }
            Text {
                visible: root.caption.length > 0
                height: parent.height
                verticalAlignment: Text.AlignVCenter
                text: root.caption
                textFormat: Text.PlainText
                color: Theme.muted
                font.family: Theme.family
                font.pixelSize: Theme.textSize
            }
            Text {
                visible: root.value.length > 0
                height: parent.height
                width: Math.min(implicitWidth, 260)
                elide: Text.ElideMiddle
                verticalAlignment: Text.AlignVCenter
                text: root.value
                textFormat: Text.PlainText
                color: root.ink
                font.family: Theme.family
                font.pixelSize: Theme.textSize
            }
            Glyph {
                visible: root.chevron
                shape: Glyph.ChevronDown
                color: Theme.muted
                width: 11
                height: 11
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.pressable && root.down ? Theme.pressed : root.pressable && root.hovered ? Theme.hover : Theme.raised
        border.color: Theme.line
        FocusRing {
            shown: root.visualFocus
        }
    }
    Tip {
        text: root.tip
        shown: root.hovered
    }
}
