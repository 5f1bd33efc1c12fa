// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Controls
import Signalbox.Pages

// A table in a flow's pane: its own remembered columns and the copy menu.
DataTable {
    id: root

    required property AppState app
    required property string part
    // Of the flow, where the rows are its processors; else "".
    property string logsWorkspace: ""
    property string logsFlow: ""

    function processor(): string {
        return root.currentKey.split(":")[0];
    }

    settings: app.settings
    tableId: "flow-" + part
    onMenuWanted: (x, y) => {
        rowMenu.popup(root, x, y);
    }
    Menu {
        id: rowMenu
        title: root.name
        MenuItem {
            text: qsTr("Open its logs…")
            visible: root.logsFlow.length > 0
            height: visible ? implicitHeight : 0
            why: rowMenu.visible && visible ? root.app.whyNoLogs("processor", root.logsWorkspace, root.logsFlow, root.processor()) : ""
            onTriggered: root.app.askForLogs("processor", root.logsWorkspace, root.logsFlow, root.processor())
        }
        MenuItem {
            text: qsTr("Copy cell")
            onTriggered: root.app.copy(root.cellText(), qsTr("cell"))
        }
        MenuItem {
            text: qsTr("Copy name")
            onTriggered: root.app.copy(root.currentKey, qsTr("name"))
        }
        MenuItem {
            text: qsTr("Copy row")
            keys: "Ctrl+C"
            onTriggered: root.copySelection()
        }
        MenuItem {
            text: qsTr("Copy as JSON")
            enabled: root.table.jsonOf(root.selection.currentRow).length > 0
            onTriggered: root.app.copy(root.table.jsonOf(root.selection.currentRow), qsTr("JSON"))
        }
    }
}
