// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// A new entry: its type and key. It begins as a draft; nothing is written here.
Dialog {
    id: root

    required property AppState app
    required property ConfigPageModel page
    property string copyOf: ""
    property string blankKey: "" // what the form begins with
    readonly property string wantedType: type.displayText.trim()
    readonly property string why: root.page.whyNotNew(root.page.workspace, root.wantedType, key.text)

    signal made(string id)

    function begin(copyOf: string): void {
        root.copyOf = copyOf;
        type.model = root.page.types();
        draft.begin(copyOf.length > 0 ? copyOf : root.page.workspace);
        root.restore();
        root.open();
        key.forceActiveFocus();
    }
    function restore(): void {
        const wanted = root.copyOf.length > 0 ? root.page.typeOf(root.copyOf) : root.page.type;
        const typed = draft.has("type") && type.model.includes(draft.text("type")) ? draft.text("type") : wanted;
        type.currentIndex = Math.max(0, type.model.indexOf(typed));
        root.blankKey = root.copyOf.length > 0 ? qsTr("%1-copy").arg(root.page.keyOf(root.copyOf)) : root.wantedType === "prompt" ? "template." : "";
        key.text = draft.has("key") ? draft.text("key") : root.blankKey;
    }
    function make(): void {
        if (root.why.length > 0)
            return;
        const id = root.page.create(root.page.workspace, root.wantedType, key.text, root.copyOf);
        draft.drop();
        root.close();
        if (id.length > 0)
            root.made(id);
    }

    width: 560
    title: copyOf.length > 0 ? qsTr("Duplicate %1").arg(page.keyOf(copyOf)) : qsTr("New entry")
    subtitle: qsTr("in %1").arg(page.workspace)
    note: key.text.length > 0 ? why : ""
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
        form: root.copyOf.length > 0 ? "config-copy" : "config-new"
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
            captionWidth: 80
            caption: qsTr("Type")
            ComboBox {
                id: type
                Layout.fillWidth: true
                name: qsTr("Type")
                onActivated: {
                    draft.keep("type", currentText);
                    if (key.text.length === 0 && currentText === "prompt")
                        key.text = "template.";
                }
            }
        }
        FormRow {
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.topMargin: 0
            captionWidth: 80
            caption: qsTr("Key")
            help: root.wantedType === "prompt" ? qsTr("template.NAME, or system") : ""
            TextField {
                id: key
                Layout.fillWidth: true
                mono: true
                name: qsTr("Key")
                onTextEdited: draft.keep("key", text, root.blankKey)
                Keys.onReturnPressed: root.make()
            }
        }
    }
}
