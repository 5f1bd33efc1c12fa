// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items

// One number of the overview; leads to what it counts.
T.AbstractButton {
    id: root

    required property string title
    required property string value
    required property string detail
    required property int tone
    required property var series // of numbers

    signal triggered

    onClicked: root.triggered()

    TextMetrics {
        id: number
        font.family: Theme.family
        font.pixelSize: Theme.largeSize
        text: root.value
    }
    implicitHeight: 74
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    Keys.onReturnPressed: root.clicked()
    Accessible.role: Accessible.Link
    Accessible.name: value + " " + title
    Accessible.description: detail
    Accessible.focusable: true
    Accessible.onPressAction: root.clicked()
    background: Rectangle {
        radius: Theme.radius
        color: root.down ? Theme.pressed : root.hovered ? Theme.hover : Theme.panel
        border.color: Theme.line
        FocusRing {
            shown: root.visualFocus
        }
    }
    Tip {
        text: root.title + (root.detail.length > 0 ? "\n" + root.detail : "")
        shown: root.hovered
    }
    contentItem: Item {
        Sparkline {
            readonly property real room: parent.width - number.advanceWidth - 36 // beside the number
            visible: root.series.length > 1 && room >= 20
            x: Theme.mirrored ? 12 : parent.width - width - 12
            y: 14
            width: Math.min(64, room)
            height: 20
            values: root.series
            color: Theme.accent
            Accessible.ignored: true
        }
        Text {
            x: 14
            y: 8
            horizontalAlignment: Text.AlignLeft
            width: parent.width - 28
            text: root.value
            textFormat: Text.PlainText
            elide: Text.ElideRight
            color: Theme.tone(root.tone)
            font.family: Theme.family
            font.pixelSize: Theme.largeSize
        }
        Text {
            x: 14
            y: 36
            horizontalAlignment: Text.AlignLeft
            width: parent.width - 28
            text: root.title
            textFormat: Text.PlainText
            elide: Text.ElideRight
            color: Theme.muted
            font.family: Theme.family
            font.pixelSize: Theme.textSize
        }
        Text {
            x: 14
            y: 53
            horizontalAlignment: Text.AlignLeft
            width: parent.width - 28
            text: root.detail
            textFormat: Text.PlainText
            elide: Text.ElideRight
            color: Theme.faint
            font.family: Theme.family
            font.pixelSize: Theme.tinySize
        }
    }
}
