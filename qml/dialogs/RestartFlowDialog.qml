// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// Stop, then start with other parameters: one plan, what differs in view, done step by step.
Dialog {
    id: root

    required property AppState app
    readonly property RestartFlow restart: model
    readonly property bool editing: model.step === RestartFlow.Editing || model.step === RestartFlow.Loading

    signal showFlow(string key)
    signal startAgain

    function begin(key: string): void {
        model.open(key);
        typed.clear();
        root.open();
    }

    width: Math.min(1000, parent ? parent.width - 48 : 1000)
    title: qsTr("Restart %1").arg(model.id)
    subtitle: qsTr("in %1 · blueprint %2 · stopped, then started again").arg(model.workspace).arg(model.blueprint)
    note: model.progress.length > 0 ? model.progress : model.typingNeeded ? qsTr("Protected connection: type %1").arg(model.id) : model.whyNot
    noteInk: model.step === RestartFlow.HalfDone ? Theme.danger : Theme.muted
    closePolicy: model.step === RestartFlow.Stopping || model.step === RestartFlow.Starting ? T.Popup.NoAutoClose : T.Popup.CloseOnEscape
    actions: [
        TextField {
            id: typed
            visible: model.typingNeeded && root.editing
            Layout.preferredWidth: 170
            mono: true
            name: qsTr("Type %1 to restart").arg(model.id)
            onTextChanged: model.typed = text
        },
        Button {
            text: root.editing ? qsTr("Cancel") : qsTr("Close")
            onTriggered: root.close()
        },
        Button {
            visible: model.step === RestartFlow.HalfDone
            text: qsTr("Edit and start…")
            onTriggered: {
                root.close();
                root.startAgain();
            }
        },
        Button {
            visible: model.step === RestartFlow.HalfDone
            text: qsTr("Start again")
            kind: Button.Primary
            why: model.whyNot
            onTriggered: model.retryStart()
        },
        Button {
            visible: root.editing
            text: qsTr("Restart flow")
            kind: Button.Danger
            why: model.whyNot
            onTriggered: model.run()
        }
    ]

    RestartFlow {
        id: model
        session: root.app.session
        folder: root.app.settings.folder
    }
    ColumnLayout {
        width: parent ? parent.width : 0
        spacing: 0
        Banner {
            Layout.fillWidth: true
            visible: text.length > 0
            tone: Banner.Danger
            text: root.restart.error
        }
        Repeater {
            model: root.restart.warnings
            Banner {
                required property string modelData
                Layout.fillWidth: true
                tone: Banner.Caution
                text: modelData
            }
        }
        DraftNote {
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: 0
            visible: text.length > 0 && root.editing
            text: root.restart.draft.restored
            onStartOver: root.restart.draft.startOver()
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: 420
            spacing: 0
            Flickable {
                Layout.preferredWidth: 450
                Layout.fillHeight: true
                clip: true
                contentWidth: width
                contentHeight: form.implicitHeight + 32
                boundsBehavior: Flickable.StopAtBounds
                T.ScrollBar.vertical: ScrollBar {}
                StartFlowForm {
                    id: form
                    x: 16
                    y: 16
                    width: parent.width - 32
                    form: root.restart.form
                    frozen: !root.editing
                    showAdvanced: true
                }
            }
            Rectangle {
                Layout.preferredWidth: 1
                Layout.fillHeight: true
                color: Theme.line
            }
            ColumnLayout {
                Layout.fillWidth: true
                Layout.fillHeight: true
                spacing: 0
                Flow {
                    Layout.fillWidth: true
                    Layout.margins: 14
                    spacing: 24
                    Stat {
                        value: root.restart.queuesDeleted
                        label: root.restart.deletesQueues ? qsTr("queues made anew") : qsTr("queues taken over")
                    }
                    Stat {
                        value: root.restart.messagesLost
                        label: root.restart.deletesQueues ? qsTr("messages lost") : qsTr("messages taken over")
                        ink: root.restart.deletesQueues && root.restart.losesMessages ? Theme.caution : Theme.text
                    }
                    Stat {
                        value: root.restart.changedParameters
                        label: qsTr("parameters differ")
                    }
                    Stat {
                        value: root.restart.changedTopics
                        label: qsTr("topics differ")
                    }
                }
                DataTable {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    multiple: false
                    table: root.restart.differences
                    name: qsTr("What differs after the restart")
                    emptyTitle: root.restart.step === RestartFlow.Loading ? qsTr("Reading the flow…") : qsTr("Nothing differs yet")
                    emptyText: qsTr("Change a parameter, or restart as it is.")
                }
            }
        }
    }
}
