// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Models
import Signalbox.Pages

// The flows of one workspace or of all, and below them the one looked at.
FocusScope {
    id: root

    required property AppState app
    readonly property FlowsPageModel page: model
    readonly property FlowDiagram tracks: detail.tracks
    readonly property int shown: model.table ? model.table.count : 0
    // nothing has come yet, and nothing will before a person does something
    readonly property bool unconnected: root.total === 0 && (app.session.state === Session.Refused || app.session.state === Session.Disconnected)
    // it is tried again by itself, sooner when a person says so
    readonly property bool retrying: root.total === 0 && (app.session.state === Session.Stale || (app.session.state === Session.Connecting && app.session.stateText.indexOf(": ") > 0))
    readonly property int total: model.table ? model.table.total : 0
    readonly property var startDialog: startHost.item
    readonly property var stopDialog: stopHost.item
    readonly property var restartDialog: restartHost.item

    function focusFilter(): void {
        filter.forceActiveFocus();
        filter.selectAll();
    }
    function load(host: Loader, dialog: string): void {
        if (!host.item)
            host.setSource(Qt.resolvedUrl("../dialogs/" + dialog + ".qml"), {
                app: root.app
            });
    }
    function look(key: string): void {
        table.currentKey = key;
    }
    function startFlow(): void {
        root.startFlowOf("", "");
    }
    function startFlowOf(workspace: string, blueprint: string): void {
        root.load(startHost, "StartFlowDialog");
        root.startDialog.begin(workspace, blueprint);
    }
    function stopFlows(keys: var): void {
        root.load(stopHost, "StopFlowDialog");
        root.stopDialog.begin(keys);
    }
    function restartFlow(key: string): void {
        root.load(restartHost, "RestartFlowDialog");
        root.restartDialog.begin(key);
    }
    function closeDialogs(): void {
        for (const host of [startHost, stopHost, restartHost])
            if (host.item)
                host.item.close();
    }
    function chosenKeys(): var {
        const keys = table.selection.keys;
        return keys.length > 0 ? keys : model.currentKey.length > 0 ? [model.currentKey] : [];
    }

    Component.onCompleted: if (app.page === "flows" && app.target.length > 0)
        look(app.target)
    Connections {
        target: root.app
        function onPlaceChanged(): void {
            if (root.app.page === "flows" && root.app.target.length > 0 && root.app.target !== model.currentKey)
                root.look(root.app.target);
        }
        function onFilterRequested(page: string, text: string): void {
            if (page === "flows")
                filter.text = text;
        }
        function onCommandRequested(command: string): void {
            if (command === "start-flow" && model.startDenied.length === 0)
                root.startFlow();
        }
        function onStartRequested(workspace: string, blueprint: string): void {
            if (model.startDenied.length === 0)
                root.startFlowOf(workspace, blueprint);
        }
    }
    ConnectionWatch {
        session: root.app.session
        onReplaced: {
            root.closeDialogs();
            root.look("");
        }
    }
    FlowsPageModel {
        id: model
        session: root.app.session
        onFlowGone: key => table.selection.forget(key)
        onCurrentKeyChanged: if (root.app.page === "flows")
            root.app.setTarget(currentKey)
    }
    PageHead {
        id: head
        width: parent.width
        title: qsTr("Flows")
        remark: model.summary
        FilterField {
            id: filter
            Layout.fillWidth: true
            Layout.minimumWidth: 110
            Layout.preferredWidth: 320
            Layout.maximumWidth: 320
            name: qsTr("Filter flows")
            placeholderText: qsTr("state:running backlog>0")
            text: root.app.settings.value("flows/filter", "")
            fields: model.table ? model.table.filterFields : []
            fault: model.table ? model.table.filterError : ""
            faultPosition: model.table ? model.table.filterErrorPosition : -1
            onLeaving: table.forceActiveFocus()
            onTextChanged: {
                root.app.settings.setValue("flows/filter", text);
                if (model.table)
                    model.table.filter = text;
            }
            Keys.onDownPressed: table.forceActiveFocus()
            Component.onCompleted: if (model.table)
                model.table.filter = text
        }
        Item {
            Layout.fillWidth: true
        }
        Label {
            visible: model.staleness.length > 0
            text: model.staleness
            color: Theme.caution
        }
        Label {
            visible: table.selectedCount > 1
            text: table.selection.hidden > 0 ? qsTr("%1 selected, %2 of them hidden by the filter").arg(table.selectedCount).arg(table.selection.hidden) : qsTr("%1 selected").arg(table.selectedCount)
            color: Theme.muted
        }
        Button {
            text: table.selectedCount > 1 ? qsTr("Stop %1…").arg(table.selectedCount) : qsTr("Stop…")
            kind: Button.Danger
            why: table.selectedCount > 1 ? model.whyNotStop(table.selection.keys) : model.stopDenied
            onTriggered: root.stopFlows(root.chosenKeys())
        }
        Button {
            text: qsTr("Start flow…")
            kind: Button.Primary
            why: model.startDenied
            onTriggered: root.startFlow()
        }
    }
    Banner {
        id: trouble
        y: head.height
        width: parent.width
        visible: model.error.length > 0 && root.total > 0
        height: visible ? implicitHeight : 0
        tone: Banner.Danger
        text: model.error
        actionText: qsTr("Try again")
        onTriggered: root.app.session.refresh()
    }
    T.SplitView {
        id: split
        readonly property real kept: root.app.settings.value("flows/split", 0) // where a person put the handle
        onResizingChanged: if (!resizing)
            root.app.settings.setValue("flows/split", Math.round(table.height))
        y: trouble.y + trouble.height
        width: parent.width
        height: parent.height - y
        orientation: Qt.Vertical
        handle: Item {
            id: grip
            readonly property bool hot: T.SplitHandle.pressed || T.SplitHandle.hovered
            implicitHeight: 7
            implicitWidth: 7
            Accessible.ignored: true
            Rectangle {
                y: 3
                width: parent.width
                height: 1
                color: grip.hot ? Theme.accent : Theme.line
            }
        }
        DataTable {
            id: table
            T.SplitView.fillHeight: !detail.visible
            T.SplitView.minimumHeight: 84
            T.SplitView.preferredHeight: split.kept > 0 ? split.kept : Math.min(Theme.rowHeight * Math.floor(split.height * 0.42 / Theme.rowHeight), Math.max(196, 14 + (root.shown + 1) * Theme.rowHeight)) // whole rows; the diagram wants height
            visible: !(detail.visible && detail.whole)
            focus: true
            table: model.table
            name: qsTr("Flows")
            faded: model.staleness.length > 0
            settings: root.app.settings
            tableId: "flows"
            emptyGlyph: Glyph.Flows
            emptyTitle: model.emptyTitle
            emptyText: model.emptyText
            emptyAction: root.unconnected ? (root.app.session.state === Session.Refused ? qsTr("Open the connection…") : qsTr("Connections…")) : root.retrying ? qsTr("Reconnect now") : model.loading ? "" : model.error.length > 0 ? qsTr("Try again") : root.total > 0 ? qsTr("Show all") : qsTr("Start flow…")
            emptyWhy: model.error.length === 0 && root.total === 0 && !root.unconnected ? model.startDenied : ""
            onCurrentKeyChanged: model.currentKey = currentKey
            onEmptyTriggered: {
                if (root.unconnected)
                    root.app.commandRequested(root.app.session.state === Session.Refused ? "connection-key" : "connections");
                else if (root.retrying)
                    root.app.session.reconnectNow();
                else if (model.error.length > 0)
                    root.app.session.refresh();
                else if (root.total > 0)
                    filter.clear();
                else
                    root.startFlow();
            }
            onOpened: detail.forceActiveFocus()
            onMenuWanted: (x, y) => {
                rowMenu.popup(table, x, y);
            }
        }
        FlowDetailPane {
            id: detail
            T.SplitView.fillHeight: true
            T.SplitView.minimumHeight: 120
            visible: model.currentKey.length > 0
            app: root.app
            page: model
            onRestartWanted: root.restartFlow(model.currentKey)
            onLeaving: {
                detail.whole = false;
                table.focusRows(Qt.OtherFocusReason);
            }
            onMenuWanted: (x, y) => {
                rowMenu.popup(detail, x, y);
            }
        }
    }
    Menu {
        id: rowMenu
        title: qsTr("Flow")
        MenuItem {
            text: qsTr("Restart with other parameters…")
            why: table.selectedCount > 1 ? qsTr("one flow at a time") : model.stopDenied
            onTriggered: root.restartFlow(model.currentKey)
        }
        MenuItem {
            text: qsTr("Show its queues")
            onTriggered: root.app.open("queues", "", model.filterOf(model.currentKey))
        }
        MenuItem {
            text: qsTr("Show its blueprint")
            onTriggered: root.app.openLink(model.blueprintLinkOf(model.currentKey))
        }
        MenuItem {
            text: qsTr("Open its logs…")
            why: rowMenu.visible ? root.app.whyNoLogs("flow", model.workspaceOf(model.currentKey), model.idOf(model.currentKey)) : ""
            onTriggered: root.app.askForLogs("flow", model.workspaceOf(model.currentKey), model.idOf(model.currentKey))
        }
        MenuSeparator {}
        MenuItem {
            text: qsTr("Copy cell")
            onTriggered: root.app.copy(table.cellText(), qsTr("cell"))
        }
        MenuItem {
            text: qsTr("Copy id")
            onTriggered: root.app.copy(model.idOf(model.currentKey), qsTr("id"))
        }
        MenuItem {
            text: qsTr("Copy link")
            onTriggered: root.app.copy(model.linkTo(model.currentKey), qsTr("link"))
        }
        MenuItem {
            text: qsTr("Copy row")
            keys: "Ctrl+C"
            onTriggered: table.copySelection()
        }
        MenuItem {
            text: qsTr("Copy as JSON")
            onTriggered: root.app.copy(model.jsonOf(model.currentKey), qsTr("JSON"))
        }
        MenuSeparator {}
        MenuItem {
            text: table.selectedCount > 1 ? qsTr("Stop %1 flows…").arg(table.selectedCount) : qsTr("Stop…")
            danger: true
            why: model.whyNotStop(root.chosenKeys())
            onTriggered: root.stopFlows(root.chosenKeys())
        }
    }
    Loader {
        id: startHost
    }
    Loader {
        id: stopHost
    }
    Loader {
        id: restartHost
    }
    Connections {
        target: root.startDialog
        function onShowFlow(key: string): void {
            root.look(key);
            table.focusRows(Qt.OtherFocusReason);
        }
    }
    Connections {
        target: root.restartDialog
        function onShowFlow(key: string): void {
            root.look(key);
            table.focusRows(Qt.OtherFocusReason);
        }
        function onStartAgain(): void {
            root.startFlow();
        }
    }
}
