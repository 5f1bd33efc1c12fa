// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// Blueprint, form and, beside them, what will come into being; then the start, followed until the flow is ready.
Dialog {
    id: root

    required property AppState app
    readonly property StartFlow start: model
    readonly property bool editing: model.step === StartFlow.Editing
    // nothing to start from: not while they are read, nor where that failed
    readonly property bool bare: editing && model.workspace.length > 0 && !model.busy && model.blueprints.length === 0 && model.blueprintsFault.length === 0

    signal showFlow(string key)

    function begin(workspace: string, blueprint: string): void {
        model.open(workspace, blueprint);
        root.open();
        if (!model.workspaceFixed && model.workspace.length === 0)
            workspaceBox.forceActiveFocus();
        else if (model.blueprint.length === 0)
            blueprintBox.forceActiveFocus();
        else
            idField.forceActiveFocus();
    }

    width: Math.min(1080, parent ? parent.width - 48 : 1080)
    title: qsTr("Start a flow")
    subtitle: model.workspace.length > 0 ? qsTr("in %1").arg(model.workspace) : ""
    note: model.step !== StartFlow.Editing ? model.progress : model.draftError.length > 0 ? model.draftError : model.whyNot
    noteInk: model.step === StartFlow.Finished ? Theme.text : Theme.muted
    onClosed: model.keepDraft()
    actions: [
        Button {
            visible: root.editing && model.restored
            text: qsTr("Empty the form")
            tip: qsTr("Throws away what was kept from last time")
            onTriggered: model.discardDraft()
        },
        Button {
            text: root.editing ? qsTr("Cancel") : qsTr("Close")
            tip: root.editing ? qsTr("What you typed is kept") : ""
            onTriggered: root.close()
        },
        Button {
            visible: !root.editing && model.startedKey.length > 0
            text: qsTr("Show the flow")
            onTriggered: {
                root.showFlow(model.startedKey);
                root.close();
            }
        },
        Button {
            id: startButton
            visible: root.editing || model.step === StartFlow.Starting
            text: qsTr("Start flow")
            kind: Button.Primary
            why: model.whyNot
            onTriggered: model.start()
        }
    ]

    StartFlow {
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
            text: root.start.error
        }
        Banner {
            Layout.fillWidth: true
            visible: text.length > 0
            tone: Banner.Caution
            text: root.start.blueprintsFault
        }
        Repeater {
            model: root.start.problems
            Banner {
                required property string modelData
                Layout.fillWidth: true
                tone: Banner.Caution
                text: modelData
            }
        }
        Repeater {
            model: root.start.cautions
            Banner {
                required property string modelData
                Layout.fillWidth: true
                tone: Banner.Caution
                text: modelData
            }
        }
        Banner {
            Layout.fillWidth: true
            visible: root.start.restored && root.editing
            text: qsTr("This is what you typed last time. It was kept because the flow was not started.")
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(360, Math.min(560, (root.parent ? root.parent.height : 800) - 260))
            spacing: 0
            Flickable {
                id: formPane
                Layout.preferredWidth: 470
                Layout.fillHeight: true
                clip: true
                contentWidth: width
                contentHeight: form.implicitHeight + 32
                boundsBehavior: Flickable.StopAtBounds
                T.ScrollBar.vertical: ScrollBar {}
                ColumnLayout {
                    id: form
                    x: 16
                    y: 16
                    width: parent.width - 32
                    spacing: 10
                    FormRow {
                        visible: !root.start.workspaceFixed
                        Layout.fillWidth: true
                        captionWidth: 170
                        caption: qsTr("Workspace *")
                        ComboBox {
                            id: workspaceBox
                            Layout.fillWidth: true
                            enabled: root.editing
                            name: qsTr("Workspace")
                            model: root.start.workspaces
                            currentIndex: root.start.workspaceIndex
                            displayText: currentIndex < 0 ? qsTr("choose") : currentText
                            onActivated: index => root.start.workspace = root.start.workspaces[index]
                        }
                    }
                    FormRow {
                        Layout.fillWidth: true
                        captionWidth: 170
                        caption: qsTr("Blueprint *")
                        help: root.start.blueprintAbout
                        ComboBox {
                            id: blueprintBox
                            Layout.fillWidth: true
                            enabled: root.editing // also while they are read: it has the keys
                            name: qsTr("Blueprint")
                            model: root.start.blueprintTexts
                            currentIndex: root.start.blueprintIndex
                            displayText: currentIndex < 0 ? (root.start.workspace.length === 0 ? qsTr("choose a workspace first") : root.start.busy ? qsTr("reading…") : count === 0 ? qsTr("none in this workspace") : qsTr("choose")) : root.start.blueprint
                            onActivated: index => root.start.blueprint = root.start.blueprints[index]
                        }
                    }
                    FormRow {
                        Layout.fillWidth: true
                        captionWidth: 170
                        caption: qsTr("Flow id *")
                        fault: root.start.idProblem
                        help: qsTr("Becomes part of the names of its queues.")
                        TextField {
                            id: idField
                            Layout.fillWidth: true
                            readOnly: !root.editing
                            mono: true
                            name: qsTr("Flow id")
                            fault: root.start.idProblem
                            maximumLength: 200
                            text: root.start.id
                            onTextEdited: root.start.id = text
                            Keys.onReturnPressed: startButton.clicked()
                        }
                    }
                    FormRow {
                        Layout.fillWidth: true
                        captionWidth: 170
                        caption: qsTr("Description")
                        TextField {
                            Layout.fillWidth: true
                            readOnly: !root.editing
                            name: qsTr("Description")
                            text: root.start.description
                            onTextEdited: root.start.description = text
                        }
                    }
                    Rectangle {
                        Layout.fillWidth: true
                        Layout.preferredHeight: 1
                        color: Theme.lineSoft
                    }
                    StartFlowForm {
                        Layout.fillWidth: true
                        visible: root.start.blueprint.length > 0
                        form: root.start.form
                        frozen: !root.editing
                    }
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
                    opacity: root.start.planned ? 1 : 0.5
                    Stat {
                        value: root.start.planned ? root.start.entryCount : "—"
                        label: qsTr("processor entries")
                        ink: Theme.good
                    }
                    Stat {
                        value: root.start.planned ? root.start.newTopics : "—"
                        label: qsTr("new topics")
                        ink: Theme.good
                    }
                    Stat {
                        value: root.start.planned ? root.start.sharedTopics : "—"
                        label: qsTr("shared")
                    }
                    Stat {
                        value: root.start.planned ? root.start.literalTopics : "—"
                        label: qsTr("global")
                    }
                    Stat {
                        value: root.start.planned ? root.start.queueCount : "—"
                        label: qsTr("consumer queues")
                    }
                }
                TabBar {
                    id: tabs
                    Layout.leftMargin: 14
                    name: qsTr("What comes into being")
                    TabButton {
                        text: qsTr("Topics")
                        count: root.start.topics.total
                    }
                    TabButton {
                        text: qsTr("Processors")
                        count: root.start.entries.total
                    }
                }
                DataTable {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    visible: tabs.currentIndex === 0
                    multiple: false
                    table: root.start.topics
                    name: qsTr("Topics of the new flow")
                    emptyTitle: root.start.planned ? qsTr("No topic") : root.bare ? qsTr("No blueprint in %1").arg(root.start.workspace) : qsTr("Nothing to preview yet")
                    emptyAction: root.bare ? qsTr("Open Blueprints") : ""
                    onEmptyTriggered: {
                        root.close();
                        root.app.open("blueprints");
                    }
                    emptyText: root.start.planned ? "" : root.bare ? qsTr("A flow is started from a blueprint. Make or import one first, or choose another workspace.") : qsTr("Choose a blueprint: what the start will create is shown here before anything is sent.")
                }
                DataTable {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    visible: tabs.currentIndex === 1
                    multiple: false
                    table: root.start.entries
                    name: qsTr("Processor entries of the new flow")
                    emptyTitle: root.start.planned ? qsTr("No processor entry") : qsTr("Nothing to preview yet")
                }
            }
        }
    }
}
