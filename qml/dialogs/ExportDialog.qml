// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// Writes a text, or what `writer` writes, to a file of the person's choice.
Dialog {
    id: root

    required property AppState app
    required property string fileName
    required property string content
    property var writer: null // (path, replace) → why not; for what is no text
    property string what: ""
    property string fault: ""

    function write(): void {
        const writer = root.writer;
        root.fault = writer ? writer(path.text, replace.checked) : root.app.save(path.text, root.content, replace.checked);
        if (root.fault.length === 0)
            root.close();
    }

    width: 600
    title: qsTr("Export")
    subtitle: what
    note: fault
    noteInk: Theme.danger
    onAboutToShow: {
        path.text = root.app.exportPath(root.fileName);
        path.forceActiveFocus();
    }
    actions: [
        Button {
            text: qsTr("Cancel")
            onTriggered: root.close()
        },
        Button {
            text: qsTr("Write file")
            kind: Button.Primary
            onTriggered: root.write()
        }
    ]
    Column {
        width: parent ? parent.width : 0
        padding: 16
        spacing: 8
        RowLayout {
            width: parent.width - 32
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
            text: qsTr("Replace the file when it is there")
        }
    }
}
