// SPDX-License-Identifier: GPL-3.0-only
import QtQuick

// A number with what it counts below it, as in a consequence preview.
Column {
    id: root

    required property string value
    required property string label
    property color ink: Theme.text

    spacing: 2
    Accessible.role: Accessible.StaticText
    Accessible.name: value + " " + label
    Text {
        anchors.left: parent.left
        text: root.value
        textFormat: Text.PlainText
        color: root.ink
        font.family: Theme.family
        font.pixelSize: Theme.largeSize
    }
    Text {
        anchors.left: parent.left
        text: root.label
        textFormat: Text.PlainText
        color: Theme.muted
        font.family: Theme.family
        font.pixelSize: Theme.textSize
    }
}
