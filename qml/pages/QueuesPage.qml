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

// Every queue of the broker by scope and owner, and beside them the one looked at.
FocusScope {
    id: root

    required property AppState app
    readonly property QueuesPageModel page: model
    readonly property bool stale: model.staleness.length > 0
    // nothing has come yet, and nothing will before a person does something
    readonly property bool unconnected: root.total === 0 && (app.session.state === Session.Refused || app.session.state === Session.Disconnected)
    readonly property int total: model.table ? model.table.total : 0
    readonly property var actionDialog: actionHost.item

    function focusFilter(): void {
        filter.forceActiveFocus();
        filter.selectAll();
    }
    function look(key: string): void {
        table.currentKey = key;
    }
    function listen(): void {
        if (model.currentKey.length > 0)
            detail.listen();
    }
    function closeDialogs(): void {
        if (root.actionDialog)
            root.actionDialog.close();
    }
    function act(kind: int): void {
        if (!actionHost.item)
            actionHost.setSource(Qt.resolvedUrl("../dialogs/QueueActionDialog.qml"), {
                app: root.app
            });
        root.actionDialog.begin(kind, model.currentKey);
    }

    Component.onCompleted: if (app.page === "queues" && app.target.length > 0)
        look(app.target)
    onVisibleChanged: model.detail.watch(visible && detail.visible)
    Connections {
        target: root.app
        function onPlaceChanged(): void {
            if (root.app.page === "queues" && root.app.target.length > 0 && root.app.target !== model.currentKey)
                root.look(root.app.target);
        }
        function onCommandRequested(command: string): void {
            if (command === "tail-queue" && root.app.page === "queues" && model.detail.tailDenied.length === 0)
                detail.listen();
        }
        function onFilterRequested(page: string, text: string): void {
            if (page !== "queues")
                return;
            model.scope = "";
            filter.text = text;
        }
    }
    ConnectionWatch {
        session: root.app.session
        onReplaced: {
            root.closeDialogs();
            root.look("");
        }
    }
    QueuesPageModel {
        id: model
        session: root.app.session
        filter: filter.text
        onCurrentKeyChanged: if (root.app.page === "queues")
            root.app.setTarget(currentKey)
    }
    PageHead {
        id: head
        width: parent.width
        title: qsTr("Queues")
        remark: model.summary
        FilterField {
            id: filter
            Layout.fillWidth: true
            Layout.minimumWidth: 110
            Layout.preferredWidth: 320
            Layout.maximumWidth: 320
            name: qsTr("Filter queues")
            placeholderText: qsTr("ready>100 flow:ingest-us")
            text: root.app.settings.value("queues/filter", "")
            fields: model.table ? model.table.filterFields : []
            fault: model.table ? model.table.filterError : ""
            faultPosition: model.table ? model.table.filterErrorPosition : -1
            onLeaving: table.forceActiveFocus()
            onTextChanged: root.app.settings.setValue("queues/filter", text)
            Keys.onDownPressed: table.forceActiveFocus()
        }
        TabBar {
            name: qsTr("Scope")
            Layout.fillWidth: true
            Layout.minimumWidth: 90
            Layout.maximumWidth: implicitWidth
            currentIndex: Math.max(0, model.scopeIndex)
            Repeater {
                model: root.page.scopes
                TabButton {
                    required property string modelData
                    text: root.page.scopeTitle(modelData)
                    onClicked: root.page.scope = modelData
                }
            }
        }
        Item {
            Layout.fillWidth: true
        }
        Label {
            visible: root.stale
            text: model.staleness
            color: Theme.caution
        }
        Label {
            visible: root.app.session.knowsQueues && !root.stale
            text: model.sourceText.length > 0 ? qsTr("from %1").arg(model.sourceText) : ""
            color: Theme.muted
            Layout.maximumWidth: 240
        }
    }
    Banner {
        id: trouble
        y: head.height
        width: parent.width
        visible: text.length > 0
        height: visible ? implicitHeight : 0
        tone: model.error.length > 0 ? Banner.Danger : Banner.Info
        text: model.error.length > 0 && root.total > 0 ? model.error : model.unknownWhy
        actionText: model.error.length > 0 ? qsTr("Try again") : ""
        onTriggered: root.app.session.refresh()
    }
    T.SplitView {
        id: split
        readonly property real kept: root.app.settings.value("queues/split", 0) // where a person put the handle
        onResizingChanged: if (!resizing)
            root.app.settings.setValue("queues/split", Math.round(detail.width))
        y: trouble.y + trouble.height
        width: parent.width
        height: parent.height - y
        orientation: Qt.Horizontal
        handle: Item {
            id: grip
            readonly property bool hot: T.SplitHandle.pressed || T.SplitHandle.hovered
            implicitHeight: 7
            implicitWidth: 7
            Accessible.ignored: true
            Rectangle {
                x: 3
                width: 1
                height: parent.height
                color: grip.hot ? Theme.accent : Theme.line
            }
        }
        DataTable {
            id: table
            T.SplitView.fillWidth: true
            T.SplitView.minimumWidth: 260
            focus: true
            table: model.table
            multiple: false
            name: qsTr("Queues")
            settings: root.app.settings
            tableId: "queues"
            emptyGlyph: Glyph.Queues
            emptyTitle: model.emptyTitle
            emptyText: model.emptyText
            emptyAction: root.unconnected ? (root.app.session.state === Session.Refused ? qsTr("Open the connection…") : qsTr("Connections…")) : model.error.length > 0 ? qsTr("Try again") : root.total > 0 ? qsTr("Show all") : ""
            onCurrentKeyChanged: model.currentKey = currentKey
            onEmptyTriggered: {
                if (root.unconnected)
                    root.app.commandRequested(root.app.session.state === Session.Refused ? "connection-key" : "connections");
                else if (model.error.length > 0) {
                    root.app.session.refresh();
                } else {
                    filter.clear();
                    model.scope = "";
                }
            }
            onOpened: detail.forceActiveFocus()
            onMenuWanted: (x, y) => {
                rowMenu.popup(table, x, y);
            }
        }
        QueueDetailPane {
            id: detail
            T.SplitView.preferredWidth: split.kept > 0 ? split.kept : Math.max(340, split.width * 0.36)
            T.SplitView.minimumWidth: Math.min(320, split.width / 2)
            visible: model.currentKey.length > 0
            app: root.app
            queue: model.detail
            onLeaving: table.focusRows(Qt.OtherFocusReason)
            onMenuWanted: (x, y) => {
                rowMenu.popup(detail, x, y);
            }
            onActionWanted: kind => root.act(kind)
            onVisibleChanged: model.detail.watch(visible && root.visible)
        }
    }
    Menu {
        id: rowMenu
        title: qsTr("Queue")
        MenuItem {
            text: qsTr("Listen")
            why: model.detail.tailDenied
            onTriggered: detail.listen()
        }
        MenuItem {
            text: qsTr("Go to its flow")
            enabled: model.detail.flowKey.length > 0
            onTriggered: root.app.open("flows", model.detail.flowKey)
        }
        MenuSeparator {}
        MenuItem {
            text: qsTr("Copy cell")
            onTriggered: root.app.copy(table.cellText(), qsTr("cell"))
        }
        MenuItem {
            text: qsTr("Copy name")
            onTriggered: root.app.copy(model.currentKey, qsTr("name"))
        }
        MenuItem {
            text: qsTr("Copy topic")
            onTriggered: root.app.copy(model.detail.topic, qsTr("topic"))
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
            text: qsTr("Publish…")
            why: model.detail.publishDenied
            onTriggered: root.act(QueueAction.Publish)
        }
        MenuItem {
            text: qsTr("Purge…")
            danger: true
            why: model.detail.purgeDenied
            onTriggered: root.act(QueueAction.Purge)
        }
        MenuItem {
            text: qsTr("Delete…")
            danger: true
            why: model.detail.deleteDenied
            onTriggered: root.act(QueueAction.Delete)
        }
    }
    Loader {
        id: actionHost
    }
}
