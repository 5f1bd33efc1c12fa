// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Models
import Signalbox.Pages

// One tenant: what it has, tab by tab, and what can be done to it.
FocusScope {
    id: root

    required property AppState app
    required property TenantsPageModel page
    required property TenantAction rights
    readonly property string item: page.itemKey
    readonly property bool agents: page.area === TenantStore.Agents
    readonly property bool channels: page.area === TenantStore.Channels
    readonly property bool texts: page.area === TenantStore.Texts
    readonly property bool people: page.area === TenantStore.Users

    signal leaving
    signal formWanted(int kind, string id, string copyOf)
    signal actionWanted(int kind, string id)
    signal textWanted(string id) // "" adds one

    Keys.onEscapePressed: root.leaving()
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("About %1").arg(page.title)

    QtObject {
        // Why a button may not be pressed, and what it would do; read again with every change of the page.
        id: state
        property string edit: ""
        property string remove: ""
        property string change: ""
        property string drop: ""
        property string people: ""
        property string test: ""
        property string add: ""
        property bool active: false
        function read(): void {
            const tenant = root.page.currentKey;
            active = root.page.itemActive();
            edit = root.rights.deniedForm(TenantForm.ATenant, tenant, tenant);
            remove = root.rights.denied(TenantAction.DeleteTenant, tenant, "");
            change = root.rights.deniedForm(root.channels ? TenantForm.AChannel : TenantForm.AnAgent, tenant, "x");
            drop = root.rights.denied(root.channels ? TenantAction.DeleteChannel : root.texts ? TenantAction.DeleteText : root.people ? TenantAction.RemoveMember : TenantAction.DeleteAgent, tenant, "x");
            test = root.rights.denied(TenantAction.TestChannel, tenant, "x");
            people = root.rights.deniedForm(TenantForm.AMember, tenant, "");
            add = words.denied(tenant);
        }
        Component.onCompleted: read()
    }
    TenantText {
        id: words
        store: root.page.store
    }
    Connections {
        target: root.page
        function onChanged(): void {
            state.read();
        }
    }
    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            Layout.topMargin: 10
            spacing: 8
            Label {
                Layout.fillWidth: true
                text: root.page.title
                font.pixelSize: Theme.titleSize
                font.weight: Font.DemiBold
                color: Theme.strong
                Accessible.role: Accessible.Heading
            }
            Button {
                text: qsTr("Change…")
                why: state.edit
                onTriggered: root.formWanted(TenantForm.ATenant, root.page.currentKey, "")
            }
            Button {
                text: qsTr("Delete…")
                kind: Button.Danger
                why: state.remove
                onTriggered: root.actionWanted(TenantAction.DeleteTenant, "")
            }
        }
        Label {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            text: root.page.subtitle
            color: Theme.muted
        }
        TabBar {
            id: tabs
            Layout.fillWidth: true
            Layout.margins: 14
            Layout.bottomMargin: 8
            focus: true
            name: qsTr("What it has")
            currentIndex: root.page.area
            Repeater {
                model: root.page.areaIds
                TabButton {
                    required property int index
                    text: root.page.areaTitle(index)
                    onClicked: root.page.area = index
                }
            }
        }
        Banner {
            Layout.fillWidth: true
            visible: text.length > 0
            tone: Banner.Danger
            text: root.page.items.total > 0 ? root.page.itemsError : ""
            actionText: qsTr("Try again")
            onTriggered: root.app.session.refresh()
        }
        Flow {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            Layout.bottomMargin: 8
            visible: root.agents || root.channels || root.texts || root.people
            spacing: 8
            Button {
                visible: root.agents
                text: qsTr("New agent…")
                glyph: Glyph.Plus
                why: state.change
                onTriggered: root.formWanted(TenantForm.AnAgent, "", "")
            }
            Button {
                visible: root.channels
                text: qsTr("New channel…")
                glyph: Glyph.Plus
                why: state.change
                onTriggered: root.formWanted(TenantForm.AChannel, "", "")
            }
            Button {
                visible: root.texts
                text: qsTr("Add text…")
                glyph: Glyph.Plus
                why: state.add
                onTriggered: root.textWanted("")
            }
            Button {
                visible: root.texts && root.item.length > 0
                text: qsTr("Read…")
                onTriggered: root.textWanted(root.item)
            }
            Button {
                visible: root.people
                text: qsTr("Add member…")
                glyph: Glyph.Plus
                why: state.people
                onTriggered: root.formWanted(TenantForm.AMember, "", "")
            }
            Button {
                visible: root.people
                text: qsTr("Invite…")
                why: state.people
                onTriggered: root.formWanted(TenantForm.AnInvitation, "", "")
            }
            Button {
                visible: (root.agents || root.channels) && root.item.length > 0
                text: qsTr("Change…")
                why: state.change
                onTriggered: root.formWanted(root.agents ? TenantForm.AnAgent : TenantForm.AChannel, root.item, "")
            }
            Button {
                visible: root.agents && root.item.length > 0
                text: qsTr("Duplicate…")
                why: state.change
                onTriggered: root.formWanted(TenantForm.AnAgent, "", root.item)
            }
            Button {
                visible: (root.agents || root.channels) && root.item.length > 0
                text: state.active ? root.agents ? qsTr("Deactivate…") : qsTr("Switch off…") : root.agents ? qsTr("Activate…") : qsTr("Switch on…")
                why: state.change
                onTriggered: root.actionWanted(root.agents ? TenantAction.SwitchAgent : TenantAction.SwitchChannel, root.item)
            }
            Button {
                visible: root.channels && root.item.length > 0
                text: qsTr("Test…")
                why: state.test
                onTriggered: root.actionWanted(TenantAction.TestChannel, root.item)
            }
            Button {
                visible: root.item.length > 0
                text: root.people ? qsTr("Remove…") : qsTr("Delete…")
                kind: Button.Danger
                why: state.drop
                onTriggered: root.actionWanted(root.agents ? TenantAction.DeleteAgent : root.channels ? TenantAction.DeleteChannel : root.texts ? TenantAction.DeleteText : root.page.isInvitation() ? TenantAction.RevokeInvitation : TenantAction.RemoveMember, root.item)
            }
        }
        Banner {
            Layout.fillWidth: true
            visible: text.length > 0
            text: root.page.itemsCut
            actionText: root.page.canLoadMore ? qsTr("Load more") : ""
            onTriggered: root.page.loadMore()
        }
        TenantUsageView {
            Layout.fillWidth: true
            visible: root.page.area === TenantStore.Usage && root.page.days.length > 0
            page: root.page
        }
        DataTable {
            id: items
            Layout.fillWidth: true
            Layout.fillHeight: true
            table: root.page.items
            multiple: false
            name: root.page.areaTitle(root.page.area)
            settings: root.app.settings
            emptyTitle: root.page.itemsEmptyTitle
            emptyText: root.page.itemsEmptyText
            emptyAction: root.page.itemsError.length > 0 ? qsTr("Try again") : ""
            onEmptyTriggered: root.app.session.refresh()
            onCurrentKeyChanged: root.page.itemKey = currentKey
            onOpened: {
                if (root.texts)
                    root.textWanted(root.item);
                else if ((root.agents || root.channels) && state.change.length === 0)
                    root.formWanted(root.agents ? TenantForm.AnAgent : TenantForm.AChannel, root.item, "");
            }
            onMenuWanted: (x, y) => itemMenu.popup(items, x, y)
        }
    }
    Connections {
        target: root.page
        function onItemKeyChanged(): void {
            if (items.currentKey !== root.page.itemKey)
                items.currentKey = root.page.itemKey;
        }
    }
    Menu {
        id: itemMenu
        title: root.page.areaTitle(root.page.area)
        MenuItem {
            text: qsTr("Copy cell")
            onTriggered: root.app.copy(items.cellText(), qsTr("cell"))
        }
        MenuItem {
            text: qsTr("Copy id")
            onTriggered: root.app.copy(root.item, qsTr("id"))
        }
        MenuItem {
            text: qsTr("Copy as JSON")
            onTriggered: root.app.copy(root.page.jsonOf(true), qsTr("JSON"))
        }
    }
}
