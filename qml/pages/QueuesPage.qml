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
    readonly property bool roomy: width >= 1150
    readonly property var scopes: model.scopes
    // nothing has come yet, and nothing will before a person does something
    readonly property bool unconnected: root.total === 0 && (app.session.state === Session.Refused || app.session.state === Session.Disconnected)
    // it is tried again by itself, sooner when a person says so
    readonly property bool retrying: root.total === 0 && (app.session.state === Session.Stale || (app.session.state === Session.Connecting && app.session.stateText.indexOf(": ") > 0))
    readonly property int total: model.table ? model.table.total : 0
    readonly property var actionDialog: actionHost.item
    readonly property var bulkDialog: bulkHost.item
    readonly property bool asTree: treeRevision >= 0 && Number(app.settings.value("queues/tree", 0)) === 1
    readonly property QueueTreeView treeView: tree
    readonly property DataTable flatView: table
    property int treeRevision: 0 // a setting tells nobody that it changed

    function whyNoLogs(place: var): string {
        return root.app.whyNoLogs("queue", place[0], place[1], place[2], place[3]);
    }
    function openLogs(place: var): void {
        root.app.askForLogs("queue", place[0], place[1], place[2], place[3]);
    }
    function showTree(tree: bool): void {
        root.app.settings.setValue("queues/tree", tree ? 1 : 0);
        root.treeRevision += 1;
    }
    function bulk(kind: int): void {
        if (!bulkHost.item)
            bulkHost.setSource(Qt.resolvedUrl("../dialogs/QueueBulkDialog.qml"), {
                app: root.app
            });
        root.bulkDialog.begin(kind, table.selection.keys);
    }
    function exportAs(json: bool): void {
        exportHost.setSource(Qt.resolvedUrl("../dialogs/ExportDialog.qml"), {
            app: root.app,
            fileName: json ? "signalbox-queues.json" : "signalbox-queues.csv",
            what: qsTr("%1 queues shown, in this order; the file says filter and counts").arg(root.app.countText(model.table.count)),
            content: json ? model.exportJson() : model.exportCsv()
        });
        (exportHost.item as ExportDialog).open();
    }
    function keptName(): string {
        const shown = model.wholeFilter().trim();
        for (const name of saved.names)
            if (saved.filter(name) === shown)
                return name;
        return "";
    }
    function nameFilter(): void {
        nameHost.setSource(Qt.resolvedUrl("../dialogs/SaveFilterDialog.qml"), {
            app: root.app,
            saved: saved,
            filter: model.wholeFilter()
        });
        (nameHost.item as SaveFilterDialog).begin();
    }

    function focusFilter(): void {
        filter.forceActiveFocus();
        filter.selectAll();
    }
    function look(key: string): void {
        table.currentKey = key;
        tree.currentKey = key;
    }
    function focusRows(): void {
        if (root.asTree)
            tree.forceActiveFocus(Qt.OtherFocusReason);
        else
            table.focusRows(Qt.OtherFocusReason);
    }
    function listen(): void {
        if (model.currentKey.length > 0)
            detail.listen();
    }
    function closeDialogs(): void {
        if (root.actionDialog)
            root.actionDialog.close();
        if (root.bulkDialog)
            root.bulkDialog.close();
    }
    function prepareAction(): void {
        if (!actionHost.item)
            actionHost.setSource(Qt.resolvedUrl("../dialogs/QueueActionDialog.qml"), {
                app: root.app
            });
    }
    function act(kind: int): void {
        root.prepareAction();
        root.actionDialog.begin(kind, model.currentKey);
    }
    function resend(row: int): void {
        root.prepareAction();
        root.actionDialog.resend(model.currentKey, model.detail.propertyLines(row), model.detail.payload(row, QueueDetailView.Text));
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
    SavedFilters {
        id: saved
        app: root.app
        page: "queues"
    }
    Binding {
        target: model.tree
        property: "active"
        value: root.asTree && root.visible
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
            Layout.preferredWidth: 250
            Layout.maximumWidth: 320
            name: qsTr("Filter queues")
            placeholderText: qsTr("ready>100 flow:ingest-us")
            text: root.app.settings.value("queues/filter", "")
            fields: model.table ? model.table.filterFields : []
            fault: model.table ? model.table.filterError : ""
            faultPosition: model.table ? model.table.filterErrorPosition : -1
            onLeaving: root.focusRows()
            onTextChanged: root.app.settings.setValue("queues/filter", text)
            Keys.onDownPressed: root.focusRows()
        }
        ToolButton {
            glyph: Glyph.Filter
            text: qsTr("Saved filters")
            onTriggered: filtersMenu.popup(this, 0, height)
        }
        ComboBox {
            // no room for all of them side by side
            visible: !root.roomy
            Layout.preferredWidth: 132
            name: qsTr("Scope")
            model: root.scopes.map(scope => root.page.scopeTitle(scope))
            currentIndex: Math.max(0, root.page.scopeIndex)
            onActivated: index => {
                root.page.scope = root.scopes[index];
            }
        }
        Item {
            Layout.fillWidth: true
        }
        Button {
            visible: root.width >= 1250
            glyph: Glyph.Check
            text: qsTr("Reconciler…")
            onTriggered: root.app.commandRequested("reconciler")
        }
        ToolButton {
            visible: root.width < 1250
            glyph: Glyph.Check
            text: qsTr("Reconciler: what does not belong together…")
            onTriggered: root.app.commandRequested("reconciler")
        }
        Label {
            visible: root.stale
            text: model.staleness
            color: Theme.caution
        }
        LinkText {
            visible: root.app.session.knowsQueues && (!root.stale || model.sourceFault) && text.length > 0
            text: model.sourceText.length > 0 ? qsTr("from %1").arg(model.sourceText) : ""
            ink: model.sourceFault ? Theme.caution : Theme.muted
            tip: model.sourceReport
            Layout.maximumWidth: 240
            onTriggered: root.app.commandRequested("connection-state")
        }
        ToolButton {
            glyph: root.asTree ? Glyph.Columns : Glyph.Flows
            text: root.asTree ? qsTr("Show as a table") : qsTr("Show as a tree by owner")
            onTriggered: root.showTree(!root.asTree)
        }
        ToolButton {
            glyph: Glyph.Export
            text: qsTr("Export what is shown…")
            why: model.table && model.table.count > 0 ? "" : qsTr("there is nothing to export")
            onTriggered: exportMenu.popup(this, 0, height)
        }
    }
    TabBar {
        id: scopeTabs
        x: Theme.mirrored ? parent.width - width - 14 : 14
        y: head.height
        width: Math.min(implicitWidth, parent.width - 28)
        visible: root.roomy
        name: qsTr("Scope")
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
    Rectangle {
        // what may be done to many at once
        id: chosen
        y: trouble.y + trouble.height
        width: parent.width
        height: visible ? 40 : 0
        visible: table.selectedCount > 1 && !root.asTree
        color: Theme.accentGround
        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: 14
            anchors.rightMargin: 14
            spacing: 8
            Label {
                Layout.fillWidth: true
                text: table.selection.hidden > 0 ? qsTr("%1 queues selected, %2 of them hidden by the filter").arg(root.app.countText(table.selectedCount)).arg(root.app.countText(table.selection.hidden)) : qsTr("%1 queues selected").arg(root.app.countText(table.selectedCount))
            }
            Button {
                text: qsTr("Purge %1…").arg(table.selectedCount)
                kind: Button.Danger
                why: model.bulkDenied("purge")
                onTriggered: root.bulk(QueueBulk.Purge)
            }
            Button {
                text: qsTr("Delete %1…").arg(table.selectedCount)
                kind: Button.Danger
                why: model.bulkDenied("delete-queue")
                onTriggered: root.bulk(QueueBulk.Delete)
            }
            ToolButton {
                glyph: Glyph.Close
                text: qsTr("Select none")
                onTriggered: table.selection.clear()
            }
        }
    }
    Banner {
        id: trouble
        y: head.height + (scopeTabs.visible ? scopeTabs.height + 6 : 0)
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
        y: chosen.y + chosen.height
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
        QueueTreeView {
            id: tree
            T.SplitView.fillWidth: true
            T.SplitView.minimumWidth: 260
            visible: root.asTree && model.table !== null && model.table.count > 0
            focus: root.asTree
            tree: model.tree
            onCurrentKeyChanged: if (root.asTree)
                table.currentKey = currentKey
            onOpened: detail.forceActiveFocus()
            onMenuWanted: (x, y) => {
                rowMenu.popup(tree, x, y);
            }
        }
        DataTable {
            id: table
            T.SplitView.fillWidth: true
            T.SplitView.minimumWidth: 260
            visible: !tree.visible
            focus: !root.asTree
            table: model.table
            name: qsTr("Queues")
            faded: root.stale
            settings: root.app.settings
            tableId: "queues"
            emptyGlyph: Glyph.Queues
            emptyTitle: model.emptyTitle
            emptyText: model.emptyText
            emptyAction: root.unconnected ? (root.app.session.state === Session.Refused ? qsTr("Open the connection…") : qsTr("Connections…")) : root.retrying ? qsTr("Reconnect now") : model.error.length > 0 ? qsTr("Try again") : root.total > 0 ? qsTr("Show all") : ""
            onCurrentKeyChanged: {
                model.currentKey = currentKey;
                tree.currentKey = currentKey;
            }
            onEmptyTriggered: {
                if (root.unconnected)
                    root.app.commandRequested(root.app.session.state === Session.Refused ? "connection-key" : "connections");
                else if (root.retrying)
                    root.app.session.reconnectNow();
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
            onLeaving: root.focusRows()
            onMenuWanted: (x, y) => {
                rowMenu.popup(detail, x, y);
            }
            onActionWanted: kind => root.act(kind)
            onResendWanted: row => root.resend(row)
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
        MenuItem {
            text: qsTr("Open its logs…")
            why: rowMenu.visible ? root.whyNoLogs(model.detail.logPlace()) : ""
            onTriggered: root.openLogs(model.detail.logPlace())
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
            why: root.app.session.replaying ? qsTr("a past instant is shown: it is the row of now") : ""
            onTriggered: root.app.copy(model.jsonOf(model.currentKey), qsTr("JSON"))
        }
        MenuSeparator {}
        MenuItem {
            text: qsTr("Publish…")
            why: model.detail.publishDenied
            onTriggered: root.act(QueueAction.Publish)
        }
        MenuItem {
            text: qsTr("Move messages…")
            danger: true
            why: model.detail.moveDenied
            onTriggered: root.act(QueueAction.Move)
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
    Menu {
        id: exportMenu
        title: qsTr("Export what is shown")
        MenuItem {
            text: qsTr("As CSV…")
            onTriggered: root.exportAs(false)
        }
        MenuItem {
            text: qsTr("As JSON…")
            onTriggered: root.exportAs(true)
        }
    }
    Menu {
        id: filtersMenu
        title: qsTr("Saved filters")
        Instantiator {
            model: saved.names
            delegate: MenuItem {
                required property string modelData
                text: modelData
                checkable: true
                checked: filtersMenu.visible && root.keptName() === modelData
                onTriggered: {
                    root.page.scope = "";
                    filter.text = saved.filter(modelData);
                }
            }
            onObjectAdded: (index, object) => filtersMenu.insertItem(index, object as MenuItem)
            onObjectRemoved: (index, object) => filtersMenu.removeItem(object as MenuItem)
        }
        MenuSeparator {}
        MenuItem {
            text: qsTr("Keep this filter…")
            why: model.wholeFilter().trim().length > 0 || !filtersMenu.visible ? "" : qsTr("there is no filter to keep")
            onTriggered: root.nameFilter()
        }
        MenuItem {
            readonly property string name: filtersMenu.visible ? root.keptName() : ""
            text: name.length > 0 ? qsTr("Forget “%1”").arg(name) : qsTr("Forget the filter in use")
            why: name.length > 0 ? "" : qsTr("none of the kept ones is in use")
            onTriggered: saved.remove(name)
        }
    }
    Loader {
        id: actionHost
    }
    Loader {
        id: bulkHost
    }
    Loader {
        id: exportHost
    }
    Loader {
        id: nameHost
    }
}
