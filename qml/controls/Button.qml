// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T
import Signalbox.Items

// A push button. `kind` is Plain, Primary, Danger or Quiet. With a reason in `why` it cannot be used: it looks so, stays
// reachable by keyboard, tells the reason, and does not emit triggered(). Use onTriggered, not onClicked.
T.Button {
    id: root

    enum Kind { Plain, Primary, Danger, Quiet }

    property int kind: Button.Plain
    property int glyph: Glyph.None
    property string why: ""
    property string tip: ""
    property string keys: "" // shown as a key hint

    readonly property bool usable: enabled && why.length === 0
    readonly property color ink: !usable ? Theme.faint : kind === Button.Primary ? Theme.accentInk : kind === Button.Danger ? Theme.danger : Theme.text

    signal triggered

    onClicked: if (root.usable)
        root.triggered()

    implicitHeight: Theme.controlHeight
    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    leftPadding: 12
    rightPadding: 12
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    Keys.onReturnPressed: root.clicked()
    Keys.onEnterPressed: root.clicked()
    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.description: why.length > 0 ? qsTr("Not available: %1").arg(why) : tip
    Accessible.focusable: true
    Accessible.onPressAction: root.clicked()

    contentItem: ButtonFace {
        text: root.text
        ink: root.ink
        glyph: root.glyph
        keys: root.keys
        strong: root.kind === Button.Primary
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.kind === Button.Primary && root.usable ? (root.down ? Qt.darker(Theme.accent, 1.15) : root.hovered ? Qt.lighter(Theme.accent, 1.08) : Theme.accent) : root.down && root.usable ? Theme.pressed : root.hovered && root.usable ? Theme.hover : root.kind === Button.Quiet ? "transparent" : Theme.raised
        border.width: root.kind === Button.Quiet || (root.kind === Button.Primary && root.usable) ? 0 : 1
        border.color: root.kind === Button.Danger && root.usable ? Theme.dangerLine : Theme.line
        FocusRing {
            shown: root.visualFocus
        }
    }
    Tip {
        text: root.why.length > 0 ? root.why : root.tip
        shown: root.hovered || (root.visualFocus && root.why.length > 0)
    }
}
