// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// A page of the rail that is not built yet: says what will be here and what serves meanwhile.
FocusScope {
    id: root

    required property AppState app
    required property int pageIndex
    readonly property var entry: entries[pageIndex] ?? {
        title: "",
        glyph: Glyph.None,
        lead: "",
        points: [],
        now: "",
        page: ""
    }
    readonly property var entries: ({
            6: {
                title: qsTr("Conversations"),
                glyph: Glyph.Conversations,
                lead: qsTr("What people and agents are saying now, oldest need first."),
                points: [qsTr("A live list across tenants and channels"), qsTr("Transcripts as they stream, with tool calls, arguments, results and durations"), qsTr("Confirmations to approve or deny, escalations to take over and give back"), qsTr("A lens on what the next prompt will contain")],
                now: qsTr("It needs a gateway that knows conversations."),
                page: ""
            },
            7: {
                title: qsTr("Chat test"),
                glyph: Glyph.ChatTest,
                lead: qsTr("Talk to an agent and see every step it takes."),
                points: [qsTr("A time line of each turn: accepted, typing, first chunk, tools, done"), qsTr("The raw frames beside it"), qsTr("A conversation saved as a test with expectations"), qsTr("A folder of tests run here or without a window")],
                now: qsTr("Today the Wire page shows the frames of this connection."),
                page: "wire"
            }
        })

    focus: true
    Column {
        anchors.left: parent.left
        anchors.right: parent.right
        PageHead {
            width: parent.width
            title: root.entry.title
            remark: qsTr("not in this version")
            Item {
                Layout.fillWidth: true
            }
        }
        Rectangle {
            width: parent.width
            height: 1
            color: Theme.line
        }
    }
    Column {
        x: Math.max(24, (parent.width - width) / 2)
        y: Math.max(72, parent.height * 0.2)
        width: Math.min(560, parent.width - 48)
        spacing: 14
        Row {
            spacing: 14
            Glyph {
                width: 28
                height: 28
                shape: root.entry.glyph
                color: Theme.muted
            }
            Label {
                height: 28
                text: root.entry.lead
                color: Theme.strong
                strong: true
                font.pixelSize: Theme.titleSize + 1
            }
        }
        Label {
            text: qsTr("What will be here")
            color: Theme.muted
        }
        Column {
            width: parent.width
            Repeater {
                model: root.entry.points
                Item {
                    id: point
                    required property string modelData
                    width: parent ? parent.width : 0
                    height: Theme.rowHeight + 4
                    Rectangle {
                        anchors.bottom: parent.bottom
                        width: parent.width
                        height: 1
                        color: Theme.lineSoft
                    }
                    Label {
                        width: parent.width
                        height: parent.height
                        text: point.modelData
                    }
                }
            }
        }
        Label {
            width: parent.width
            text: root.entry.now
            wrapMode: Text.Wrap
            color: Theme.muted
        }
        Button {
            visible: root.entry.page.length > 0
            focus: true
            text: root.entry.page === "wire" ? qsTr("Open Wire") : qsTr("Open Overview")
            onTriggered: root.app.open(root.entry.page)
        }
    }
}
