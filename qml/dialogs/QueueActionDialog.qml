// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// Purge, delete, move or publish: what it does in view, then the one request.
Dialog {
    id: root

    required property AppState app
    readonly property QueueAction action: model
    readonly property bool publishing: model.kind === QueueAction.Publish || resending
    readonly property bool resending: model.kind === QueueAction.Resend
    readonly property bool moving: model.kind === QueueAction.Move
    readonly property bool over: model.result.length > 0 && !publishing

    function begin(kind: int, queue: string): void {
        model.open(kind, queue);
        typed.clear();
        to.clear();
        most.clear();
        if (root.publishing && draft.begin(queue))
            root.restore();
        root.open();
        if (root.publishing)
            payload.forceActiveFocus();
        else if (root.moving)
            to.forceActiveFocus();
        else if (model.typingNeeded)
            typed.forceActiveFocus();
    }

    function resend(queue: string, facts: string, content: string): void {
        typed.clear();
        model.openResend(queue, facts, content);
        properties.text = facts;
        payload.text = content;
        root.open();
        payload.forceActiveFocus();
    }

    // Once it is done the name is asked for anew.
    function retype(): void {
        if (model.typed.length === 0 && typed.text.length > 0)
            typed.clear();
    }

    function restore(): void {
        properties.text = draft.text("properties");
        payload.text = draft.text("payload");
    }

    width: Math.min(700, parent ? parent.width - 48 : 700)
    title: model.kind === QueueAction.Purge ? qsTr("Purge a queue") : model.kind === QueueAction.Delete ? qsTr("Delete a queue") : root.moving ? qsTr("Move messages") : root.resending ? qsTr("Send a message again") : qsTr("Publish a message")
    subtitle: model.place
    note: model.result.length > 0 ? model.result : model.whyNot
    noteInk: model.result.length > 0 ? Theme.good : Theme.muted
    actions: [
        TextField {
            id: typed
            visible: model.typingNeeded && !root.over
            Layout.preferredWidth: 220
            mono: true
            name: qsTr("Type the name of the queue")
            onTextChanged: model.typed = text
        },
        Button {
            text: model.result.length > 0 ? qsTr("Close") : qsTr("Cancel")
            onTriggered: root.close()
        },
        Button {
            visible: !root.over
            text: model.kind === QueueAction.Purge ? qsTr("Purge") : model.kind === QueueAction.Delete ? qsTr("Delete") : root.moving ? qsTr("Move") : root.resending ? qsTr("Send again") : qsTr("Publish")
            kind: root.publishing ? Button.Primary : Button.Danger
            why: model.whyNot
            onTriggered: model.run()
        }
    ]

    QueueAction {
        id: model
        session: root.app.session
        onChanged: root.retype()
        onDone: if (root.action.kind === QueueAction.Publish)
            draft.drop()
    }
    FormDraft {
        id: draft
        session: root.app.session
        form: "publish"
        onStartedOver: root.restore()
    }
    ColumnLayout {
        width: parent ? parent.width : 0
        spacing: 10
        Banner {
            Layout.fillWidth: true
            visible: root.action.error.length > 0
            tone: Banner.Danger
            text: root.action.error
        }
        Flow {
            visible: !root.publishing && !root.over
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: 0
            spacing: 28
            Stat {
                value: root.action.ready
                label: qsTr("messages wait")
                ink: Theme.danger
            }
            Stat {
                value: root.action.unacked
                label: qsTr("handed out")
            }
            Stat {
                value: root.action.consumers
                label: qsTr("consumers")
            }
        }
        Label {
            visible: !root.over
            Layout.fillWidth: true
            Layout.margins: 16
            text: root.action.consequence
            wrapMode: Text.Wrap
        }
        ColumnLayout {
            visible: root.moving && !root.over
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Layout.bottomMargin: 12
            spacing: 6
            RowLayout {
                Layout.fillWidth: true
                spacing: 8
                TextField {
                    id: to
                    Layout.fillWidth: true
                    mono: true
                    name: qsTr("Queue that takes the messages")
                    placeholderText: qsTr("part of a queue's name")
                    onTextChanged: root.action.to = text
                }
                TextField {
                    id: most
                    Layout.preferredWidth: 110
                    name: qsTr("How many, the oldest first")
                    placeholderText: qsTr("all")
                    onTextChanged: root.action.most = text
                }
            }
            Repeater {
                model: root.action.toChoices
                Button {
                    required property string modelData
                    Layout.fillWidth: true
                    text: modelData
                    onTriggered: to.text = modelData
                }
            }
            Label {
                Layout.fillWidth: true
                text: root.action.toFacts
                color: Theme.muted
                font.pixelSize: Theme.smallSize
                wrapMode: Text.Wrap
            }
        }
        Switch {
            visible: root.action.kind === QueueAction.Delete && !root.over
            Layout.leftMargin: 16
            Layout.bottomMargin: 12
            text: qsTr("only if nobody uses it")
            checked: root.action.ifUnused
            onToggled: root.action.ifUnused = checked
        }
        DraftNote {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            visible: text.length > 0 && root.publishing && !root.resending
            text: draft.restored
            onStartOver: draft.startOver()
        }
        TextArea {
            id: properties
            visible: root.publishing
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            name: qsTr("Properties")
            placeholderText: qsTr("Properties, one “name: value” per line")
            text: root.action.properties
            onTextChanged: {
                root.action.properties = text;
                if (root.action.kind === QueueAction.Publish)
                    draft.keep("properties", text);
            }
        }
        TextArea {
            id: payload
            visible: root.publishing
            Layout.fillWidth: true
            Layout.preferredHeight: 200
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            wrapMode: TextEdit.WrapAnywhere
            name: qsTr("Payload")
            placeholderText: qsTr("Payload")
            text: root.action.payload
            onTextChanged: {
                root.action.payload = text;
                if (root.action.kind === QueueAction.Publish)
                    draft.keep("payload", text);
            }
        }
        Label {
            visible: root.publishing
            Layout.leftMargin: 16
            Layout.bottomMargin: 12
            text: root.action.payloadNote
            color: Theme.muted
        }
        Label {
            visible: root.over
            Layout.fillWidth: true
            Layout.margins: 16
            text: root.action.result
            wrapMode: Text.Wrap
            maximumLineCount: 8
        }
    }
}
