// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// One user, workspace, key or right: facts, what hangs on it, and what can be done to it.
FocusScope {
    id: root

    required property AppState app
    required property AccessPageModel page
    readonly property AccessDetail detail: page.detail

    signal leaving
    signal formWanted(int kind, string target)
    signal actionWanted(int kind, string target, string owner)

    Keys.onEscapePressed: root.leaving()
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("About %1").arg(detail.name)

    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        Label {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            Layout.topMargin: 10
            text: root.detail.name
            font.pixelSize: Theme.titleSize
            font.weight: Font.DemiBold
            color: Theme.strong
            wrapMode: Text.WrapAnywhere
            maximumLineCount: 2
            Accessible.role: Accessible.Heading
        }
        Label {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            visible: text.length > 0
            text: root.detail.subtitle
            color: Theme.muted
        }
        AccessActions {
            Layout.fillWidth: true
            Layout.margins: 14
            visible: root.detail.exists && root.detail.kind !== AccessDetail.Right
            page: root.page
            focus: true
            onFormWanted: (kind, target) => root.formWanted(kind, target)
            onActionWanted: (kind, target, owner) => root.actionWanted(kind, target, owner)
        }
        Banner {
            Layout.fillWidth: true
            visible: text.length > 0
            tone: Banner.Caution
            text: root.detail.exists ? root.detail.warning : qsTr("It is gone.")
        }
        DataTable {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.min(Theme.rowHeight * (root.detail.facts.count + 1) + 4, root.height * 0.5)
            table: root.detail.facts
            multiple: false
            name: qsTr("Facts")
            emptyTitle: qsTr("Nothing is known of it")
        }
        SectionTitle {
            Layout.fillWidth: true
            Layout.margins: 14
            Layout.bottomMargin: 4
            text: root.detail.relatedTitle
        }
        DataTable {
            id: related
            Layout.fillWidth: true
            Layout.fillHeight: true
            table: root.detail.related
            multiple: false
            name: root.detail.relatedTitle
            emptyTitle: root.detail.relatedEmpty
            emptyText: root.detail.relatedEmptyText
            onMenuWanted: (x, y) => {
                relatedMenu.popup(related, x, y);
            }
        }
    }
    Menu {
        id: relatedMenu
        title: root.detail.relatedTitle
        MenuItem {
            text: qsTr("Copy cell")
            onTriggered: root.app.copy(related.cellText(), qsTr("cell"))
        }
        MenuItem {
            text: qsTr("Copy id")
            onTriggered: root.app.copy(related.currentKey, qsTr("id"))
        }
        MenuItem {
            text: qsTr("Revoke…")
            danger: true
            visible: root.detail.kind === AccessDetail.User
            height: visible ? implicitHeight : 0
            why: root.page.whyNotAction(AccessAction.RevokeKey)
            onTriggered: root.actionWanted(AccessAction.RevokeKey, related.currentKey, root.detail.key)
        }
    }
}
