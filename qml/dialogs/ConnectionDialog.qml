// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Models
import Signalbox.Pages

// The saved connections on the left, the chosen one and its test on the right.
Dialog {
    id: root

    required property AppState app
    required property ConnectionList connections
    readonly property Session session: app.session
    readonly property ConnectionForm form: model
    property bool asked: false // to open, from here
    property bool removing: false // asked once already
    readonly property bool live: session.state === Session.Live || session.state === Session.Polling
    readonly property bool isCurrent: model.row >= 0 && connections.nameAt(model.row) === connections.current
    readonly property var openFacts: !visible || !model.builtIn || !isCurrent || !live ? [] : [
        {
            caption: qsTr("State"),
            text: session.stateText,
            mono: false
        },
        {
            caption: qsTr("Address"),
            text: session.url,
            mono: true
        },
        {
            caption: qsTr("Back end"),
            text: session.backend,
            mono: false
        },
        {
            caption: qsTr("Signed in as"),
            text: session.user,
            mono: false
        }
    ]
    readonly property bool keyMissing: session.state === Session.Refused && isCurrent
    readonly property bool failed: session.state === Session.Refused || session.state === Session.Disconnected

    // The open connection wants a key.
    function askKey(): void {
        model.load(Math.max(0, root.connections.indexOf(root.connections.current)));
        if (!model.builtIn)
            fields.focusSecret();
    }
    function choose(row: int): void {
        root.removing = false;
        model.load(row);
        tabs.currentIndex = 0;
        if (row < 0)
            fields.focusFirst();
    }
    function connectNow(): void {
        if (!model.save()) {
            tabs.currentIndex = 0;
            return;
        }
        root.asked = true;
        root.connections.open(model.row);
    }
    function testNow(): void {
        model.test();
        tabs.currentIndex = model.tested ? 1 : 0;
    }

    width: Math.min(900, parent ? parent.width - 48 : 900)
    title: qsTr("Connections")
    subtitle: qsTr("which platform this window looks at")
    note: removing ? qsTr("Remove “%1” and what is kept for it?").arg(model.name) : !asked && !keyMissing ? (model.dirty ? qsTr("Not saved yet.") : "") : live ? qsTr("Connected: %1").arg(session.backend) : session.stateText
    noteInk: removing ? Theme.danger : !asked && !keyMissing ? Theme.muted : live ? Theme.good : failed ? Theme.danger : Theme.muted
    onAboutToShow: choose(Math.max(0, connections.indexOf(connections.current)))
    onClosed: model.load(0)
    actions: [
        Button {
            text: root.removing ? qsTr("Yes, remove") : qsTr("Remove…")
            visible: model.row > 0
            kind: Button.Danger
            why: root.isCurrent ? qsTr("it is open") : ""
            onTriggered: {
                if (!root.removing) {
                    root.removing = true;
                    return;
                }
                model.draft.drop();
                root.connections.remove(model.row);
                root.choose(0);
            }
        },
        Button {
            text: qsTr("Keep it")
            visible: root.removing
            onTriggered: root.removing = false
        },
        Button {
            text: qsTr("Duplicate")
            visible: model.row > 0 && !root.removing
            onTriggered: {
                model.duplicate();
                tabs.currentIndex = 0;
                fields.focusFirst();
            }
        },
        Button {
            text: model.testing ? qsTr("Cancel test") : qsTr("Test")
            visible: !model.builtIn && !root.removing
            onTriggered: model.testing ? model.cancelTest() : root.testNow()
        },
        Button {
            text: qsTr("Save")
            visible: !model.builtIn && !root.removing
            onTriggered: if (!model.save())
                tabs.currentIndex = 0
        },
        Button {
            text: qsTr("Close")
            onTriggered: root.close()
        },
        Button {
            text: qsTr("Connect")
            visible: !root.removing
            kind: Button.Primary
            onTriggered: root.connectNow()
        }
    ]

    ConnectionForm {
        id: model
        draft.session: root.session
        list: root.connections
    }
    Item {
        width: parent ? parent.width : 0
        implicitHeight: Math.max(340, Math.min(560, (root.parent ? root.parent.height : 800) - 200))
        RowLayout {
            anchors.fill: parent
            spacing: 0
            ConnectionPane {
                Layout.preferredWidth: 250
                Layout.fillHeight: true
                connections: root.connections
                chosen: model.row
                stateText: root.live ? qsTr("open") : root.session.state === Session.Refused ? qsTr("refused") : root.session.state === Session.Disconnected ? qsTr("not connected") : qsTr("connecting")
                stateInk: root.live ? Theme.good : root.failed ? Theme.danger : Theme.muted
                onPicked: row => root.choose(row)
                onEntered: root.connectNow()
            }
            ColumnLayout {
                Layout.fillWidth: true
                Layout.fillHeight: true
                spacing: 0
                TabBar {
                    id: tabs
                    Layout.leftMargin: 16
                    Layout.topMargin: 8
                    visible: !model.builtIn
                    name: qsTr("Parts of the connection")
                    TabButton {
                        text: qsTr("Settings")
                    }
                    TabButton {
                        text: qsTr("Test")
                    }
                }
                Label {
                    Layout.fillWidth: true
                    Layout.margins: 16
                    visible: model.builtIn
                    wrapMode: Text.Wrap
                    lineHeight: 1.3
                    color: Theme.muted
                    text: qsTr("A gateway of its own with a demo platform: three workspaces whose flows really run, to look around and to rehearse. It lives on this machine, starts with this window and ends with it.")
                }
                DraftNote {
                    Layout.fillWidth: true
                    Layout.margins: 16
                    Layout.bottomMargin: 0
                    visible: text.length > 0 && !model.builtIn && tabs.currentIndex === 0
                    text: model.draft.restored.length > 0 ? qsTr("%1. Keys and passwords are never kept in a draft.").arg(model.draft.restored) : ""
                    onStartOver: model.draft.startOver()
                }
                ConnectionFields {
                    id: fields
                    visible: !model.builtIn && tabs.currentIndex === 0
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    form: root.form
                    connections: root.connections
                    onEntered: root.connectNow()
                }
                ConnectionSteps {
                    visible: !model.builtIn && tabs.currentIndex === 1
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    form: root.form
                    onStartWanted: root.testNow()
                }
                Repeater {
                    model: root.openFacts
                    FormRow {
                        id: fact
                        required property var modelData
                        Layout.fillWidth: true
                        Layout.leftMargin: 16
                        Layout.rightMargin: 16
                        Layout.topMargin: 4
                        captionWidth: 110
                        caption: fact.modelData.caption
                        Label {
                            Layout.fillWidth: true
                            text: fact.modelData.text
                            mono: fact.modelData.mono
                        }
                    }
                }
                LinkText {
                    Layout.leftMargin: 16
                    Layout.topMargin: 14
                    visible: root.openFacts.length > 0
                    text: qsTr("All about this connection…")
                    onTriggered: {
                        root.close();
                        root.app.commandRequested("connection-state");
                    }
                }
                Item {
                    visible: model.builtIn
                    Layout.fillHeight: true
                }
            }
        }
    }
}
