// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// Purge or delete many queues: each with what happens to it, then what came of each.
Dialog {
    id: root

    required property AppState app
    readonly property QueueBulk bulk: model
    readonly property bool results: model.step !== QueueBulk.Preview
    readonly property bool purging: model.kind === QueueBulk.Purge

    function begin(kind: int, queues: var): void {
        model.open(kind, queues);
        typed.clear();
        root.open();
        typed.forceActiveFocus();
    }

    width: Math.min(820, parent ? parent.width - 48 : 820)
    title: purging ? qsTr("Purge %1 queues").arg(model.count) : qsTr("Delete %1 queues").arg(model.count)
    note: root.results ? model.summary : model.whyNot
    noteInk: model.failed > 0 ? Theme.danger : Theme.muted
    actions: [
        TextField {
            id: typed
            visible: !root.results
            Layout.preferredWidth: 170
            mono: true
            name: qsTr("Type “%1”").arg(model.typeThis)
            placeholderText: model.typeThis
            onTextChanged: model.typed = text
        },
        Button {
            visible: model.step === QueueBulk.Finished
            text: qsTr("Copy report")
            onTriggered: root.app.copy(model.report(), qsTr("report"))
        },
        Button {
            visible: model.step === QueueBulk.Finished && model.failed > 0
            text: qsTr("Look at the failed again")
            onTriggered: {
                model.retryFailed();
                typed.clear();
            }
        },
        Button {
            visible: model.step === QueueBulk.Working
            text: qsTr("Stop here")
            onTriggered: model.stop()
        },
        Button {
            text: model.step === QueueBulk.Finished ? qsTr("Close") : model.step === QueueBulk.Working ? qsTr("Close, keep going") : qsTr("Cancel")
            onTriggered: root.close()
        },
        Button {
            visible: !root.results
            text: root.purging ? qsTr("Purge %1").arg(model.willDo) : qsTr("Delete %1").arg(model.willDo)
            kind: Button.Danger
            why: model.whyNot
            onTriggered: model.run()
        }
    ]

    QueueBulk {
        id: model
        session: root.app.session
    }
    ColumnLayout {
        width: parent ? parent.width : 0
        spacing: 0
        Flow {
            visible: !root.results
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: 6
            spacing: 28
            Stat {
                value: root.bulk.messages
                label: qsTr("messages deleted")
                ink: Theme.danger
            }
            Stat {
                value: root.bulk.consumers
                label: qsTr("consumers")
            }
            Stat {
                value: root.bulk.leftOut
                label: qsTr("queues left out")
            }
        }
        Label {
            visible: !root.results
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Layout.bottomMargin: 10
            text: root.bulk.consequence
            wrapMode: Text.Wrap
        }
        Switch {
            visible: !root.results && !root.purging
            Layout.leftMargin: 16
            Layout.bottomMargin: 10
            text: qsTr("only if nobody uses it")
            checked: root.bulk.ifUnused
            onToggled: root.bulk.ifUnused = checked
        }
        DataTable {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(112, Math.min(Theme.rowHeight * (root.bulk.count + 1) + 2, 420))
            table: root.bulk.parts
            multiple: false
            name: qsTr("What happens to each queue")
        }
    }
}
