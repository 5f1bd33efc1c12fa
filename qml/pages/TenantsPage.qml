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

// Tenants, and of the one looked at its agents, channels, people, usage and audit.
FocusScope {
    id: root

    required property AppState app
    readonly property TenantsPageModel page: model
    // it is tried again by itself, sooner when a person says so
    readonly property bool retrying: model.table.total === 0 && (app.session.state === Session.Stale || (app.session.state === Session.Connecting && app.session.stateText.indexOf(": ") > 0))
    readonly property var formDialog: formHost.item
    readonly property var actionDialog: actionHost.item
    readonly property var textDialog: textHost.item

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
    function fill(kind: int, tenant: string, id: string, copyOf: string): void {
        root.load(formHost, "TenantFormDialog");
        root.formDialog.begin(kind, tenant, id, copyOf);
    }
    function act(kind: int, tenant: string, id: string): void {
        root.load(actionHost, "TenantActionDialog");
        root.actionDialog.begin(kind, tenant, id);
    }
    function words(tenant: string, id: string): void {
        root.load(textHost, "TenantTextDialog");
        root.textDialog.begin(tenant, id);
    }
    function closeDialogs(): void {
        for (const host of [formHost, actionHost, textHost])
            if (host.item)
                host.item.close();
    }

    Component.onCompleted: model.looked = visible
    onVisibleChanged: model.looked = visible
    ConnectionWatch {
        session: root.app.session
        onReplaced: {
            root.closeDialogs();
            root.look("");
        }
    }
    TenantsPageModel {
        id: model
        session: root.app.session
        onSessionChanged: {
            for (const host of [formHost, actionHost, textHost])
                host.source = "";
        }
    }
    TenantAction {
        id: rights
        store: model.store
    }
    QtObject {
        // Why a button may not be pressed; read again with every change of the page.
        id: buttons
        property string create: ""
        property string accept: ""
        function read(): void {
            create = model.supported ? rights.deniedForm(TenantForm.ATenant, "", "") : qsTr("This back end has no tenants.");
            accept = model.supported ? rights.deniedForm(TenantForm.AnAcceptance, "", "") : create;
        }
        Component.onCompleted: read()
    }
    Connections {
        target: model
        function onChanged(): void {
            buttons.read();
        }
    }
    PageHead {
        id: head
        width: parent.width
        title: qsTr("Tenants")
        remark: model.summary
        FilterField {
            id: filter
            Layout.fillWidth: true
            Layout.maximumWidth: 280
            name: qsTr("Filter")
            placeholderText: qsTr("state:active waiting>0")
            fields: model.table ? model.table.filterFields : []
            fault: model.table ? model.table.filterError : ""
            faultPosition: model.table ? model.table.filterErrorPosition : -1
            onTextChanged: model.table.filter = text
            onLeaving: table.forceActiveFocus()
            Keys.onDownPressed: table.forceActiveFocus()
        }
        Item {
            Layout.fillWidth: true
        }
        Button {
            text: qsTr("Accept an invitation…")
            why: buttons.accept
            onTriggered: root.fill(TenantForm.AnAcceptance, "", "", "")
        }
        Button {
            text: qsTr("New tenant…")
            kind: Button.Primary
            why: buttons.create
            onTriggered: root.fill(TenantForm.ATenant, "", "", "")
        }
    }
    Banner {
        id: trouble
        y: head.height
        width: parent.width
        visible: text.length > 0
        height: visible ? implicitHeight : 0
        tone: Banner.Danger
        text: model.evidence.length > 0 ? model.evidence : model.table.total > 0 ? model.error : ""
        actionText: model.evidence.length > 0 ? qsTr("Look again") : qsTr("Try again")
        onTriggered: {
            if (model.evidence.length > 0)
                model.resume();
            else
                root.app.session.refresh();
        }
    }
    T.SplitView {
        id: split
        y: trouble.y + trouble.height
        width: parent.width
        height: parent.height - y
        orientation: Qt.Horizontal
        handle: SplitGrip {
            across: false
        }
        DataTable {
            id: table
            T.SplitView.fillWidth: true
            T.SplitView.minimumWidth: 260
            focus: true
            table: model.table
            multiple: false
            name: qsTr("Tenants")
            settings: root.app.settings
            emptyGlyph: Glyph.Tenants
            emptyTitle: model.emptyTitle
            emptyText: model.emptyText
            emptyAction: root.retrying ? qsTr("Reconnect now") : model.error.length > 0 ? qsTr("Try again") : model.table.total > 0 ? qsTr("Show all") : buttons.create.length === 0 ? qsTr("New tenant…") : ""
            onCurrentKeyChanged: model.currentKey = currentKey
            onEmptyTriggered: {
                if (root.retrying)
                    root.app.session.reconnectNow();
                else if (model.error.length > 0)
                    root.app.session.refresh();
                else if (model.table.total > 0)
                    filter.clear();
                else
                    root.fill(TenantForm.ATenant, "", "", "");
            }
            onOpened: pane.forceActiveFocus()
            onMenuWanted: (x, y) => rowMenu.popup(table, x, y)
        }
        TenantDetailPane {
            id: pane
            T.SplitView.preferredWidth: Math.max(460, split.width * 0.56)
            T.SplitView.minimumWidth: 360
            visible: model.currentKey.length > 0
            app: root.app
            page: model
            rights: rights
            onLeaving: table.forceActiveFocus()
            onFormWanted: (kind, id, copyOf) => root.fill(kind, model.currentKey, id, copyOf)
            onActionWanted: (kind, id) => root.act(kind, model.currentKey, id)
            onTextWanted: id => root.words(model.currentKey, id)
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
            onTriggered: root.app.copy(model.jsonOf(false), qsTr("JSON"))
        }
    }
    Loader {
        id: formHost
    }
    Loader {
        id: actionHost
    }
    Loader {
        id: textHost
    }
}
