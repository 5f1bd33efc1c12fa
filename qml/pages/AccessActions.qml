// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Controls
import Signalbox.Pages

// What can be done to the user, workspace or key looked at; a button that may not be pressed says which right is missing.
Flow {
    id: root

    required property AccessPageModel page
    readonly property AccessDetail detail: page.detail
    readonly property bool user: detail.kind === AccessDetail.User
    readonly property bool workspace: detail.kind === AccessDetail.Workspace
    property var why: ({})

    signal formWanted(int kind, string target)
    signal actionWanted(int kind, string target, string owner)

    function read(): void {
        const page = root.page;
        root.why = {
            edit: page.whyNotForm(root.workspace ? AccessForm.EditWorkspace : AccessForm.EditUser),
            key: page.whyNotForm(AccessForm.NewKey),
            own: page.changePasswordDenied,
            reset: page.whyNotAction(AccessAction.ResetPassword),
            disable: page.whyNotAction(root.workspace ? AccessAction.DisableWorkspace : AccessAction.DisableUser),
            enable: page.whyNotAction(root.workspace ? AccessAction.EnableWorkspace : AccessAction.EnableUser),
            remove: page.whyNotAction(AccessAction.DeleteUser),
            revoke: page.whyNotAction(AccessAction.RevokeKey),
            lease: page.whyNotAction(AccessAction.RevokeLease)
        };
    }
    function reason(name: string): string {
        return root.why[name] ?? "";
    }

    spacing: 8
    Component.onCompleted: read()
    Connections {
        target: root.page
        function onChanged(): void {
            root.read();
        }
        function onCurrentKeyChanged(): void {
            root.read();
        }
    }
    Button {
        visible: root.user || root.workspace
        text: root.workspace ? qsTr("Rename…") : qsTr("Change…")
        why: root.reason("edit")
        onTriggered: root.formWanted(root.workspace ? AccessForm.EditWorkspace : AccessForm.EditUser, root.detail.key)
    }
    Button {
        visible: root.user
        text: qsTr("New key…")
        why: root.reason("key")
        onTriggered: root.formWanted(AccessForm.NewKey, root.detail.key)
    }
    Button {
        visible: root.user && root.detail.me
        text: qsTr("Change password…")
        why: root.reason("own")
        onTriggered: root.formWanted(AccessForm.ChangePassword, root.detail.key)
    }
    Button {
        visible: root.user
        text: qsTr("Reset password…")
        why: root.reason("reset")
        onTriggered: root.actionWanted(AccessAction.ResetPassword, root.detail.key, "")
    }
    Button {
        visible: (root.user || root.workspace) && root.detail.enabled
        text: qsTr("Disable…")
        kind: Button.Danger
        why: root.reason("disable")
        onTriggered: root.actionWanted(root.workspace ? AccessAction.DisableWorkspace : AccessAction.DisableUser, root.detail.key, "")
    }
    Button {
        visible: (root.user || root.workspace) && !root.detail.enabled
        text: qsTr("Enable…")
        why: root.reason("enable")
        onTriggered: root.actionWanted(root.workspace ? AccessAction.EnableWorkspace : AccessAction.EnableUser, root.detail.key, "")
    }
    Button {
        visible: root.user
        text: qsTr("Delete…")
        kind: Button.Danger
        why: root.reason("remove")
        onTriggered: root.actionWanted(AccessAction.DeleteUser, root.detail.key, "")
    }
    Button {
        visible: root.detail.kind === AccessDetail.Key
        text: qsTr("Revoke…")
        kind: Button.Danger
        why: root.reason("revoke")
        onTriggered: root.actionWanted(AccessAction.RevokeKey, root.detail.key, root.detail.owner)
    }
    Button {
        visible: root.detail.kind === AccessDetail.Lease
        text: qsTr("End it…")
        kind: Button.Danger
        why: root.reason("lease")
        onTriggered: root.actionWanted(AccessAction.RevokeLease, root.detail.key, root.detail.owner)
    }
}
