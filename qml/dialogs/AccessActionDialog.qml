// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox
import Signalbox.Controls
import Signalbox.Models
import Signalbox.Pages

// Disable, enable, delete, reset, revoke, rotate: what it does in view, then the request.
Dialog {
    id: root

    required property AppState app
    required property AccessStore store
    readonly property AccessAction action: model
    readonly property bool over: model.result.length > 0

    function begin(kind: int, target: string, owner: string): void {
        model.open(kind, target, owner);
        typed.clear();
        root.open();
        if (model.typingNeeded)
            typed.forceActiveFocus();
        else
            cancel.forceActiveFocus();
    }

    width: Math.min(640, parent ? parent.width - 48 : 640)
    title: model.title
    subtitle: model.subtitle
    closePolicy: model.secret.length > 0 ? T.Popup.NoAutoClose : T.Popup.CloseOnEscape
    note: over ? "" : model.typingNeeded ? qsTr("Type %1 to go on").arg(model.typeThis) : model.whyNot
    onClosed: model.forget()
    actions: [
        TextField {
            id: typed
            visible: model.typingNeeded && !root.over
            Layout.preferredWidth: 180
            mono: true
            name: qsTr("Type %1 to go on").arg(model.typeThis)
            onTextChanged: model.typed = text
            Keys.onReturnPressed: act.clicked()
        },
        Button {
            id: cancel
            text: model.secret.length > 0 ? qsTr("I have kept it") : root.over ? qsTr("Close") : qsTr("Cancel")
            kind: model.secret.length > 0 ? Button.Primary : Button.Plain
            onTriggered: root.close()
        },
        Button {
            id: act
            visible: !root.over
            text: model.verb
            kind: model.destructive ? Button.Danger : Button.Primary
            why: model.whyNot
            onTriggered: model.run()
        }
    ]

    AccessAction {
        id: model
        store: root.store
        onDone: cancel.forceActiveFocus()
    }
    ColumnLayout {
        width: parent ? parent.width : 0
        spacing: 0
        Banner {
            Layout.fillWidth: true
            visible: text.length > 0
            tone: Banner.Danger
            text: root.action.error
        }
        Repeater {
            model: root.over ? [] : root.action.warnings
            Banner {
                required property string modelData
                Layout.fillWidth: true
                tone: Banner.Caution
                text: modelData
            }
        }
        ColumnLayout {
            visible: !root.over
            Layout.fillWidth: true
            Layout.margins: 16
            spacing: 8
            Repeater {
                model: root.action.consequences
                RowLayout {
                    id: line
                    required property string modelData
                    Layout.fillWidth: true
                    spacing: 8
                    Rectangle {
                        Layout.alignment: Qt.AlignTop
                        Layout.topMargin: 7
                        Layout.preferredWidth: 4
                        Layout.preferredHeight: 4
                        radius: 2
                        color: root.action.destructive ? Theme.danger : Theme.muted
                    }
                    Label {
                        Layout.fillWidth: true
                        text: line.modelData
                        wrapMode: Text.Wrap
                        maximumLineCount: 6
                    }
                }
            }
        }
        Label {
            visible: root.over
            Layout.fillWidth: true
            Layout.margins: 16
            text: root.action.result
            wrapMode: Text.Wrap
            maximumLineCount: 8
        }
        AccessSecret {
            visible: root.action.secret.length > 0
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.topMargin: 0
            app: root.app
            caption: root.action.secretName
            secret: root.action.secret
        }
    }
}
