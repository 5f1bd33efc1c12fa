// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts

// Head, room for the content, and foot of a Dialog.
FocusScope {
    id: root

    required property string title
    required property string subtitle
    required property string note
    required property color noteInk
    property alias body: slot.data
    property alias actions: actionRow.data
    property alias noteItem: noteSlot.data

    focus: true
    implicitHeight: head.implicitHeight + slot.implicitHeight + foot.implicitHeight
    Accessible.role: Accessible.Dialog
    Accessible.name: title
    Accessible.description: subtitle

    Item {
        id: head
        width: parent.width
        // what does not fit beside the title goes below it
        readonly property bool stacked: subtitleText.text.length > 0 && titleMetrics.advanceWidth + subtitleMetrics.advanceWidth + 12 > width - 32
        implicitHeight: stacked ? 46 + subtitleText.contentHeight : 40
        height: implicitHeight
        // of the texts as they are: what the labels would like depends on where they are put
        TextMetrics {
            id: titleMetrics
            font: titleText.font
            text: root.title
        }
        TextMetrics {
            id: subtitleMetrics
            font: subtitleText.font
            text: root.subtitle
        }
        Label {
            id: titleText
            anchors.left: parent.left
            anchors.leftMargin: 16
            height: 40
            width: Math.min(implicitWidth, parent.width - 32)
            text: root.title
            elide: Text.ElideMiddle
            strong: true
            color: Theme.strong
            font.pixelSize: Theme.titleSize + 1
            Accessible.role: Accessible.Heading
        }
        Label {
            id: subtitleText
            x: head.stacked ? 16 : Theme.mirrored ? 16 : titleText.width + 28
            y: head.stacked ? 34 : 0
            width: head.stacked ? parent.width - 32 : parent.width - titleText.width - 44
            height: head.stacked ? contentHeight : 40
            wrapMode: head.stacked ? Text.Wrap : Text.NoWrap
            maximumLineCount: 3
            text: root.subtitle
            color: Theme.muted
        }
        Rectangle {
            anchors.bottom: parent.bottom
            width: parent.width
            height: 1
            color: Theme.line
        }
    }
    Item {
        id: slot
        y: head.height
        width: parent.width
        height: parent.height - head.height - foot.height
        implicitHeight: children.length > 0 ? children[0].implicitHeight : 0
        clip: true
    }
    Item {
        id: foot
        anchors.bottom: parent.bottom
        width: parent.width
        implicitHeight: actionRow.children.length > 0 || root.note.length > 0 ? 48 : 0
        height: implicitHeight
        visible: height > 0
        Rectangle {
            width: parent.width
            height: 1
            color: Theme.line
        }
        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: 16
            anchors.rightMargin: 16
            spacing: 10
            Item {
                id: noteSlot
                Layout.fillWidth: true
                Layout.fillHeight: true
                Label {
                    anchors.fill: parent
                    text: root.note
                    color: root.noteInk
                    wrapMode: Text.Wrap
                    maximumLineCount: 2
                }
            }
            RowLayout {
                id: actionRow
                spacing: 10
            }
        }
    }
}
