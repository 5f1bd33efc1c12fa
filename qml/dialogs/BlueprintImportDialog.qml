// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// A blueprint from a file becomes a draft; a file of a whole workspace goes to the review. Nothing is written here.
Dialog {
    id: root

    required property AppState app
    required property BlueprintsPageModel page
    property string fault: ""
    property bool named: false // by the person, not after the file

    signal made(string id)
    signal reviewWanted(string path)

    function look(): void {
        root.fault = "";
        if (root.page.holdsConfiguration(path.text)) {
            root.reviewWanted(path.text);
        } else {
            const id = root.page.importFile(path.text, blueprint.text);
            root.fault = root.page.importFault();
            if (id.length > 0)
                root.made(id);
        }
        if (root.fault.length === 0)
            root.close();
    }

    width: 600
    title: qsTr("Import a blueprint")
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
    ColumnLayout {
        width: parent ? parent.width : 0
        spacing: 8
        Label {
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: 0
            text: qsTr("A file with one blueprint becomes a draft that you look at before it is applied. A file of tg-export-workspace-config is shown entry by entry.")
            color: Theme.muted
            wrapMode: Text.Wrap
            elide: Text.ElideNone
        }
        FormRow {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            captionWidth: 70
            caption: qsTr("File")
            TextField {
                id: path
                Layout.fillWidth: true
                mono: true
                name: qsTr("File")
                placeholderText: qsTr("/home/me/document-rag.json")
                fault: root.fault
                onTextChanged: {
                    root.fault = "";
                    if (!root.named)
                        blueprint.text = root.page.nameFor(text);
                }
                Keys.onReturnPressed: root.look()
            }
            FileButton {
                field: path
            }
        }
        FormRow {
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.topMargin: 0
            captionWidth: 70
            caption: qsTr("Name")
            TextField {
                id: blueprint
                Layout.fillWidth: true
                mono: true
                name: qsTr("Name of the blueprint")
                onTextEdited: root.named = text.length > 0
                Keys.onReturnPressed: root.look()
            }
        }
    }
}
