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

    implicitWidth: row.implicitWidth
    implicitHeight: row.implicitHeight
    Row {
        id: row
        anchors.centerIn: parent
        spacing: 6
        Glyph {
            visible: root.glyph !== Glyph.None
            width: 14
            height: 14
            anchors.verticalCenter: parent.verticalCenter
            shape: root.glyph
            color: root.ink
        }
        Text {
            visible: root.text.length > 0
            anchors.verticalCenter: parent.verticalCenter
            text: root.text
            textFormat: Text.PlainText
            color: root.ink
            font.family: Theme.family
            font.pixelSize: Theme.textSize
            font.weight: root.strong ? Font.DemiBold : Font.Normal
        }
        KeyHint {
            visible: root.keys.length > 0
            anchors.verticalCenter: parent.verticalCenter
            text: root.keys
            ink: root.ink
        }
    }
}
