// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Items

// Icon, words and key hint of a Button, centred.
Item {
    id: root

    required property string text
    required property color ink
    required property int glyph
    required property string keys
    property bool strong: false

    // of the words as they are: the row is as wide as it may be
    implicitWidth: row.beside + (root.text.length > 0 ? words.implicitWidth : 0)
    implicitHeight: row.implicitHeight
    Row {
        id: row
        anchors.centerIn: parent
        spacing: 6
        readonly property real beside: (root.glyph !== Glyph.None ? 14 + (root.text.length > 0 ? spacing : 0) : 0) + (root.keys.length > 0 ? hint.implicitWidth + spacing : 0)
        Glyph {
            visible: root.glyph !== Glyph.None
            width: 14
            height: 14
            anchors.verticalCenter: parent.verticalCenter
            shape: root.glyph
            color: root.ink
        }
        Text {
            id: words
            visible: root.text.length > 0
            width: Math.min(implicitWidth, Math.max(0, root.width - row.beside + 1)) // sizes are rounded on their way
            anchors.verticalCenter: parent.verticalCenter
            text: root.text
            textFormat: Text.PlainText
            elide: Text.ElideMiddle // some are names from outside
            color: root.ink
            font.family: Theme.family
            font.pixelSize: Theme.textSize
            font.weight: root.strong ? Font.DemiBold : Font.Normal
        }
        KeyHint {
            id: hint
            visible: root.keys.length > 0
            anchors.verticalCenter: parent.verticalCenter
            text: root.keys
            ink: root.ink
        }
    }
}
