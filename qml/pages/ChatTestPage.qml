// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Models
import Signalbox.Pages

// Talk to an agent and see every step it takes; break the connection on purpose; keep it as a test.
FocusScope {
    id: root

    required property AppState app
    readonly property ChatTestPageModel page: model
    readonly property bool narrow: width < 820
    property int part: 0 // time line, frames, tests, replay
    property bool details: false // in a narrow window: they instead of the chat
    property string taken: "" // the conversation that the replay was opened with

    function focusFilter(): void {
        words.forceActiveFocus();
    }
    function send(): void {
        if (model.say(words.text))
            words.clear();
    }

    function take(): void {
        if (root.app.page !== "chat-test" || root.app.target.length === 0 || root.app.target === root.taken)
            return;
        root.taken = root.app.target;
        model.replayThread(root.app.target);
        root.part = 3;
        root.details = true;
    }

    Component.onCompleted: {
        model.watch(visible);
        take();
    }
    onVisibleChanged: model.watch(visible)
    ChatTestPageModel {
        id: model
        session: root.app.session
        readonly property bool offeredNow: offered
        onOfferedNowChanged: model.watch(root.visible)
    }
    FormDraft {
        id: draft
        session: root.app.session
        form: "chat-test"
        Component.onCompleted: {
            if (!begin())
                return;
            const half = text("half"); // setting the test keeps what the form holds by then
            words.text = text("words");
            model.runs.text = text("test");
            model.runs.form.half = half;
        }
    }
    Connections {
        target: model.runs
        function onTextChanged(): void {
            draft.keep("test", model.runs.text);
            draft.keep("half", model.runs.form.half);
        }
    }
    Connections {
        target: root.app
        function onPlaceChanged(): void {
            root.take();
        }
    }
    PageHead {
        id: head
        width: parent.width
        title: qsTr("Chat test")
        remark: model.stateText
        ComboBox {
            Layout.fillWidth: true
            Layout.minimumWidth: 90
            Layout.maximumWidth: 190
            name: qsTr("Tenant")
            model: root.page.tenants
            currentIndex: root.page.tenant
            displayText: root.page.tenants.length === 0 ? qsTr("no tenant") : currentText
            enabled: !root.page.talking
            onActivated: index => root.page.tenant = index
        }
        ComboBox {
            Layout.fillWidth: true
            Layout.minimumWidth: 90
            Layout.maximumWidth: 220
            name: qsTr("Agent")
            model: root.page.agents
            currentIndex: root.page.agent
            displayText: root.page.agents.length === 0 ? qsTr("no agent") : currentText
            enabled: !root.page.talking
            onActivated: index => root.page.agent = index
        }
        ComboBox {
            Layout.fillWidth: true
            Layout.minimumWidth: 90
            Layout.maximumWidth: 210
            name: qsTr("Role")
            model: root.page.roles
            currentIndex: root.page.role
            enabled: !root.page.talking
            onActivated: index => root.page.role = index
        }
        Button {
            text: model.talking ? qsTr("End") : qsTr("Begin a chat")
            kind: model.talking ? Button.Plain : Button.Primary
            why: model.talking ? "" : model.startDenied
            onTriggered: {
                if (model.talking) {
                    model.stop();
                } else {
                    model.start();
                    words.forceActiveFocus();
                }
            }
        }
        Item {
            Layout.fillWidth: true
        }
        Button {
            visible: root.width > 900
            text: qsTr("Drop the socket")
            tip: qsTr("Cuts the connection as a bad network does. The chat opens again and reads its history.")
            why: model.sayDenied
            onTriggered: model.dropSocket()
        }
        Switch {
            visible: root.width > 900
            text: qsTr("Slow reader")
            checked: model.slow
            enabled: model.talking
            onToggled: model.slow = checked
        }
    }
    Rectangle {
        y: head.height - 1
        width: parent.width
        height: 1
        color: Theme.line
    }
    Banner {
        id: trouble
        y: head.height
        width: parent.width
        visible: text.length > 0
        height: visible ? implicitHeight : 0
        tone: model.evidence.length > 0 || model.error.length > 0 ? Banner.Danger : Banner.Info
        text: model.evidence.length > 0 ? model.evidence : model.error.length > 0 ? model.error : model.truncated
        actionText: model.evidence.length > 0 ? qsTr("Look again") : ""
        onTriggered: model.resume()
    }
    EmptyState {
        anchors.fill: parent
        anchors.topMargin: head.height
        visible: !model.offered
        glyph: Glyph.ChatTest
        readonly property bool known: root.app.session.state === Session.Live || root.app.session.state === Session.Polling
        title: known ? qsTr("This gateway has no agents to talk to") : qsTr("Not connected")
        actionText: retrying ? qsTr("Reconnect now") : ""
        readonly property bool retrying: !known && (root.app.session.state === Session.Stale || (root.app.session.state === Session.Connecting && root.app.session.stateText.indexOf(": ") > 0))
        onTriggered: root.app.session.reconnectNow()
        text: known ? qsTr("Agents belong to tenants, an extension that this gateway does not offer. The gateway that comes with Signalbox has it.") : root.app.session.stateText
    }
    EmptyState {
        anchors.fill: parent
        anchors.topMargin: trouble.y + trouble.height
        visible: model.offered && model.evidence.length > 0
        glyph: Glyph.ChatTest
        title: qsTr("Stopped")
        text: qsTr("Nothing of this page is shown until you have looked: the evidence is a row of Wire and a line of the journal.")
    }
    FocusScope {
        id: talk
        x: Theme.mirrored ? parent.width - width : 0
        y: trouble.y + trouble.height
        width: root.narrow ? (root.details ? 0 : parent.width) : Math.round(parent.width * 0.54)
        height: parent.height - y
        visible: model.offered && model.evidence.length === 0 && width > 0
        focus: true
        ConversationTranscript {
            id: lines
            width: parent.width
            height: parent.height - composer.height - (confirm.visible ? confirm.height : 0)
            app: root.app
            transcript: model.transcript
            typingText: model.typingText
        }
        EmptyState {
            anchors.fill: lines
            visible: model.transcript.count === 0
            glyph: Glyph.ChatTest
            readonly property bool nobody: model.tenants.length === 0 && model.error.length === 0
            title: model.talking ? qsTr("Say something") : nobody ? qsTr("No agent to talk to yet") : qsTr("Nothing was said yet")
            text: model.talking ? qsTr("The conversation has a test user of its own and is removed when it ends.") : nobody ? qsTr("Agents belong to tenants. Make a tenant with an agent, then begin a chat here.") : qsTr("Choose a tenant and an agent, then begin a chat.")
            actionText: nobody && !model.talking ? qsTr("Open Tenants") : ""
            onTriggered: root.app.open("tenants")
        }
        Rectangle {
            id: confirm
            y: lines.height
            x: 14
            width: parent.width - 28
            height: Math.max(44, whole.height + 16)
            visible: model.pending.length > 0
            radius: 8
            color: Theme.cautionGround
            border.color: Theme.cautionLine
            RowLayout {
                anchors.fill: parent
                anchors.margins: 8
                spacing: 8
                Flickable { // whole, however long
                    id: whole
                    readonly property bool scrolls: contentHeight > height + 1
                    Layout.fillWidth: true
                    Layout.preferredHeight: Math.min(contentHeight, 110)
                    clip: true
                    contentWidth: width
                    contentHeight: asked.implicitHeight
                    boundsBehavior: Flickable.StopAtBounds
                    activeFocusOnTab: scrolls
                    Accessible.role: Accessible.Grouping
                    Accessible.name: qsTr("What waits for a yes or no")
                    Keys.onUpPressed: bar.decrease()
                    Keys.onDownPressed: bar.increase()
                    T.ScrollBar.vertical: ScrollBar {
                        id: bar
                        policy: whole.scrolls ? T.ScrollBar.AlwaysOn : T.ScrollBar.AsNeeded
                    }
                    Label {
                        id: asked
                        width: whole.width - 14
                        mono: true
                        elide: Text.ElideNone
                        wrapMode: Text.WrapAnywhere
                        text: model.pending
                    }
                }
                Button {
                    text: qsTr("Approve")
                    kind: Button.Primary
                    why: model.decideDenied
                    onTriggered: model.decide(true)
                }
                Button {
                    text: qsTr("Deny")
                    kind: Button.Danger
                    why: model.decideDenied
                    onTriggered: model.decide(false)
                }
            }
        }
        Rectangle {
            y: composer.y
            width: parent.width
            height: 1
            visible: !confirm.visible
            color: Theme.line
        }
        RowLayout {
            id: composer
            anchors.bottom: parent.bottom
            x: 14
            width: parent.width - 28
            height: 52
            spacing: 8
            TextField {
                id: words
                Layout.fillWidth: true
                implicitHeight: 32
                focus: true
                name: qsTr("Message to the agent")
                placeholderText: model.talking ? qsTr("Message to the agent") : qsTr("Begin a chat first")
                onTextChanged: draft.keep("words", text)
                onAccepted: root.send()
            }
            Button {
                text: qsTr("Send")
                kind: Button.Primary
                why: model.sayDenied
                onTriggered: root.send()
            }
            Button {
                text: qsTr("Send twice")
                tip: qsTr("The same frame with the same id, two times: the far end must drop the second.")
                why: model.sayDenied
                onTriggered: if (model.sayTwice(words.text))
                    words.clear()
            }
        }
    }
    Rectangle {
        x: Theme.mirrored ? talk.x - 1 : talk.width
        y: talk.y
        width: 1
        height: talk.height
        visible: talk.visible
        color: Theme.line
    }
    Item {
        readonly property real beside: talk.visible ? talk.width + 1 : 0
        x: Theme.mirrored ? 0 : beside
        y: talk.y
        width: parent.width - beside
        height: talk.height
        visible: model.offered && model.evidence.length === 0 && (!root.narrow || root.details)
        TabBar {
            id: tabs
            x: 10
            y: 6
            width: parent.width - 20
            name: qsTr("What is shown beside the chat")
            currentIndex: root.part
            Repeater {
                model: [qsTr("Time line"), qsTr("Frames"), qsTr("Tests"), qsTr("Replay")]
                TabButton {
                    required property int index
                    required property string modelData
                    text: modelData
                    onClicked: root.part = index
                }
            }
        }
        ChatTimeLine {
            anchors.fill: parent
            anchors.topMargin: 44
            visible: root.part === 0
            page: model
        }
        ChatFramesPane {
            anchors.fill: parent
            anchors.topMargin: 44
            visible: root.part === 1
            app: root.app
            frames: model.frames
        }
        ChatTestsPane {
            anchors.fill: parent
            anchors.topMargin: 44
            visible: root.part === 2
            app: root.app
            page: model
        }
        ChatReplayPane {
            anchors.fill: parent
            anchors.topMargin: 44
            visible: root.part === 3
            app: root.app
            page: model
            onReleased: {
                model.replay.release();
                root.taken = "";
                root.app.setTarget("");
            }
        }
    }
    Button {
        anchors.right: parent.right
        anchors.rightMargin: 12
        y: talk.y + 6
        z: 2
        visible: root.narrow && model.offered
        text: root.details ? qsTr("Chat") : qsTr("Details")
        onTriggered: root.details = !root.details
    }
}
