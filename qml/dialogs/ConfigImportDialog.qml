// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// Names the file; what it would change is shown before anything is written.
Dialog {
    id: root

    required property AppState app
    required property ConfigPageModel page
    property string fault: ""

    signal read(string path)

    function look(): void {
        root.fault = "";
        root.read(path.text);
        if (root.fault.length === 0)
            root.close();
    }

    width: 600
    title: qsTr("Import a configuration")
    subtitle: qsTr("into %1").arg(page.workspace)
    note: fault
    noteInk: Theme.danger
    onAboutToShow: {
        root.fault = "";
        path.forceActiveFocus();
    }
    actions: [
        Button {
            text: qsTr("Cancel")
            onTriggered: root.close()
        },
        Button {
            text: qsTr("Look at it…")
            kind: Button.Primary
            why: path.text.length === 0 ? qsTr("Name a file.") : ""
            onTriggered: root.look()
        }
    ]
    Column {
        width: parent ? parent.width : 0
        padding: 16
        spacing: 8
        Label {
            width: parent.width - 32
            text: qsTr("A file of tg-export-workspace-config, or of this console. You see what differs and choose; nothing is written before that.")
            color: Theme.muted
            wrapMode: Text.Wrap
            elide: Text.ElideNone
        }
        RowLayout {
            width: parent.width - 32
            TextField {
                id: path
                Layout.fillWidth: true
                mono: true
                name: qsTr("File")
                placeholderText: qsTr("/home/me/acme-config.json")
                fault: root.fault
                onTextEdited: root.fault = ""
                Keys.onReturnPressed: root.look()
            }
            FileButton {
                field: path
                onChosen: root.fault = ""
            }
        }
    }
}
