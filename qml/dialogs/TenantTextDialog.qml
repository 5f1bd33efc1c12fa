// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Models
import Signalbox.Pages

// A text for kb_search: a new one, typed, pasted or of a file, or one that is there, to read.
Dialog {
    id: root

    required property AppState app
    required property TenantStore store
    readonly property TenantText entry: model
    readonly property bool over: model.result.length > 0

    function begin(tenant: string, id: string): void {
        path.clear();
        model.open(tenant, id);
        root.open();
        if (model.reading)
            leave.forceActiveFocus();
        else
            caption.forceActiveFocus();
    }

    width: Math.min(820, parent ? parent.width - 48 : 820)
    title: model.reading ? qsTr("Text") : qsTr("Add a text")
    subtitle: model.subtitle
    note: over ? "" : model.whyNot.length > 0 ? model.whyNot : model.size
    onClosed: model.forget()
    actions: [
        Button {
            id: leave
            text: root.over || model.reading ? qsTr("Close") : qsTr("Cancel")
            onTriggered: root.close()
        },
        Button {
            visible: !root.over && !model.reading
            text: qsTr("Add")
            kind: Button.Primary
            why: model.whyNot
            onTriggered: model.save()
        }
    ]

    TenantText {
        id: model
        store: root.store
        onDone: leave.forceActiveFocus()
        onTitleChanged: caption.show()
        onTextChanged: area.show()
    }
    ColumnLayout {
        width: parent ? parent.width : 0
        spacing: 8
        Banner {
            Layout.fillWidth: true
            visible: text.length > 0
            tone: Banner.Danger
            text: root.entry.error
        }
        Label {
            visible: root.over
            Layout.fillWidth: true
            Layout.margins: 16
            text: root.entry.result
            wrapMode: Text.Wrap
            maximumLineCount: 4
        }
        DraftNote {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            visible: text.length > 0 && !root.over && !root.entry.reading
            text: root.entry.draft.restored
            onStartOver: root.entry.draft.startOver()
        }
        FormRow {
            visible: !root.over
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Layout.topMargin: 8
            captionWidth: 70
            caption: qsTr("Title")
            TextField {
                id: caption
                function show(): void {
                    if (text !== root.entry.title)
                        text = root.entry.title;
                }
                Layout.fillWidth: true
                name: qsTr("Title")
                readOnly: root.entry.reading || root.entry.busy
                onTextChanged: root.entry.title = text
            }
        }
        FormRow {
            visible: !root.over && !root.entry.reading
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
                placeholderText: qsTr("plain text; or type or paste below")
                Keys.onReturnPressed: root.entry.takeFile(path.text)
            }
            FileButton {
                field: path
                onChosen: file => root.entry.takeFile(file)
            }
            Button {
                text: qsTr("Take it")
                why: path.text.length === 0 ? qsTr("Name a file.") : ""
                onTriggered: root.entry.takeFile(path.text)
            }
        }
        Flickable {
            id: flick
            visible: !root.over
            Layout.fillWidth: true
            Layout.preferredHeight: 340
            Layout.margins: 16
            Layout.topMargin: 0
            clip: true
            contentWidth: width
            contentHeight: Math.max(height, area.implicitHeight)
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            TextArea {
                id: area
                function show(): void {
                    if (text !== root.entry.text)
                        text = root.entry.text;
                }
                width: flick.width
                height: flick.contentHeight
                mono: false
                wrapMode: TextEdit.Wrap
                readOnly: root.entry.reading || root.entry.busy
                name: qsTr("Words")
                onTextChanged: root.entry.text = text
            }
        }
    }
}
