// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// The configuration of a workspace as a file, type by type.
Dialog {
    id: root

    required property AppState app
    required property ConfigPageModel page
    readonly property ConfigExport content: model
    property string fault: ""

    function begin(): void {
        model.begin(root.page.workspace);
        path.text = root.app.exportPath(model.fileName);
        root.fault = "";
        root.open();
        path.forceActiveFocus();
    }
    function write(): void {
        root.fault = root.app.save(path.text, model.content(), replace.checked);
        if (root.fault.length === 0)
            root.close();
    }

    width: 660
    title: qsTr("Export the configuration")
    subtitle: qsTr("of %1").arg(model.workspace)
    note: fault.length > 0 ? fault : model.summary
    noteInk: fault.length > 0 ? Theme.danger : Theme.muted
    actions: [
        Button {
            text: qsTr("Cancel")
            onTriggered: root.close()
        },
        Button {
            text: qsTr("Write file")
            kind: Button.Primary
            why: model.entries === 0 ? qsTr("Nothing is chosen.") : ""
            onTriggered: root.write()
        }
    ]
    ConfigExport {
        id: model
        session: root.app.session
    }
    ColumnLayout {
        width: parent ? parent.width : 0
        spacing: 8
        Label {
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: 0
            text: qsTr("The format of tg-export-workspace-config. Types that its counterpart imports are chosen.")
            color: Theme.muted
            wrapMode: Text.Wrap
            elide: Text.ElideNone
        }
        ListView {
            id: list
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(Theme.rowHeight, Math.min(count * Theme.rowHeight, 300))
            clip: true
            model: root.content
            activeFocusOnTab: true
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Types")
            delegate: ConfigExportRow {
                width: ListView.view.width
                content: root.content
            }
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            TextField {
                id: path
                Layout.fillWidth: true
                mono: true
                name: qsTr("File")
                fault: root.fault
                onTextEdited: root.fault = ""
                Keys.onReturnPressed: root.write()
            }
            FileButton {
                field: path
                saving: true
                title: qsTr("Where to write it")
                onChosen: root.fault = ""
            }
        }
        CheckBox {
            id: replace
            Layout.leftMargin: 16
            Layout.bottomMargin: 10
            text: qsTr("Replace the file when it is there")
        }
    }
}
