// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// The conversation looked at: who, what was said, what waits for a person, and the field to write in.
FocusScope {
    id: root

    required property AppState app
    required property ConversationThread thread
    readonly property alias transcript: lines
    property bool noting: false
    property string noteAction: "" // return, close
    property string notedKey: "" // of the conversation that it is about

    signal leaving

    function askNote(action: string): void {
        root.noteAction = action;
        root.notedKey = root.thread.key;
        root.noting = true;
        note.forceActiveFocus();
    }
    function sendNote(): void { // what was written stays until it was taken
        if (root.noteAction === "return")
            root.thread.giveBack(note.text);
        else
            root.thread.close(note.text);
    }
    function denyConfirmation(): void {
        if (card.visible)
            card.askWhy();
    }

    Connections {
        target: root.thread
        function onChanged(): void {
            if (!root.noting || (root.thread.key === root.notedKey && (root.thread.mine || root.thread.waits)))
                return;
            root.noting = false;
            note.clear();
        }
    }
    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        // Anchors: what comes and goes among the buttons must not depend on a layout that is laid out anew later.
        Item {
            id: head
            readonly property real room: Math.max(0, width - actions.width - 18 - 12 - 2 * 10)
            Layout.fillWidth: true
            Layout.preferredHeight: actions.height + 12
            Label {
                id: who
                anchors.left: parent.left
                anchors.leftMargin: 18
                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(Math.ceil(implicitWidth), Math.max(head.room * 0.55, head.room - about.implicitWidth))
                text: root.thread.title
                strong: true
                color: Theme.strong
            }
            Label {
                id: about
                anchors.left: who.right
                anchors.leftMargin: 10
                anchors.right: actions.left
                anchors.rightMargin: 10
                anchors.verticalCenter: parent.verticalCenter
                text: root.thread.subtitle
                color: Theme.muted
                font.pixelSize: Theme.smallSize
            }
            Row {
                id: actions
                anchors.right: parent.right
                anchors.rightMargin: 12
                anchors.verticalCenter: parent.verticalCenter
                spacing: 10
                TextField {
                    id: findField
                    width: Math.max(64, Math.min(150, head.width * 0.2))
                    name: qsTr("Find in this conversation")
                    placeholderText: qsTr("Find")
                    fault: missed ? qsTr("not among what is read") : ""
                    property bool missed: false
                    onTextEdited: missed = false
                    onAccepted: missed = !lines.find(text)
                    Keys.onEscapePressed: {
                        clear();
                        missed = false;
                        lines.forceActiveFocus();
                    }
                }
                Button {
                    visible: root.thread.mine
                    text: qsTr("Give back…")
                    why: root.thread.takeDenied
                    onTriggered: root.askNote("return")
                }
                Button {
                    visible: !root.thread.closed && (root.thread.mine || root.thread.waits)
                    text: qsTr("Close…")
                    why: root.thread.takeDenied
                    onTriggered: root.askNote("close")
                }
                ToolButton {
                    text: qsTr("Replay against a draft agent")
                    glyph: Glyph.ChatTest
                    onTriggered: root.app.open("chat-test", root.thread.key)
                }
                ToolButton {
                    text: qsTr("Close the conversation's view")
                    glyph: Glyph.Close
                    onTriggered: root.leaving()
                }
            }
        }
        Rectangle {
            Layout.fillWidth: true
            Layout.preferredHeight: 1
            color: Theme.lineSoft
        }
        Banner {
            Layout.fillWidth: true
            visible: text.length > 0
            tone: Banner.Danger
            text: root.thread.error
        }
        Banner {
            Layout.fillWidth: true
            visible: text.length > 0
            tone: Banner.Caution
            text: root.thread.fault
            actionText: qsTr("Understood")
            onTriggered: root.thread.dismissFault()
        }
        Banner {
            Layout.fillWidth: true
            visible: root.thread.waits && !root.thread.confirming
            tone: Banner.Danger
            text: root.thread.reason.length > 0 ? qsTr("Waits for a person: %1").arg(root.thread.reason) : qsTr("Waits for a person.")
            actionText: root.thread.takeDenied.length === 0 ? qsTr("Take over (T)") : ""
            onTriggered: root.thread.takeOver()
        }
        ConversationTranscript {
            id: lines
            Layout.fillWidth: true
            Layout.fillHeight: true
            focus: true
            app: root.app
            transcript: root.thread.transcript
            typingText: root.thread.typingText
            againOffered: root.thread.againOffered
            againDenied: root.thread.againDenied
            onOlderWanted: root.thread.loadOlder()
            onAgainWanted: row => root.thread.askAgain(row)
        }
        RowLayout {
            id: againRow
            visible: root.thread.againQuestion.length > 0
            Layout.fillWidth: true
            Layout.leftMargin: 18
            Layout.rightMargin: 18
            Layout.bottomMargin: 10
            spacing: 8
            onVisibleChanged: {
                if (visible)
                    againYes.forceActiveFocus(Qt.TabFocusReason);
                else if (againYes.activeFocus || againNo.activeFocus)
                    lines.forceActiveFocus();
            }
            Keys.onEscapePressed: root.thread.leaveAgain()
            Label {
                Layout.fillWidth: true
                text: root.thread.againQuestion
                color: Theme.caution
                elide: Text.ElideNone
                wrapMode: Text.Wrap
                maximumLineCount: 4
            }
            Button {
                id: againYes
                text: qsTr("Send again")
                kind: Button.Primary
                enabled: !root.thread.busy
                onTriggered: root.thread.sendAgain()
            }
            Button {
                id: againNo
                text: qsTr("Back")
                onTriggered: root.thread.leaveAgain()
            }
        }
        ConversationConfirm {
            id: card
            Layout.alignment: Qt.AlignRight
            Layout.fillWidth: true
            Layout.maximumWidth: 600
            Layout.leftMargin: 18
            Layout.rightMargin: 18
            Layout.bottomMargin: 12
            visible: root.thread.confirming
            thread: root.thread
        }
        Rectangle {
            Layout.fillWidth: true
            Layout.preferredHeight: 1
            color: Theme.line
        }
        RowLayout {
            visible: root.noting
            Layout.fillWidth: true
            Layout.margins: 10
            spacing: 8
            TextField {
                id: note
                Layout.fillWidth: true
                name: root.noteAction === "return" ? qsTr("Context for the agent") : qsTr("Why it is closed")
                placeholderText: root.noteAction === "return" ? qsTr("What the agent must know to go on") : qsTr("A word for the record")
                onAccepted: root.sendNote()
                Keys.onEscapePressed: root.noting = false
            }
            Button {
                text: root.noteAction === "return" ? qsTr("Give back") : qsTr("Close it")
                kind: Button.Primary
                enabled: !root.thread.busy
                onTriggered: root.sendNote()
            }
            Button {
                text: qsTr("Back")
                onTriggered: root.noting = false
            }
        }
        RowLayout {
            visible: !root.noting
            Layout.fillWidth: true
            Layout.margins: 10
            spacing: 8
            TextField {
                id: words
                Layout.fillWidth: true
                implicitHeight: 32
                name: qsTr("Write as a person")
                placeholderText: root.thread.writeDenied.length > 0 ? root.thread.writeDenied : qsTr("Write as a person")
                text: root.thread.draft
                onTextEdited: root.thread.draft = text
                onAccepted: root.thread.send()
                Keys.onEscapePressed: lines.forceActiveFocus()
                Connections {
                    target: root.thread
                    function onDraftChanged(): void {
                        if (words.text !== root.thread.draft)
                            words.text = root.thread.draft;
                    }
                }
            }
            Button {
                visible: !root.thread.mine && !root.thread.closed
                text: qsTr("Take over")
                why: root.thread.takeDenied
                enabled: !root.thread.busy
                onTriggered: root.thread.takeOver()
            }
            Button {
                visible: root.thread.mine
                text: qsTr("Send")
                kind: Button.Primary
                why: root.thread.writeDenied.length > 0 ? root.thread.writeDenied : words.text.trim().length === 0 ? qsTr("Nothing is written.") : ""
                enabled: !root.thread.busy
                onTriggered: root.thread.send()
            }
        }
        Label {
            Layout.leftMargin: 18
            Layout.bottomMargin: visible ? 6 : 0
            visible: root.thread.draftRestored.length > 0 && root.thread.draft.length > 0
            text: root.thread.draftRestored
            color: Theme.faint
            font.pixelSize: Theme.tinySize
        }
    }
}
