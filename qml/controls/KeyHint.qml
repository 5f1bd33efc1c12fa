// SPDX-License-Identifier: GPL-3.0-only
import QtQuick

// A key as it is printed on the keyboard.
Rectangle {
    id: root

    required property string text
    property color ink: Theme.muted

    implicitWidth: Math.max(implicitHeight, words.implicitWidth + 10)
    implicitHeight: 18
    radius: 4
    color: "transparent"
    border.color: Theme.line
    Accessible.ignored: true
    Text {
        id: words
        anchors.centerIn: parent
        text: root.text
        textFormat: Text.PlainText
        color: root.ink
        font.family: Theme.monoFamily
        font.pixelSize: Theme.tinySize
    }
}
