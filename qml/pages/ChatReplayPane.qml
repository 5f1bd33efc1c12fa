// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// The conversation asked again of a changed agent; answers word by word beside each other.
Item {
    id: root

    required property AppState app
    required property ChatTestPageModel page
    readonly property ChatTestReplay replay: page.replay

    signal released // the recorded conversation is not wanted any more

    // What was typed about the agent that is shown now.
    function restore(): void {
        root.draftOf = "";
        if (root.replay.agentKey.length > 0 && draft.begin(root.replay.agentKey))
            root.replay.draft = draft.text("agent");
        root.draftOf = root.replay.agentKey;
    }

    property string draftOf: "" // whose draft the editor holds

    Component.onCompleted: root.restore()
    FormDraft {
        id: draft
        session: root.app.session
        form: "chat-replay"
        onStartedOver: root.replay.draft = root.replay.stored
    }
    Connections {
        target: root.replay
        function onAgentChanged(): void {
            root.restore();
        }
        function onDraftChanged(): void {
            if (root.draftOf.length > 0 && root.draftOf === root.replay.agentKey)
                draft.keep("agent", root.replay.draft, root.replay.stored);
        }
    }

    ColumnLayout {
        anchors.fill: parent
        anchors.leftMargin: 14
        anchors.rightMargin: 14
        anchors.bottomMargin: 10
        spacing: 8
        RowLayout {
            spacing: 8
            Label {
                Layout.fillWidth: true
                text: root.replay.running ? root.replay.progress : qsTr("The draft of the agent: change it, then ask the conversation again. Nothing is stored.")
                color: Theme.muted
                wrapMode: Text.Wrap
                elide: Text.ElideNone
            }
            Button {
                visible: root.replay.recorded
                text: qsTr("This chat instead")
                onTriggered: root.released()
            }
            Button {
                text: root.replay.running ? qsTr("Stop") : qsTr("Ask again")
                kind: Button.Primary
                why: root.replay.running ? "" : root.replay.reading ? qsTr("It is being read.") : root.replay.error.length > 0 ? root.replay.error : !root.replay.recorded && root.page.transcript.count === 0 ? qsTr("Nothing was said yet.") : root.replay.draftFault.length > 0 ? root.replay.draftFault : root.page.runDenied
                onTriggered: root.replay.running ? root.replay.stop() : root.page.replayRecorded()
            }
        }
        Label {
            Layout.fillWidth: true
            text: root.replay.error.length > 0 ? root.replay.error : qsTr("Asked again: %1").arg(root.replay.source)
            color: root.replay.error.length > 0 ? Theme.danger : Theme.strong
            wrapMode: Text.Wrap
            maximumLineCount: 3
        }
        DraftNote {
            Layout.fillWidth: true
            text: draft.restored
            onStartOver: draft.startOver()
        }
        Flickable {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(90, root.height * 0.3)
            contentHeight: editor.implicitHeight
            contentWidth: width
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            TextArea {
                id: editor
                width: parent.width
                name: qsTr("Draft of the agent as JSON")
                wrapMode: TextEdit.WrapAnywhere
                text: root.replay.draft
                onTextChanged: root.replay.draft = text
            }
        }
        Label {
            Layout.fillWidth: true
            visible: text.length > 0
            text: root.replay.draftFault
            color: Theme.danger
        }
        ListView {
            id: list
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            activeFocusOnTab: true
            model: root.replay.rows
            spacing: 10
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Answers beside each other")
            delegate: Column {
                id: row
                required property var modelData
                width: list.width
                spacing: 4
                Label {
                    width: parent.width
                    text: row.modelData.said
                    strong: true
                    color: Theme.strong
                    wrapMode: Text.Wrap
                    maximumLineCount: 4
                }
                Row {
                    width: parent.width
                    spacing: 10
                    Repeater {
                        model: [1, 2]
                        Flow {
                            id: side
                            required property int modelData
                            width: (row.width - 10) / 2
                            spacing: 4
                            Repeater {
                                model: row.modelData.pieces
                                Rectangle {
                                    id: piece
                                    required property var modelData
                                    readonly property bool here: modelData.kind === 0 || modelData.kind === side.modelData
                                    visible: here
                                    width: Math.min(side.width, said.implicitWidth + 4)
                                    height: said.implicitHeight
                                    radius: 3
                                    color: modelData.kind === 0 ? "transparent" : modelData.kind === 1 ? Theme.removedGround : Theme.addedGround
                                    Label {
                                        id: said
                                        x: 2
                                        width: Math.min(implicitWidth, side.width - 4)
                                        text: piece.modelData.text
                                        wrapMode: Text.Wrap
                                        elide: Text.ElideNone
                                        font.pixelSize: Theme.smallSize
                                    }
                                }
                            }
                        }
                    }
                }
                Label {
                    width: parent.width
                    text: row.modelData.error.length > 0 ? row.modelData.error : row.modelData.same ? qsTr("the same · %1").arg(row.modelData.facts) : row.modelData.facts
                    color: row.modelData.error.length > 0 ? Theme.danger : Theme.muted
                    font.pixelSize: Theme.tinySize
                }
            }
            EmptyState {
                anchors.fill: parent
                visible: list.count === 0
                title: qsTr("Nothing was asked again yet")
                text: qsTr("On the left what was answered, on the right what the draft answers. A conversation of any channel comes here with Replay on its page.")
            }
        }
    }
}
