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

// Workspaces and types on the left, their entries, and the one looked at.
FocusScope {
    id: root

    required property AppState app
    readonly property ConfigPageModel page: model
    readonly property int shown: model.table ? model.table.count : 0
    readonly property int total: model.table ? model.table.total : 0
    // it is tried again by itself, sooner when a person says so
    readonly property bool retrying: root.total === 0 && (app.session.state === Session.Stale || (app.session.state === Session.Connecting && app.session.stateText.indexOf(": ") > 0))
    readonly property ConfigDetailPane detailPane: detail
    readonly property var reviewDialog: reviewHost.item
    readonly property var conflictDialog: conflictHost.item
    readonly property var newDialog: newHost.item
    readonly property var exportDialog: exportHost.item
    readonly property var importDialog: importHost.item

    function focusFilter(): void {
        if (detail.editing) {
            detail.showFind();
            return;
        }
        filter.forceActiveFocus();
        filter.selectAll();
    }
    function load(host: Loader, dialog: string): void {
        if (!host.item)
            host.setSource(Qt.resolvedUrl("../dialogs/" + dialog + ".qml"), {
                app: root.app,
                page: model
            });
    }
    function look(key: string): void {
        table.currentKey = key;
        table.showCurrent();
    }
    function review(ids: var): void {
        root.load(reviewHost, "ConfigReviewDialog");
        root.reviewDialog.beginDrafts(ids);
    }
    function remove(keys: var): void {
        model.markDeleted(keys);
        root.review(keys);
    }
    function decide(key: string): void {
        root.load(conflictHost, "ConfigConflictDialog");
        root.conflictDialog.begin(key);
    }
    function newEntry(copyOf: string): void {
        root.load(newHost, "ConfigNewDialog");
        root.newDialog.begin(copyOf);
    }
    function exportAll(): void {
        root.load(exportHost, "ConfigExportDialog");
        root.exportDialog.begin();
    }
    function importFile(): void {
        root.load(importHost, "ConfigImportDialog");
        root.importDialog.open();
    }
    function chosenKeys(): var {
        const keys = table.selection.keys;
        return keys.length > 0 ? keys : model.currentKey.length > 0 ? [model.currentKey] : [];
    }
    function closeDialogs(): void {
        for (const host of [reviewHost, conflictHost, newHost, exportHost, importHost])
            if (host.item)
                host.item.close();
    }

    ConnectionWatch {
        session: root.app.session
        onReplaced: {
            root.closeDialogs();
            root.look("");
        }
    }
    Component.onCompleted: if (app.page === "configuration" && app.target.length > 0)
        look(app.target)
    Connections {
        target: root.app
        function onPlaceChanged(): void {
            if (root.app.page === "configuration" && root.app.target.length > 0 && root.app.target !== model.currentKey)
                root.look(root.app.target);
        }
        function onFilterRequested(page: string, text: string): void {
            if (page === "configuration")
                filter.text = text;
        }
    }
    Connections {
        target: root.importDialog
        function onRead(path: string): void {
            root.load(reviewHost, "ConfigReviewDialog");
            root.importDialog.fault = root.reviewDialog.beginFile(path);
        }
    }
    Connections {
        target: root.reviewDialog
        function onConflictWanted(id: string): void {
            root.reviewDialog.close();
            root.decide(id);
        }
    }
    ConfigPageModel {
        id: model
        session: root.app.session
        active: root.visible
        onCurrentKeyChanged: if (root.app.page === "configuration")
            root.app.setTarget(currentKey)
    }
    PageHead {
        id: head
        width: parent.width
        title: qsTr("Configuration")
        remark: model.summary
        FilterField {
            id: filter
            Layout.fillWidth: true
            Layout.maximumWidth: 300
            name: qsTr("Filter entries")
            placeholderText: qsTr("type:prompt question")
            text: root.app.settings.value("configuration/filter", "")
            fields: model.table ? model.table.filterFields : []
            fault: model.table ? model.table.filterError : ""
            faultPosition: model.table ? model.table.filterErrorPosition : -1
            onLeaving: table.forceActiveFocus()
            onTextChanged: {
                root.app.settings.setValue("configuration/filter", text);
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
            text: qsTr("%1 selected").arg(table.selectedCount)
            color: Theme.muted
        }
        Button {
            text: qsTr("Export…")
            why: model.loading ? qsTr("The configuration is still being read.") : ""
            onTriggered: root.exportAll()
        }
        Button {
            text: qsTr("Import…")
            why: model.loading ? qsTr("The configuration is still being read.") : ""
            onTriggered: root.importFile()
        }
        Button {
            text: table.selectedCount > 1 ? qsTr("Delete %1…").arg(table.selectedCount) : qsTr("Delete…")
            kind: Button.Danger
            why: model.whyNotDelete(root.chosenKeys())
            onTriggered: root.remove(root.chosenKeys())
        }
        Button {
            text: qsTr("New entry…")
            why: model.writeDenied
            onTriggered: root.newEntry("")
        }
        Button {
            text: model.drafts === 1 ? qsTr("Review 1 change…") : model.drafts > 1 ? qsTr("Review %1 changes…").arg(model.drafts) : qsTr("Review changes…")
            kind: Button.Primary
            why: model.drafts === 0 ? qsTr("Nothing is edited.") : model.editor.checking ? qsTr("The text is still being checked.") : ""
            onTriggered: root.review(model.draftIds())
        }
    }
    Banner {
        id: trouble
        y: head.height
        width: parent.width
        visible: text.length > 0 && (root.total > 0 || model.error.length === 0)
        height: visible ? implicitHeight : 0
        tone: Banner.Danger
        text: model.error.length > 0 ? model.error : model.draftError
        actionText: model.error.length > 0 ? qsTr("Try again") : ""
        onTriggered: model.refresh()
    }
    Rectangle {
        id: rule
        y: trouble.y + trouble.height
        width: parent.width
        height: 1
        color: Theme.lineSoft
    }
    T.SplitView {
        y: rule.y + 1
        width: parent.width
        height: parent.height - y
        orientation: Qt.Horizontal
        handle: SplitGrip {
            across: false
        }
        ConfigTreePane {
            T.SplitView.preferredWidth: 252
            T.SplitView.minimumWidth: 130
            T.SplitView.maximumWidth: 420
            page: model
            onLeaving: table.forceActiveFocus()
        }
        T.SplitView {
            id: split
            T.SplitView.fillWidth: true
            orientation: Qt.Vertical
            handle: SplitGrip {}
            DataTable {
                id: table
                T.SplitView.fillHeight: !detail.visible
                T.SplitView.minimumHeight: 84
                T.SplitView.preferredHeight: Math.min(split.height * 0.36, Math.max(168, 14 + (root.shown + 1) * Theme.rowHeight))
                focus: true
                table: model.table
                name: qsTr("Entries")
                settings: root.app.settings
                tableId: "configuration"
                emptyGlyph: Glyph.Configuration
                emptyTitle: model.emptyTitle
                emptyText: model.emptyText
                emptyAction: root.retrying ? qsTr("Reconnect now") : model.loading ? "" : model.error.length > 0 ? qsTr("Try again") : root.total > 0 ? qsTr("Show all") : qsTr("New entry…")
                emptyWhy: model.error.length === 0 && root.total === 0 && !root.retrying ? model.writeDenied : ""
                onCurrentKeyChanged: model.currentKey = currentKey
                onEmptyTriggered: {
                    if (root.retrying)
                        root.app.session.reconnectNow();
                    else if (model.error.length > 0)
                        model.refresh();
                    else if (root.total > 0)
                        filter.clear();
                    else
                        root.newEntry("");
                }
                onOpened: detail.takeFocus()
                onMenuWanted: (x, y) => {
                    rowMenu.popup(table, x, y);
                }
            }
            ConfigDetailPane {
                id: detail
                T.SplitView.fillHeight: true
                T.SplitView.minimumHeight: 140
                visible: model.currentKey.length > 0
                app: root.app
                page: model
                onApplyWanted: root.review([model.currentKey])
                onConflictWanted: root.decide(model.currentKey)
                onLeaving: table.forceActiveFocus()
            }
        }
    }
    Menu {
        id: rowMenu
        title: qsTr("Entry")
        MenuItem {
            text: qsTr("Duplicate…")
            why: model.writeDenied
            onTriggered: root.newEntry(model.currentKey)
        }
        MenuItem {
            text: qsTr("Discard the draft")
            why: model.editor.edited ? "" : qsTr("It has none.")
            onTriggered: model.discard(root.chosenKeys())
        }
        MenuSeparator {}
        MenuItem {
            text: qsTr("Copy key")
            onTriggered: root.app.copy(model.keyOf(model.currentKey), qsTr("key"))
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
            text: table.selectedCount > 1 ? qsTr("Delete %1 entries…").arg(table.selectedCount) : qsTr("Delete…")
            danger: true
            why: model.whyNotDelete(root.chosenKeys())
            onTriggered: root.remove(root.chosenKeys())
        }
    }
    Loader {
        id: reviewHost
    }
    Loader {
        id: conflictHost
    }
    Loader {
        id: newHost
    }
    Loader {
        id: exportHost
    }
    Loader {
        id: importHost
    }
    Connections {
        target: root.newDialog
        function onMade(id: string): void {
            root.look(id);
            detail.takeFocus();
        }
    }
}
