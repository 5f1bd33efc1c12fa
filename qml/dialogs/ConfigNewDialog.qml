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
    readonly property string wantedType: type.displayText.trim()
    readonly property string why: root.page.whyNotNew(root.page.workspace, root.wantedType, key.text)

    signal made(string id)

    function begin(copyOf: string): void {
        root.copyOf = copyOf;
        type.model = root.page.types();
        const wanted = copyOf.length > 0 ? root.page.typeOf(copyOf) : root.page.type;
        type.currentIndex = Math.max(0, type.model.indexOf(wanted));
        key.text = copyOf.length > 0 ? qsTr("%1-copy").arg(root.page.keyOf(copyOf)) : root.wantedType === "prompt" ? "template." : "";
        root.open();
        key.forceActiveFocus();
    }
    function make(): void {
        if (root.why.length > 0)
            return;
        const id = root.page.create(root.page.workspace, root.wantedType, key.text, root.copyOf);
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
    ColumnLayout {
        width: parent ? parent.width : 0
        spacing: 10
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
                onActivated: if (key.text.length === 0 && currentText === "prompt")
                    key.text = "template."
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
                Keys.onReturnPressed: root.make()
            }
        }
    }
}
