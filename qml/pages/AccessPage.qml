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

// Users, workspaces, API keys and rights, and beside them the one looked at.
FocusScope {
    id: root

    required property AppState app
    readonly property AccessPageModel page: model
    readonly property DataTable list: table
    readonly property int total: model.table ? model.table.total : 0
    // it is tried again by itself, sooner when a person says so
    readonly property bool retrying: root.total === 0 && (app.session.state === Session.Stale || (app.session.state === Session.Connecting && app.session.stateText.indexOf(": ") > 0))
    readonly property var formDialog: formHost.item
    readonly property var actionDialog: actionHost.item

    function focusFilter(): void {
        filter.forceActiveFocus();
        filter.selectAll();
    }
    function look(key: string): void {
        table.currentKey = key;
    }
    function load(host: Loader, dialog: string): void {
        if (!host.item)
            host.setSource(Qt.resolvedUrl("../dialogs/" + dialog + ".qml"), {
                app: root.app,
                store: model.store
            });
    }
    function fill(kind: int, target: string): void {
        root.load(formHost, "AccessFormDialog");
        root.formDialog.begin(kind, target);
    }
    function act(kind: int, target: string, owner: string): void {
        root.load(actionHost, "AccessActionDialog");
        root.actionDialog.begin(kind, target, owner);
    }
    function closeDialogs(): void {
        for (const host of [formHost, actionHost])
            if (host.item)
                host.item.close();
    }
    function create(): void {
        if (model.part === AccessPageModel.Workspaces)
            root.fill(AccessForm.NewWorkspace, "");
        else if (model.part === AccessPageModel.Keys)
            root.fill(AccessForm.NewKey, model.detail.owner.length > 0 ? model.detail.owner : model.myId());
        else
            root.fill(AccessForm.NewUser, "");
    }

    Component.onCompleted: model.looked = visible
    onVisibleChanged: model.looked = visible
    Connections {
        target: root.app
        function onFilterRequested(page: string, text: string): void {
            if (page === "access")
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
    AccessPageModel {
        id: model
        session: root.app.session
        filter: filter.text
        onSessionChanged: {
            formHost.source = "";
            actionHost.source = "";
        }
    }
    PageHead {
        id: head
        width: parent.width
        title: qsTr("Access")
        remark: model.summary
        FilterField {
            id: filter
            Layout.fillWidth: true
            Layout.maximumWidth: 280
            name: qsTr("Filter")
            placeholderText: model.part === AccessPageModel.Users ? qsTr("state:enabled roles:admin") : qsTr("Filter")
            fields: model.table ? model.table.filterFields : []
            fault: model.table ? model.table.filterError : ""
            faultPosition: model.table ? model.table.filterErrorPosition : -1
            onLeaving: table.forceActiveFocus()
            Keys.onDownPressed: table.forceActiveFocus()
        }
        TabBar {
            id: tabs
            name: qsTr("What to look at")
            currentIndex: model.part
            Repeater {
                model: root.page.partIds
                TabButton {
                    required property int index
                    text: root.page.partTitle(index)
                    onClicked: {
                        filter.clear();
                        root.page.part = index;
                    }
                }
            }
        }
        Item {
            Layout.fillWidth: true
        }
        Button {
            visible: model.part === AccessPageModel.Keys
            text: qsTr("Rotate signing key…")
            kind: Button.Danger
            why: buttons.rotate
            onTriggered: root.act(AccessAction.RotateSigningKey, "", "")
        }
        Button {
            visible: model.part !== AccessPageModel.Rights && model.part !== AccessPageModel.Leases
            text: model.part === AccessPageModel.Workspaces ? qsTr("New workspace…") : model.part === AccessPageModel.Keys ? qsTr("New key…") : qsTr("New user…")
            kind: Button.Primary
            why: buttons.create
            onTriggered: root.create()
        }
    }
    QtObject {
        // Why a button may not be pressed; read again with every change of the page.
        id: buttons
        property string create: ""
        property string rotate: ""
        function read(): void {
            const kind = model.part === AccessPageModel.Workspaces ? AccessForm.NewWorkspace : model.part === AccessPageModel.Keys ? AccessForm.NewKey : AccessForm.NewUser;
            create = model.whyNotForm(kind);
            rotate = model.whyNotAction(AccessAction.RotateSigningKey);
        }
        Component.onCompleted: read()
    }
    Connections {
        target: model
        function onChanged(): void {
            buttons.read();
        }
    }
    Banner {
        id: trouble
        y: head.height
        width: parent.width
        visible: text.length > 0
        height: visible ? implicitHeight : 0
        tone: model.error.length > 0 && root.total > 0 ? Banner.Danger : model.noticeIsCaution ? Banner.Caution : Banner.Info
        text: model.error.length > 0 && root.total > 0 ? model.error : model.notice
        actionText: model.error.length > 0 && root.total > 0 ? qsTr("Try again") : ""
        onTriggered: root.app.session.refresh()
    }
    T.SplitView {
        id: split
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
            name: model.partTitle(model.part)
            settings: root.app.settings
            tableId: "access-" + root.page.partIds[model.part]
            emptyGlyph: Glyph.Access
            emptyTitle: model.emptyTitle
            emptyText: model.emptyText
            emptyAction: root.retrying ? qsTr("Reconnect now") : model.error.length > 0 ? qsTr("Try again") : root.total > 0 ? qsTr("Show all") : ""
            onCurrentKeyChanged: model.currentKey = currentKey
            onEmptyTriggered: {
                if (root.retrying)
                    root.app.session.reconnectNow();
                else if (model.error.length > 0)
                    root.app.session.refresh();
                else
                    filter.clear();
            }
            onOpened: pane.forceActiveFocus()
            onMenuWanted: (x, y) => {
                rowMenu.popup(table, x, y);
            }
        }
        AccessDetailPane {
            id: pane
            T.SplitView.preferredWidth: Math.max(420, split.width * 0.4)
            T.SplitView.minimumWidth: 340
            visible: model.currentKey.length > 0
            app: root.app
            page: model
            onLeaving: table.forceActiveFocus()
            onFormWanted: (kind, target) => root.fill(kind, target)
            onActionWanted: (kind, target, owner) => root.act(kind, target, owner)
        }
    }
    Connections {
        target: model
        function onCurrentKeyChanged(): void {
            if (table.currentKey !== model.currentKey)
                table.currentKey = model.currentKey;
        }
    }
    Menu {
        id: rowMenu
        title: qsTr("Row")
        MenuItem {
            text: qsTr("Copy cell")
            onTriggered: root.app.copy(table.cellText(), qsTr("cell"))
        }
        MenuItem {
            text: qsTr("Copy name")
            onTriggered: root.app.copy(model.detail.name, qsTr("name"))
        }
        MenuItem {
            text: qsTr("Copy id")
            onTriggered: root.app.copy(model.currentKey, qsTr("id"))
        }
        MenuItem {
            text: qsTr("Copy row")
            keys: "Ctrl+C"
            onTriggered: table.copySelection()
        }
        MenuItem {
            text: qsTr("Copy as JSON")
            enabled: model.part !== AccessPageModel.Rights
            onTriggered: root.app.copy(model.jsonOf(model.currentKey), qsTr("JSON"))
        }
    }
    Loader {
        id: formHost
    }
    Loader {
        id: actionHost
    }
}
