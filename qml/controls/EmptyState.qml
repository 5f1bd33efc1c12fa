// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Items

// What a page shows when there is nothing to show: why, and the next step.
Item {
    id: root

    property int glyph: Glyph.None
    required property string title
    property string text: ""
    property string actionText: ""
    property string actionWhy: ""

    signal triggered

    implicitHeight: column.implicitHeight
    implicitWidth: 440
    clip: true
    Column {
        id: column
        anchors.horizontalCenter: parent.horizontalCenter
        y: Math.max(4, Math.round((root.height - height) / 2))
        width: Math.min(440, root.width - 32)
        spacing: 8
        Glyph {
            visible: root.glyph !== Glyph.None && root.height > 190 // words come first
            anchors.horizontalCenter: parent.horizontalCenter
            width: 32
            height: 32
            shape: root.glyph
            color: Theme.faint
        }
        Label {
            width: parent.width
            text: root.title
            strong: true
            color: Theme.strong
            font.pixelSize: Theme.titleSize
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            maximumLineCount: 3
        }
        Label {
            width: parent.width
            visible: text.length > 0
            text: root.text
            color: Theme.muted
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            maximumLineCount: 8 // what can be done about it stays in sight below
            lineHeight: 1.3
        }
        Item {
            width: 1
            height: 4
            visible: action.visible
        }
        Button {
            id: action
            anchors.horizontalCenter: parent.horizontalCenter
            visible: root.actionText.length > 0
            text: root.actionText
            why: root.actionWhy
            onTriggered: root.triggered()
        }
    }
}
