// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox
import Signalbox.Pages

// The saved connections, and the way to their list.
PickPopup {
    id: root

    required property AppState app
    required property ConnectionList connections

    function list(count: int): var {
        const found = [];
        for (let row = 0; row < count; ++row) {
            const entry = root.connections.entry(row);
            found.push({
                name: entry.name,
                detail: entry.builtIn ? qsTr("on this machine") : entry.environment,
                value: entry.name
            });
        }
        return found;
    }

    width: 360
    name: qsTr("Connection")
    current: connections.current
    choices: list(connections.count)
    lastText: qsTr("Manage connections…")
    onPicked: value => root.connections.open(root.connections.indexOf(value))
    onLastPicked: root.app.commandRequested("connections")
}
