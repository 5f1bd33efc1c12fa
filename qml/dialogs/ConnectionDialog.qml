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

// The saved connections on the left, the chosen one on the right.
Dialog {
    id: root

    required property AppState app
    required property ConnectionList connections
    readonly property Session session: app.session
    readonly property var environments: ["development", "staging", "production"]
    property int row: 0 // -1 a new one
    property bool builtIn: row === 0
    property var faults: ({})
    property bool asked: false // to open, from here
    property bool holdsKey: false
    readonly property bool live: session.state === Session.Live || session.state === Session.Polling
    readonly property bool keyMissing: session.state === Session.Refused && row >= 0 && connections.nameAt(row) === connections.current && !holdsKey
    readonly property bool failed: session.state === Session.Refused || session.state === Session.Disconnected

    function choose(index: int): void {
        root.row = index;
        root.faults = ({});
        const entry = index >= 0 ? root.connections.entry(index) : ({});
        root.holdsKey = entry.hasKey ?? false;
        nameField.text = entry.name ?? "";
        urlField.text = entry.url ?? "";
        keyField.text = "";
        environmentBox.currentIndex = Math.max(0, root.environments.indexOf(entry.environment ?? "development"));
        protectedBox.checked = entry.protectedConnection ?? false;
        readOnlyBox.checked = entry.readOnly ?? false;
        if (index < 0)
            nameField.forceActiveFocus();
    }
    // The open connection wants a key.
    function askKey(): void {
        root.choose(Math.max(0, root.connections.indexOf(root.connections.current)));
        if (!root.builtIn)
            keyField.forceActiveFocus();
    }
    function save(): bool {
        if (root.builtIn)
            return true;
        root.faults = root.connections.faults(root.row, nameField.text, urlField.text);
        const saved = root.connections.save(root.row, nameField.text, urlField.text, root.environments[environmentBox.currentIndex], protectedBox.checked, readOnlyBox.checked, keyField.text);
        if (saved >= 0) {
            root.row = saved;
            keyField.text = "";
        }
        return saved >= 0;
    }
    function connectNow(): void {
        if (!root.save())
            return;
        root.asked = true;
        root.connections.open(root.row);
    }

    width: 780
    title: qsTr("Connections")
    subtitle: qsTr("which platform this window looks at")
    note: !asked && !keyMissing ? "" : live ? qsTr("Connected: %1").arg(session.backend) : session.stateText
    noteInk: live ? Theme.good : failed ? Theme.danger : Theme.muted
    onAboutToShow: choose(Math.max(0, connections.indexOf(connections.current)))
    actions: [
        Button {
            text: qsTr("Remove")
            visible: root.row > 0
            kind: Button.Danger
            why: root.row >= 0 && root.connections.nameAt(root.row) === root.connections.current ? qsTr("it is open") : ""
            onTriggered: {
                root.connections.remove(root.row);
                root.choose(0);
            }
        },
        Button {
            text: qsTr("Save")
            visible: !root.builtIn
            onTriggered: root.save()
        },
        Button {
            text: qsTr("Close")
            onTriggered: root.close()
        },
        Button {
            text: qsTr("Connect")
            kind: Button.Primary
            onTriggered: root.connectNow()
        }
    ]
    Item {
        width: parent ? parent.width : 0
        implicitHeight: 340
        RowLayout {
            anchors.fill: parent
            spacing: 0
            Rectangle {
                Layout.preferredWidth: 240
                Layout.fillHeight: true
                color: Theme.ground
                ListView {
                    id: list
                    anchors.fill: parent
                    anchors.margins: 4
                    anchors.bottomMargin: 40
                    clip: true
                    activeFocusOnTab: true
                    model: root.connections
                    currentIndex: root.row
                    boundsBehavior: Flickable.StopAtBounds
                    keyNavigationEnabled: false
                    Keys.onDownPressed: if (root.row + 1 < count)
                        root.choose(root.row + 1)
                    Keys.onUpPressed: if (root.row > 0)
                        root.choose(root.row - 1)
                    Keys.onReturnPressed: root.connectNow()
                    T.ScrollBar.vertical: ScrollBar {}
                    Accessible.role: Accessible.List
                    Accessible.name: qsTr("Saved connections")
                    delegate: ConnectionEntry {
                        width: list.width
                        chosen: root.row === index
                        open: name === root.connections.current
                        stateText: root.live ? qsTr("open") : root.session.state === Session.Refused ? qsTr("refused") : root.session.state === Session.Disconnected ? qsTr("not connected") : qsTr("connecting")
                        stateInk: root.live ? Theme.good : root.failed ? Theme.danger : Theme.muted
                        listFocused: list.activeFocus
                        onTriggered: root.choose(index)
                    }
                }
                Button {
                    anchors.left: parent.left
                    anchors.bottom: parent.bottom
                    anchors.margins: 6
                    kind: Button.Quiet
                    glyph: Glyph.Plus
                    text: qsTr("New connection")
                    onTriggered: root.choose(-1)
                }
                Rectangle {
                    anchors.right: parent.right
                    width: 1
                    height: parent.height
                    color: Theme.line
                }
            }
            ColumnLayout {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.margins: 16
                spacing: 10
                Label {
                    Layout.fillWidth: true
                    visible: root.builtIn
                    wrapMode: Text.Wrap
                    lineHeight: 1.3
                    color: Theme.muted
                    text: qsTr("A gateway of its own with a demo platform: three workspaces whose flows really run, to look around and to rehearse. It lives on this machine, starts with this window and ends with it.")
                }
                FormRow {
                    visible: !root.builtIn
                    Layout.fillWidth: true
                    caption: qsTr("Name")
                    fault: root.faults.name ?? ""
                    TextField {
                        id: nameField
                        Layout.fillWidth: true
                        name: qsTr("Name")
                        placeholderText: qsTr("rail-eu staging")
                        fault: root.faults.name ?? ""
                    }
                }
                FormRow {
                    visible: !root.builtIn
                    Layout.fillWidth: true
                    caption: qsTr("Address")
                    fault: root.faults.url ?? ""
                    TextField {
                        id: urlField
                        Layout.fillWidth: true
                        mono: true
                        name: qsTr("Address")
                        placeholderText: qsTr("https://gateway.example.org")
                        fault: root.faults.url ?? ""
                    }
                }
                FormRow {
                    visible: !root.builtIn
                    Layout.fillWidth: true
                    caption: qsTr("API key")
                    help: qsTr("Kept in memory until the window closes, never written to disk.")
                    TextField {
                        id: keyField
                        Layout.fillWidth: true
                        mono: true
                        name: qsTr("API key")
                        echoMode: TextInput.Password
                        Keys.onReturnPressed: root.connectNow()
                        placeholderText: root.holdsKey ? qsTr("a key is held in memory") : qsTr("tg_…")
                    }
                }
                FormRow {
                    visible: !root.builtIn
                    Layout.fillWidth: true
                    caption: qsTr("Environment")
                    ComboBox {
                        id: environmentBox
                        name: qsTr("Environment")
                        model: [qsTr("Development"), qsTr("Staging"), qsTr("Production")]
                        onActivated: index => protectedBox.checked = index === 2 // can be unticked
                    }
                    EnvironmentTag {
                        environment: root.environments[environmentBox.currentIndex] ?? "development"
                    }
                }
                FormRow {
                    visible: !root.builtIn
                    Layout.fillWidth: true
                    caption: qsTr("Safety")
                    CheckBox {
                        id: protectedBox
                        text: qsTr("Protected: type the name to write or destroy")
                    }
                }
                FormRow {
                    visible: !root.builtIn
                    Layout.fillWidth: true
                    caption: ""
                    CheckBox {
                        id: readOnlyBox
                        text: qsTr("Read-only: every change is refused")
                    }
                }
                Item {
                    Layout.fillHeight: true
                }
            }
        }
    }
}
