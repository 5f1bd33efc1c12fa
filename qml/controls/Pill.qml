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
    property bool terse: false // without its caption
    readonly property PillFace face: contentItem as PillFace
    readonly property real fullWidth: face.marks + face.captionWidth + face.valueWidth + leftPadding + rightPadding
    property string tip: ""
    property string name: (caption + " " + value).trim()

    signal triggered

    onClicked: if (root.pressable)
        root.triggered()

    implicitWidth: implicitContentWidth + 22
    leftPadding: 11
    rightPadding: 11
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
    contentItem: PillFace {
        caption: root.caption
        value: root.value
        ink: root.ink
        aspect: root.aspect
        glyph: root.glyph
        glyphInk: root.glyphInk
        chevron: root.chevron
        terse: root.terse
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
        text: root.hovered && (root.face.width < root.face.implicitWidth - 1 || root.terse) ? root.name + (root.tip.length > 0 ? "\n" + root.tip : "") : root.tip
        shown: root.hovered
    }
}
