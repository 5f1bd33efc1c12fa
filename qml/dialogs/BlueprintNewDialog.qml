// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// A new blueprint, empty or a copy of another. It begins as a draft; nothing is written here.
Dialog {
    id: root

    required property AppState app
    required property BlueprintsPageModel page
    readonly property string why: root.page.whyNotNamed(blueprint.text)
    property string copyOf: ""
    property string blankName: "" // what the form begins with

    signal made(string id)

    function begin(copyOf: string): void {
        root.copyOf = copyOf;
        from.model = root.page.beginnings();
        draft.begin(copyOf.length > 0 ? copyOf : root.page.workspace);
        root.restore();
        root.open();
        blueprint.forceActiveFocus();
        blueprint.selectAll();
    }
    function restore(): void {
        const name = root.copyOf.length > 0 ? root.page.keyOf(root.copyOf) : "";
        const typed = from.model.indexOf(draft.text("from"));
        from.currentIndex = typed > 0 ? typed : root.page.beginningOf(root.copyOf);
        root.blankName = name.length > 0 ? qsTr("%1-copy").arg(name) : "";
        blueprint.text = draft.has("name") ? draft.text("name") : root.blankName;
    }
    function make(): void {
        if (root.why.length > 0)
            return;
        const id = root.page.createNamed(blueprint.text, from.currentIndex > 0 ? root.page.idOf(from.currentText) : "");
        draft.drop();
        root.close();
        if (id.length > 0)
            root.made(id);
    }

    width: 560
    title: from.currentIndex > 0 ? qsTr("Duplicate %1").arg(from.currentText) : qsTr("New blueprint")
    subtitle: qsTr("in %1").arg(page.workspace)
    note: blueprint.text.length > 0 ? why : ""
    actions: [
        Button {
            text: qsTr("Cancel")
            onTriggered: root.close()
        },
        Button {
            text: qsTr("Make a draft")
            kind: Button.Primary
            why: root.why
            onTriggered: root.make()
        }
    ]
    FormDraft {
        id: draft
        session: root.app.session
        form: root.copyOf.length > 0 ? "blueprint-copy" : "blueprint-new"
        onStartedOver: root.restore()
    }
    ColumnLayout {
        width: parent ? parent.width : 0
        spacing: 10
        DraftNote {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Layout.topMargin: 12
            text: draft.restored
            onStartOver: draft.startOver()
        }
        FormRow {
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: 0
            captionWidth: 90
            caption: qsTr("Name")
            help: qsTr("Stands for {blueprint}, and so in the names of what its flows share.")
            TextField {
                id: blueprint
                Layout.fillWidth: true
                mono: true
                name: qsTr("Name of the blueprint")
                onTextEdited: draft.keep("name", text, root.blankName)
                Keys.onReturnPressed: root.make()
            }
        }
        FormRow {
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.topMargin: 0
            captionWidth: 90
            caption: qsTr("Begin with")
            ComboBox {
                id: from
                Layout.fillWidth: true
                name: qsTr("Begin with")
                onActivated: draft.keep("from", currentText)
            }
        }
    }
}
