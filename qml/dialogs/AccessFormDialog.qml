// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox
import Signalbox.Controls
import Signalbox.Models
import Signalbox.Pages

// Make or change a user, workspace or key, or the own password. A made secret is shown once.
Dialog {
    id: root

    required property AppState app
    required property AccessStore store
    readonly property AccessForm form: model
    readonly property bool over: model.result.length > 0

    function begin(kind: int, target: string): void {
        model.open(kind, target);
        fields.load();
        root.open();
        fields.focusFirst();
    }

    width: Math.min(640, parent ? parent.width - 48 : 640)
    title: model.title
    subtitle: model.subtitle
    closePolicy: model.secret.length > 0 ? T.Popup.NoAutoClose : T.Popup.CloseOnEscape
    // what a field says below itself is not said again
    note: over || model.whyNot === model.nameFault || model.whyNot === model.passwordFault || model.whyNot === model.untilFault ? "" : model.whyNot
    onClosed: {
        model.forget();
        fields.load();
    }
    actions: [
        Button {
            id: leave
            text: model.secret.length > 0 ? qsTr("I have kept it") : root.over ? qsTr("Close") : qsTr("Cancel")
            kind: model.secret.length > 0 ? Button.Primary : Button.Plain
            onTriggered: root.close()
        },
        Button {
            visible: !root.over
            text: model.verb
            kind: Button.Primary
            why: model.whyNot
            onTriggered: model.run()
        }
    ]

    AccessForm {
        id: model
        store: root.store
        onDone: leave.forceActiveFocus()
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
        DraftNote {
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: 0
            visible: text.length > 0 && !root.over
            text: root.form.draft.restored.length > 0 ? qsTr("%1. Passwords are never kept.").arg(root.form.draft.restored) : ""
            onStartOver: {
                root.form.draft.startOver();
                fields.load();
            }
        }
        AccessFormFields {
            id: fields
            visible: !root.over
            Layout.fillWidth: true
            Layout.margins: 16
            form: root.form
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
            caption: root.form.secretName
            secret: root.form.secret
        }
    }
}
