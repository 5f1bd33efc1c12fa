// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// What a stop deletes, keeps and loses, then the stop and its result.
Dialog {
    id: root

    required property AppState app
    readonly property StopFlow stop: model
    readonly property bool results: model.step === StopFlow.Stopping || model.step === StopFlow.Finished

    function begin(keys: var): void {
        model.open(keys);
        typed.clear();
        root.open();
        if (model.typingNeeded)
            typed.forceActiveFocus();
        else
            cancel.forceActiveFocus();
    }

    width: Math.min(800, parent ? parent.width - 48 : 800)
    title: model.title
    subtitle: model.scopeText
    note: root.results ? model.summary : model.typingNeeded ? "" : model.step === StopFlow.Preview && model.whyNot.length > 0 ? model.whyNot : ""
    noteInk: model.failed > 0 ? Theme.danger : Theme.muted
    noteItem: RowLayout {
        anchors.fill: parent
        visible: !root.results && model.typingNeeded
        spacing: 4
        Label {
            text: qsTr("Protected connection: type")
            color: Theme.muted
        }
        Label {
            Layout.fillWidth: true
            text: model.typeThis
            strong: true
            color: Theme.strong
            elide: Text.ElideMiddle
        }
    }
    actions: [
        TextField {
            id: typed
            visible: !root.results && model.typingNeeded
            Layout.preferredWidth: 170
            mono: true
            name: qsTr("Type %1 to stop").arg(model.typeThis)
            onTextChanged: model.typed = text
            Keys.onReturnPressed: stopButton.clicked()
        },
        Button {
            visible: model.step === StopFlow.Finished && model.count > 1
            text: qsTr("Copy report")
            onTriggered: root.app.copy(model.report(), qsTr("report"))
        },
        Button {
            visible: model.step === StopFlow.Finished && model.failed > 0
            text: qsTr("Look at the failed again")
            onTriggered: model.retryFailed()
        },
        Button {
            id: cancel
            text: model.step === StopFlow.Finished ? qsTr("Close") : model.step === StopFlow.Stopping ? qsTr("Close, keep stopping") : qsTr("Cancel")
            onTriggered: root.close()
        },
        Button {
            id: stopButton
            visible: !root.results
            text: model.count > 1 ? qsTr("Stop %1 flows").arg(model.count) : qsTr("Stop flow")
            kind: Button.Danger
            why: model.whyNot
            onTriggered: model.stop()
        }
    ]

    StopFlow {
        id: model
        session: root.app.session
    }
    ColumnLayout {
        width: parent ? parent.width : 0
        spacing: 0
        Banner {
            Layout.fillWidth: true
            visible: !root.results && text.length > 0
            tone: Banner.Danger
            text: root.stop.error
        }
        Banner {
            Layout.fillWidth: true
            visible: !root.results && text.length > 0
            text: root.stop.recomputed
        }
        Repeater {
            model: root.results ? [] : root.stop.warnings
            Banner {
                required property string modelData
                Layout.fillWidth: true
                tone: Banner.Caution
                text: modelData
            }
        }
        Flow {
            visible: !root.results
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: 10
            spacing: 28
            Stat {
                visible: root.stop.deletesQueues
                value: root.stop.queuesDeleted
                label: root.stop.queuesDeleted === "1" ? qsTr("queue deleted") : qsTr("queues deleted")
                ink: Theme.danger
            }
            Stat {
                visible: root.stop.deletesQueues
                value: root.stop.messagesLost
                label: root.stop.messagesLost === "1" ? qsTr("message lost with them") : qsTr("messages lost with them")
                ink: root.stop.losesMessages ? Theme.caution : Theme.text
            }
            Stat {
                visible: !root.stop.deletesQueues
                value: root.stop.queuesLeft
                label: root.stop.queuesLeft === "1" ? qsTr("queue left behind as orphan") : qsTr("queues left behind as orphans")
                ink: Theme.caution
            }
            Stat {
                visible: !root.stop.deletesQueues
                value: root.stop.messagesLeft
                label: root.stop.messagesLeft === "1" ? qsTr("message left in them") : qsTr("messages left in them")
                ink: Theme.caution
            }
            Stat {
                value: root.stop.queuesKept
                label: root.stop.queuesKept === "1" ? qsTr("queue kept") : qsTr("queues kept")
            }
            Stat {
                value: root.stop.entriesRemoved
                label: root.stop.entriesRemoved === "1" ? qsTr("processor entry removed") : qsTr("processor entries removed")
            }
        }
        DataTable {
            visible: !root.results
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(84, Math.min(Theme.rowHeight * (root.stop.topics.count + 1) + 2, 420))
            table: root.stop.topics
            multiple: false
            name: qsTr("What happens to each topic")
            emptyTitle: root.stop.busy ? qsTr("Computing the consequences…") : root.stop.error.length > 0 ? qsTr("What it would do is not known") : qsTr("No topic belongs to it")
        }
        RowLayout {
            visible: !root.results && (root.stop.moreText.length > 0 || root.stop.showAll)
            Layout.preferredHeight: Theme.rowHeight
            Layout.leftMargin: 40
            spacing: 6
            Label {
                visible: root.stop.moreText.length > 0
                text: qsTr("%1 —").arg(root.stop.moreText)
                color: Theme.muted
            }
            LinkText {
                text: root.stop.showAll ? qsTr("show fewer") : qsTr("show all")
                onTriggered: root.stop.showAll = !root.stop.showAll
            }
        }
        DataTable {
            visible: root.results
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(112, Math.min(Theme.rowHeight * (root.stop.count + 1) + 2, 420))
            table: root.stop.results
            name: qsTr("Result per flow")
        }
    }
}
