// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox
import Signalbox.Pages

// All workspaces, or one.
PickPopup {
    id: root

    required property AppState app
    required property ConnectionList connections

    function list(ids: var): var {
        const found = [
            {
                name: qsTr("All workspaces"),
                detail: root.app.countText(root.app.session.workspaces.loaded ? ids.length : -1),
                value: ""
            }
        ];
        for (const id of ids)
            found.push({
                name: id,
                detail: "",
                value: id
            });
        return found;
    }

    name: qsTr("Workspace")
    current: app.session.workspace
    choices: list(app.session.workspaces.ids)
    onPicked: value => root.app.session.workspace = value
}
