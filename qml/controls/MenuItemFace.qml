// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Items

// Mark, words, reason and key of a MenuItem.
Item {
    id: root

    required property string text
    required property string why
    required property string keys
    required property int glyph
    required property color ink

    implicitWidth: 28 + Math.max(words.implicitWidth, reason.visible ? reason.implicitWidth : 0) + 24 + hint.implicitWidth + 8
    implicitHeight: reason.visible ? Theme.rowHeight + reason.contentHeight + 2 : Theme.rowHeight
    Glyph {
        anchors.left: parent.left
        anchors.leftMargin: 6
        anchors.verticalCenter: parent.verticalCenter
        width: 14
        height: 14
        visible: root.glyph !== Glyph.None
        shape: root.glyph
        color: root.ink
    }
    Column {
        anchors.left: parent.left
        anchors.leftMargin: 28
        width: parent.width - 28 - hint.implicitWidth - 16
        anchors.verticalCenter: parent.verticalCenter
        Text {
            id: words
            width: parent.width
            text: root.text
            textFormat: Text.PlainText
            horizontalAlignment: Text.AlignLeft
            elide: Text.ElideRight
            color: root.ink
            font.family: Theme.family
            font.pixelSize: Theme.textSize
        }
        Text {
            id: reason
            width: parent.width
            visible: root.why.length > 0
            text: root.why
            textFormat: Text.PlainText
            horizontalAlignment: Text.AlignLeft
            wrapMode: Text.Wrap
            maximumLineCount: 6
            elide: Text.ElideRight
            color: Theme.faint
            font.family: Theme.family
            font.pixelSize: Theme.tinySize
        }
    }
    Text {
        id: hint
        anchors.right: parent.right
        anchors.rightMargin: 8
        anchors.verticalCenter: parent.verticalCenter
        text: root.keys
        textFormat: Text.PlainText
        color: Theme.faint
        font.family: Theme.monoFamily
        font.pixelSize: Theme.tinySize
    }
}
