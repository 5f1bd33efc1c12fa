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

// A tenant, agent, channel, member or invitation: as a form, as JSON, and what differs; when somebody was faster, a way out.
Dialog {
    id: root

    required property AppState app
    required property TenantStore store
    readonly property TenantForm form: model
    readonly property bool over: model.result.length > 0
    property int view: 0 // form, JSON, difference

    function begin(kind: int, tenant: string, id: string, copyOf: string): void {
        root.view = 0;
        model.open(kind, tenant, id, copyOf);
        root.open();
        fields.forceActiveFocus();
    }

    width: Math.min(model.conflict ? 1180 : 820, parent ? parent.width - 48 : 820)
    title: model.title
    subtitle: model.subtitle
    closePolicy: model.secret.length > 0 ? T.Popup.NoAutoClose : T.Popup.CloseOnEscape
    note: over || model.conflict ? "" : model.whyNot
    onClosed: model.forget()
    actions: [
        Button {
            id: leave
            text: model.secret.length > 0 ? qsTr("I have kept it") : root.over ? qsTr("Close") : qsTr("Cancel")
            kind: model.secret.length > 0 ? Button.Primary : Button.Plain
            onTriggered: root.close()
        },
        Button {
            visible: model.conflict
            text: qsTr("Take theirs")
            tip: qsTr("Forgets your draft")
            onTriggered: model.takeTheirs()
        },
        Button {
            visible: model.conflict
            text: qsTr("Take mine")
            tip: qsTr("Keeps your draft as it is; saving it replaces what they wrote")
            onTriggered: model.takeMine()
        },
        Button {
            visible: model.conflict
            text: qsTr("Take the merge")
            kind: Button.Primary
            onTriggered: model.takeMerged()
        },
        Button {
            visible: !root.over && !model.conflict
            text: model.verb
            kind: Button.Primary
            why: model.whyNot
            onTriggered: model.save()
        }
    ]

    TenantForm {
        id: model
        store: root.store
        onDone: leave.forceActiveFocus()
        onTextChanged: area.show()
    }
    ColumnLayout {
        width: parent ? parent.width : 0
        spacing: 0
        Banner {
            Layout.fillWidth: true
            visible: text.length > 0
            tone: Banner.Danger
            text: root.form.error
        }
        Banner {
            Layout.fillWidth: true
            visible: root.form.conflict
            tone: Banner.Caution
            text: qsTr("Somebody was faster. Decide what becomes of both; nothing is written before you save.")
        }
        DraftNote {
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: 0
            visible: text.length > 0 && !root.over
            text: root.form.draft.restored
            onStartOver: root.form.draft.startOver()
        }
        RowLayout {
            visible: !root.over && !root.form.conflict
            Layout.fillWidth: true
            Layout.margins: 14
            Layout.bottomMargin: 0
            spacing: 10
            TabBar {
                name: qsTr("How to see it")
                currentIndex: root.view
                TabButton {
                    text: qsTr("Form")
                    onClicked: root.view = 0
                }
                TabButton {
                    text: qsTr("JSON")
                    onClicked: root.view = 1
                }
                TabButton {
                    text: qsTr("Difference")
                    count: root.form.diff.added + root.form.diff.removed > 0 ? qsTr("+%1 −%2").arg(root.form.diff.added).arg(root.form.diff.removed) : ""
                    onClicked: root.view = 2
                }
            }
            Item {
                Layout.fillWidth: true
            }
            Label {
                visible: from.visible
                text: qsTr("Begin with")
                color: Theme.muted
            }
            ComboBox {
                id: from
                visible: root.form.templates.length > 0
                Layout.preferredWidth: 200
                name: qsTr("Begin with a template")
                model: root.form.templates
                property int taken: -1
                currentIndex: -1
                displayText: taken < 0 ? qsTr("a template") : currentText
                onModelChanged: currentIndex = taken // the template takes the first by itself
                onActivated: index => {
                    taken = index;
                    root.form.takeTemplate(index);
                }
            }
        }
        Label {
            visible: text.length > 0 && !root.over
            Layout.fillWidth: true
            Layout.margins: 14
            Layout.bottomMargin: 0
            text: root.form.note
            color: Theme.muted
            wrapMode: Text.Wrap
        }
        ConflictView {
            visible: root.form.conflict
            Layout.fillWidth: true
            Layout.preferredHeight: 520
            conflict: root.form.merge
        }
        ConfigFormView {
            id: fields
            visible: !root.over && !root.form.conflict && root.view === 0
            Layout.fillWidth: true
            Layout.preferredHeight: 440
            form: root.form.form
            frozen: root.form.busy
        }
        ColumnLayout {
            visible: !root.over && !root.form.conflict && root.view === 1
            Layout.fillWidth: true
            Layout.preferredHeight: 440
            Layout.topMargin: 8
            spacing: 0
            Flickable {
                id: flick
                Layout.fillWidth: true
                Layout.fillHeight: true
                clip: true
                contentWidth: Math.max(width, area.implicitWidth)
                contentHeight: Math.max(height, area.implicitHeight)
                boundsBehavior: Flickable.StopAtBounds
                T.ScrollBar.vertical: ScrollBar {}
                T.ScrollBar.horizontal: ScrollBar {}
                TextArea {
                    id: area
                    function show(): void {
                        if (text === root.form.text)
                            return;
                        const position = cursorPosition;
                        text = root.form.text;
                        cursorPosition = Math.min(position, length);
                    }
                    width: flick.contentWidth
                    height: flick.contentHeight
                    framed: false
                    mono: true
                    padding: 14
                    wrapMode: TextEdit.NoWrap
                    readOnly: root.form.busy
                    name: qsTr("JSON")
                    onTextChanged: if (text !== root.form.text)
                        root.form.edit(text)
                }
            }
            JsonHighlighter {
                document: area.textDocument
                faultAt: root.form.faultAt
                nameInk: Theme.accent
                textInk: Theme.good
                numberInk: Theme.caution
                wordInk: Theme.danger
                faultInk: Theme.danger
                foundGround: Theme.cautionLine
            }
            Label {
                Layout.fillWidth: true
                Layout.leftMargin: 14
                Layout.preferredHeight: 28
                text: root.form.fault.length > 0 ? root.form.fault : qsTr("Valid JSON")
                color: root.form.fault.length > 0 ? Theme.danger : Theme.muted
            }
        }
        DiffView {
            visible: !root.over && !root.form.conflict && root.view === 2
            Layout.fillWidth: true
            Layout.preferredHeight: 440
            lines: root.form.diff
        }
        Label {
            visible: root.over
            Layout.fillWidth: true
            Layout.margins: 16
            text: root.form.result
            wrapMode: Text.Wrap
            maximumLineCount: 8
        }
        AccessSecret {
            visible: root.form.secret.length > 0
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.topMargin: 0
            app: root.app
            caption: qsTr("Invitation")
            secret: root.form.secret
        }
    }
}
