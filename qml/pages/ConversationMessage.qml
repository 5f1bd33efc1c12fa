// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Controls
import Signalbox.Pages

// One line of a transcript: always plain text, whatever was said. Attachments are named, never loaded.
Item {
    id: root

    required property int index
    required property int kind
    required property string head
    required property string words
    required property string more
    required property var tools
    required property var files
    required property string note
    required property bool growing
    required property string exact
    required property bool unsent
    property bool againOffered: false
    property string againDenied: ""
    property bool current: false
    readonly property bool ours: kind === TranscriptModel.Assistant || kind === TranscriptModel.Person
    readonly property bool atRight: ours !== Theme.mirrored
    readonly property bool isNotice: kind === TranscriptModel.Notice
    readonly property real widest: Math.max(120, Math.min(520, width * 0.78))

    signal pressed
    signal wholeWanted
    signal againWanted

    implicitHeight: column.implicitHeight + 14
    Accessible.role: Accessible.ListItem
    Accessible.name: head + "\n" + words
    Accessible.description: note
    Accessible.selected: current
    Column {
        id: column
        x: root.isNotice ? 18 : root.atRight ? root.width - width - 18 : 18
        y: 7
        width: root.isNotice ? root.width - 36 : root.widest
        spacing: 4
        Label {
            width: parent.width
            visible: !root.isNotice && text.length > 0
            text: root.head
            color: Theme.faint
            font.pixelSize: Theme.tinySize
            horizontalAlignment: root.ours ? Text.AlignRight : Text.AlignLeft
            Accessible.ignored: true
            HoverHandler {
                id: headHover
            }
            Tip {
                text: root.exact
                shown: headHover.hovered && root.exact.length > 0
            }
        }
        Rectangle {
            visible: root.words.length > 0 || root.growing
            x: root.atRight ? parent.width - width : 0
            width: root.isNotice ? parent.width : Math.min(parent.width, said.implicitWidth + 24)
            height: said.implicitHeight + (root.isNotice ? 4 : 16)
            radius: 8
            color: root.isNotice ? "transparent" : root.kind === TranscriptModel.Assistant ? Theme.accentGround : root.kind === TranscriptModel.Person ? Theme.addedGround : Theme.raised
            border.width: !root.isNotice && (root.current || !root.ours) ? 1 : 0
            border.color: root.current ? Theme.accent : Theme.lineSoft
            Label {
                id: said
                x: 12
                y: root.isNotice ? 2 : 8
                width: parent.width - 24
                elide: Text.ElideNone
                text: root.growing ? root.words + " ▍" : root.words
                textFormat: Text.PlainText
                wrapMode: Text.Wrap
                color: root.isNotice ? Theme.muted : Theme.text
                font.pixelSize: root.isNotice ? Theme.smallSize : Theme.textSize
                horizontalAlignment: root.isNotice ? Text.AlignHCenter : Text.AlignLeft
                Accessible.ignored: true
            }
        }
        LinkText {
            visible: root.more.length > 0
            text: qsTr("%1: copy the whole").arg(root.more)
            onTriggered: root.wholeWanted()
        }
        Repeater {
            model: root.tools
            Rectangle {
                id: tool
                required property var modelData
                width: column.width
                height: call.implicitHeight + 12
                radius: 6
                color: "transparent"
                border.color: tool.modelData.failed ? Theme.dangerLine : Theme.line
                Label {
                    id: call
                    anchors.left: parent.left
                    anchors.leftMargin: 10
                    y: 6
                    width: parent.width - 20 - time.width - 8
                    mono: true
                    elide: Text.ElideNone
                    wrapMode: Text.Wrap
                    maximumLineCount: 8
                    textFormat: Text.PlainText
                    color: tool.modelData.failed ? Theme.danger : Theme.muted
                    font.pixelSize: Theme.smallSize
                    text: tool.modelData.call + (tool.modelData.result.length > 0 ? " → " + tool.modelData.result : "")
                }
                Label {
                    id: time
                    anchors.right: parent.right
                    anchors.rightMargin: 10
                    y: 6
                    mono: true
                    font.pixelSize: Theme.smallSize
                    color: tool.modelData.failed ? Theme.danger : tool.modelData.state.length > 0 ? Theme.caution : Theme.good
                    text: tool.modelData.state.length > 0 ? tool.modelData.state : tool.modelData.duration
                }
            }
        }
        Repeater {
            model: root.files
            Label {
                required property string modelData
                width: column.width
                text: qsTr("Attachment: %1").arg(modelData)
                color: Theme.muted
                font.pixelSize: Theme.smallSize
                horizontalAlignment: root.ours ? Text.AlignRight : Text.AlignLeft
            }
        }
        Label {
            width: parent.width
            visible: text.length > 0
            text: root.note
            color: Theme.caution
            font.pixelSize: Theme.smallSize
            wrapMode: Text.Wrap
            maximumLineCount: 6
            horizontalAlignment: root.ours ? Text.AlignRight : Text.AlignLeft
        }
        Repeater { // made where it is needed only: a transcript is long
            model: root.unsent && root.againOffered ? 1 : 0
            Button {
                x: root.atRight ? column.width - width : 0
                text: qsTr("Send again…")
                keys: root.current ? "R" : ""
                why: root.againDenied
                onTriggered: root.againWanted()
            }
        }
    }
    TapHandler {
        onTapped: root.pressed()
    }
}
