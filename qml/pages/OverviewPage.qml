// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Models
import Signalbox.Pages

// One look at everything: totals, workspaces, what needs a person, the hottest queues, what failed last.
FocusScope {
    id: root

    required property AppState app
    readonly property Session session: app.session
    readonly property bool offline: session.state === Session.Disconnected || session.state === Session.Refused || (session.state === Session.Connecting && model.failures.count > 0)

    function go(page: string, target: string, filter: string): void {
        root.app.open(page, target, filter);
    }
    function focusFilter(): void {
        workspaces.forceActiveFocus();
    }
    function enter(key: string): void {
        if (key.length === 0)
            return;
        root.session.workspace = key;
        root.app.open("flows");
    }

    OverviewPageModel {
        id: model
        session: root.app.session
        active: root.visible
    }
    AlertsView {
        id: alertsModel
        alerts: root.app.alerts
        causesOnly: true
    }
    PageHead {
        id: head
        width: parent.width
        title: qsTr("Overview")
        remark: model.summary
        Item {
            Layout.fillWidth: true
        }
        Label {
            visible: model.partial && !model.loading
            text: qsTr("partial: some answers are still on their way")
            color: Theme.caution
        }
        Label {
            text: qsTr("queue counts: %1").arg(model.queueSource)
            color: Theme.faint
            visible: model.queueSource.length > 0
        }
    }
    Rectangle {
        y: head.height - 1
        width: parent.width
        height: 1
        color: Theme.line
    }
    Column {
        id: banners
        y: head.height
        width: parent.width
        Banner {
            width: parent.width
            visible: root.offline
            tone: Banner.Danger
            text: root.session.stateText
            actionText: root.session.state === Session.Refused ? qsTr("Open the connection…") : qsTr("Reconnect now")
            onTriggered: {
                if (root.session.state === Session.Refused)
                    root.app.commandRequested("connection-key");
                else
                    root.session.reconnectNow();
            }
        }
        Banner {
            width: parent.width
            visible: model.error.length > 0 && !root.offline
            tone: Banner.Danger
            text: model.error
            actionText: qsTr("Ask again")
            onTriggered: root.session.refresh()
        }
        Banner {
            width: parent.width
            visible: model.staleness.length > 0 && !root.offline
            tone: Banner.Caution
            text: model.staleness
            actionText: qsTr("Refresh")
            onTriggered: root.session.refresh()
        }
    }
    GridLayout {
        id: tiles
        x: 14
        y: banners.y + banners.height + 12
        width: parent.width - 28
        columns: width < 700 ? 3 : width < 1100 ? 5 : 12
        columnSpacing: 8
        rowSpacing: 8
        Repeater {
            model: model.tiles
            OverviewTile {
                required property string page
                required property string filter
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                onTriggered: root.go(page, "", filter)
            }
        }
    }
    readonly property real listTop: tiles.y + tiles.height + 8
    readonly property real lowerTop: workspaces.y + workspaces.height + 8
    readonly property real leftWidth: Math.round(width * 0.5)

    SectionTitle {
        x: 14
        y: root.listTop
        width: root.width - 28
        height: 32
        text: qsTr("Workspaces")
        remark: qsTr("Enter opens the flows of one")
    }
    DataTable {
        id: workspaces
        y: root.listTop + 32
        width: root.width
        height: Math.min((root.height - y) * 0.45, Theme.rowHeight * (Math.max(3, table ? table.count : 0) + 1) + 4)
        focus: true
        table: model.workspaces
        name: qsTr("Workspaces")
        settings: root.app.settings
        tableId: "workspaces"
        multiple: false
        emptyTitle: root.offline ? qsTr("Not connected") : model.loading ? qsTr("Asking for the workspaces…") : qsTr("No workspace to see")
        emptyText: model.loading || root.offline ? "" : qsTr("This sign-in may see no workspace. Ask for a role in one, or use another key.")
        emptyAction: model.loading && !root.offline ? "" : qsTr("Connections…")
        onEmptyTriggered: root.app.commandRequested("connections")
        onOpened: key => root.enter(key)
        onMenuWanted: (x, y) => workspaceMenu.popup(workspaces, x, y)
    }
    Menu {
        id: workspaceMenu
        title: qsTr("Workspace")
        MenuItem {
            text: qsTr("Show its flows")
            keys: qsTr("Enter")
            onTriggered: root.enter(workspaces.currentKey)
        }
        MenuItem {
            text: qsTr("Show its queues")
            onTriggered: {
                root.session.workspace = workspaces.currentKey;
                root.app.open("queues");
            }
        }
        MenuSeparator {}
        MenuItem {
            text: qsTr("Copy id")
            onTriggered: root.app.copy(workspaces.currentKey, qsTr("id"))
        }
        MenuItem {
            text: qsTr("Copy row")
            keys: "Ctrl+C"
            onTriggered: workspaces.copySelection()
        }
        MenuItem {
            text: qsTr("Copy as JSON")
            onTriggered: root.app.copy(workspaces.table.jsonOf(workspaces.table.rowOf(workspaces.currentKey)), qsTr("JSON"))
        }
    }
    Rectangle {
        y: root.lowerTop
        width: root.width
        height: 1
        color: Theme.line
    }
    OverviewList {
        id: attention
        anchors.left: parent.left
        y: root.lowerTop + 4
        width: root.leftWidth
        height: alertList.visible ? Math.min(33 + 42 * Math.max(1, lines.count), root.height - y - 4 - alertList.wanted) : root.height - y
        title: qsTr("Needs a person")
        remark: lines.more > 0 ? qsTr("%1 shown, %2 more").arg(lines.count).arg(lines.more) : lines.count > 0 ? qsTr("worst first") : ""
        lines: model.attention
        showWorkspace: root.session.workspace.length === 0
        emptyText: model.calm
        onChosen: (page, target, filter) => root.go(page, target, filter)
    }
    Rectangle {
        anchors.left: parent.left
        width: root.leftWidth
        y: attention.y + attention.height - (attention.lines.count > 0 ? 1 : 0) // instead of the last row's own
        height: 1
        visible: alertList.visible
        color: Theme.line
    }
    OverviewList {
        id: alertList
        readonly property real wanted: rowsHeight(Math.min(33 + 42 * lines.count, (root.height - root.lowerTop) * 0.5))
        anchors.left: parent.left
        y: attention.y + attention.height + 4
        width: root.leftWidth
        height: visible ? root.height - y : 0
        visible: alertsModel.active.count > 0
        title: qsTr("Alerts")
        remark: alertsModel.summary
        lines: alertsModel.active
        showWorkspace: root.session.workspace.length === 0
        onChosen: (page, target, filter) => root.go(page, target, filter)
    }
    Rectangle {
        anchors.left: attention.right
        y: root.lowerTop
        width: 1
        height: root.height - y
        color: Theme.line
    }
    OverviewList {
        id: hottest
        anchors.left: attention.right
        anchors.leftMargin: 1
        anchors.right: parent.right
        y: root.lowerTop + 4
        height: hottest.rowsHeight(failed.lines.count > 0 ? (root.height - y) * 0.66 : root.height - y - 79) // "None." is one line
        title: qsTr("Hottest queues")
        remark: lines.count > 0 ? qsTr("by messages waiting") : ""
        lines: model.hottest
        mono: true
        showWorkspace: false
        emptyText: model.calmQueues
        onChosen: (page, target, filter) => root.go(page, target, filter)
    }
    Rectangle {
        anchors.left: hottest.left
        anchors.right: parent.right
        y: hottest.y + hottest.height
        height: 1
        color: Theme.line
    }
    OverviewList {
        id: failed
        anchors.left: hottest.left
        anchors.right: parent.right
        y: hottest.y + hottest.height + 4
        height: root.height - y
        title: qsTr("Failed requests of this window")
        lines: model.failures
        emptyText: qsTr("None.")
        onChosen: (page, target, filter) => root.go(page, target, filter)
    }
}
