// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Models
import Signalbox.Pages

// The limits, for everywhere and for parts of the platform, and who is called outside the window.
Item {
    id: root

    required property AppState app
    required property AlertsView view
    readonly property AlertStore alerts: app.alerts

    ListView {
        id: list
        width: parent.width
        height: parent.height - below.height
        clip: true
        model: root.view.rules
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollBar {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Rules")
        delegate: AlertRuleRow {
            width: list.width
            rules: root.view.rules
        }
    }
    ColumnLayout {
        id: below
        y: list.height
        width: parent.width
        spacing: 6
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: 1
            color: Theme.line
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            spacing: 8
            ComboBox {
                id: kind
                Layout.fillWidth: true
                name: qsTr("Kind of the new limit")
                model: root.view.rules.kinds()
            }
            TextField {
                id: workspace
                Layout.preferredWidth: 150
                name: qsTr("Workspace of the new limit")
                placeholderText: qsTr("Workspace")
                text: root.app.session.workspace
            }
            TextField {
                id: flow
                Layout.preferredWidth: 150
                name: qsTr("Flow of the new limit")
                placeholderText: qsTr("Flow, empty = all")
            }
            Button {
                text: qsTr("Add a limit")
                onTriggered: fault.text = root.view.rules.add(kind.currentIndex, workspace.text, flow.text)
            }
        }
        Label {
            id: fault
            Layout.leftMargin: 14
            visible: text.length > 0
            color: Theme.danger
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            spacing: 12
            Switch {
                text: qsTr("Notify on this desktop")
                checked: root.alerts.desktop
                onToggled: root.alerts.desktop = checked
            }
            Label {
                Layout.fillWidth: true
                text: root.alerts.desktopState
                color: Theme.muted
                elide: Text.ElideRight
            }
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            Layout.bottomMargin: 10
            spacing: 12
            TextField {
                id: webhook
                Layout.preferredWidth: 380
                name: qsTr("Webhook")
                placeholderText: qsTr("Webhook: https://… gets each call as JSON")
                echoMode: TextInput.Password // whoever knows the path may often write there
                inputMethodHints: Qt.ImhSensitiveData | Qt.ImhHiddenText | Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase
                text: root.alerts.webhook
                fault: root.alerts.webhookFault
                onEditingFinished: root.alerts.webhook = text
            }
            Label {
                Layout.fillWidth: true
                text: root.alerts.webhookFault.length > 0 ? root.alerts.webhookFault : root.alerts.webhookState.length > 0 ? root.alerts.webhookState : root.alerts.webhook.length > 0 ? qsTr("Nothing was sent yet. %1").arg(root.alerts.webhookKeep) : ""
                color: root.alerts.webhookFault.length > 0 ? Theme.danger : Theme.muted
                wrapMode: Text.Wrap
                maximumLineCount: 2
            }
        }
    }
}
