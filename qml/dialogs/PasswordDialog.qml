// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// The own password, because the server wants another one.
Dialog {
    id: root

    required property AppState app
    required property ConnectionList connections
    property bool busy: false
    property string error: ""
    readonly property string why: present.text.length === 0 || next.text.length === 0 ? qsTr("All three are needed.") : next.text !== again.text ? qsTr("The new one is not the same twice.") : next.text === present.text ? qsTr("It is the present one.") : busy ? qsTr("the server is asked") : ""

    function change(): void {
        if (root.why.length > 0)
            return;
        root.busy = true;
        root.error = "";
        root.connections.changePassword(present.text, next.text);
    }

    width: Math.min(560, parent ? parent.width - 48 : 560)
    title: qsTr("Another password is needed")
    subtitle: app.session.connectionName
    note: busy ? qsTr("The server is asked…") : error
    noteInk: busy ? Theme.muted : Theme.danger
    onAboutToShow: present.forceActiveFocus()
    onClosed: {
        present.clear();
        next.clear();
        again.clear();
    }
    actions: [
        Button {
            text: qsTr("Later")
            onTriggered: root.close()
        },
        Button {
            text: qsTr("Change it")
            kind: Button.Primary
            why: root.why
            onTriggered: root.change()
        }
    ]
    Connections {
        target: root.connections
        function onPasswordChanged(error: string): void {
            root.busy = false;
            root.error = error;
            if (error.length === 0)
                root.close();
        }
    }
    ColumnLayout {
        width: parent ? parent.width : 0
        spacing: 10
        Label {
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: 0
            wrapMode: Text.Wrap
            lineHeight: 1.3
            color: Theme.muted
            text: qsTr("The server asks %1 to choose another password. Until then it may refuse what is asked.").arg(root.app.session.user)
        }
        FormRow {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            caption: qsTr("Present password")
            TextField {
                id: present
                Layout.fillWidth: true
                name: qsTr("Present password")
                placeholderText: ""
                echoMode: TextInput.Password
            }
        }
        FormRow {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            caption: qsTr("New password")
            TextField {
                id: next
                Layout.fillWidth: true
                name: qsTr("New password")
                placeholderText: ""
                echoMode: TextInput.Password
            }
        }
        FormRow {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Layout.bottomMargin: 16
            caption: qsTr("New password again")
            TextField {
                id: again
                Layout.fillWidth: true
                name: qsTr("New password again")
                placeholderText: ""
                echoMode: TextInput.Password
                Keys.onReturnPressed: root.change()
                Keys.onEnterPressed: root.change()
            }
        }
    }
}
