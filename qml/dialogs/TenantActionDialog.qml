// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox
import Signalbox.Controls
import Signalbox.Models
import Signalbox.Pages

// Delete, remove, withdraw, switch, test: what it does in view, then the request.
Dialog {
    id: root

    required property AppState app
    required property TenantStore store
    readonly property TenantAction action: model
    readonly property bool over: model.result.length > 0
    readonly property bool typing: model.typeThis.length > 0 && !over

    function begin(kind: int, tenant: string, id: string): void {
        model.open(kind, tenant, id);
        typed.clear();
        root.open();
        if (root.typing)
            typed.forceActiveFocus();
        else
            cancel.forceActiveFocus();
    }

    width: Math.min(640, parent ? parent.width - 48 : 640)
    title: model.title
    subtitle: model.subtitle
    note: over ? "" : model.whyNot
    onClosed: model.forget()
    actions: [
        TextField {
            id: typed
            visible: root.typing
            Layout.preferredWidth: 180
            mono: true
            name: qsTr("Type %1 to go on").arg(model.typeThis)
            onTextChanged: model.typed = text
            Keys.onReturnPressed: act.clicked()
        },
        Button {
            id: cancel
            text: root.over ? qsTr("Close") : qsTr("Cancel")
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

    TenantAction {
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
        ColumnLayout {
            Layout.fillWidth: true
            Layout.margins: 16
            spacing: 8
            Label {
                visible: root.over
                Layout.fillWidth: true
                text: root.action.result
                color: Theme.strong
                wrapMode: Text.Wrap
                maximumLineCount: 8
            }
            Repeater {
                model: root.over ? root.action.steps : root.action.consequences
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
    }
}
