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

// The blueprints of a workspace, and the one looked at. Edits are drafts; a review writes them.
FocusScope {
    id: root

    required property AppState app
    readonly property BlueprintsPageModel page: model
    readonly property bool narrow: width < 860 // some buttons go into a menu
    readonly property int shown: model.list.count
    readonly property int total: model.list.total
    // it is tried again by itself, sooner when a person says so
    readonly property bool retrying: root.total === 0 && (app.session.state === Session.Stale || (app.session.state === Session.Connecting && app.session.stateText.indexOf(": ") > 0))
    readonly property BlueprintDetailPane detailPane: detail
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
        model.currentKey = key;
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
    function newBlueprint(copyOf: string): void {
        root.load(newHost, "BlueprintNewDialog");
        root.newDialog.begin(copyOf);
    }
    function importFile(): void {
        root.load(importHost, "BlueprintImportDialog");
        root.importDialog.open();
    }
    function exportFile(): void {
        exportHost.setSource(Qt.resolvedUrl("../dialogs/ExportDialog.qml"), {
            app: root.app,
            fileName: model.keyOf(model.currentKey) + ".json",
            what: model.editor.edited ? qsTr("the blueprint with your draft") : qsTr("the blueprint as it is"),
            content: model.exportText(model.currentKey)
        });
        root.exportDialog.open();
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
    Component.onCompleted: if (app.page === "blueprints" && app.target.length > 0)
        look(app.target)
    Connections {
        target: root.app
        function onPlaceChanged(): void {
            if (root.app.page === "blueprints" && root.app.target.length > 0 && root.app.target !== model.currentKey)
                root.look(root.app.target);
        }
        function onFilterRequested(page: string, text: string): void {
            if (page === "blueprints")
                filter.text = text;
        }
        function onCommandRequested(command: string): void {
            if (command === "new-blueprint" && root.app.page === "blueprints")
                root.newBlueprint("");
        }
    }
    Connections {
        target: root.importDialog
        function onMade(id: string): void {
            root.look(id);
            detail.part = model.editor.edited ? 4 : 0;
        }
        function onReviewWanted(path: string): void {
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
    Connections {
        target: root.newDialog
        function onMade(id: string): void {
            root.look(id);
            detail.part = 0;
            detail.takeFocus();
        }
    }
    BlueprintsPageModel {
        id: model
        session: root.app.session
        active: root.visible
        onCurrentKeyChanged: {
            table.currentKey = currentKey;
            if (root.app.page === "blueprints")
                root.app.setTarget(currentKey);
        }
    }
    PageHead {
        id: head
        width: parent.width
        title: qsTr("Blueprints")
        remark: model.summary
        ComboBox {
            // one workspace at a time: a blueprint belongs to one
            visible: root.app.session.workspace.length === 0
            Layout.preferredWidth: 150
            name: qsTr("Workspace of the blueprints")
            model: root.page.workspaces
            currentIndex: root.page.workspaceIndex
            onActivated: index => root.page.showScope(root.page.workspaces[index], root.page.type)
        }
        FilterField {
            id: filter
            Layout.fillWidth: true
            Layout.minimumWidth: 110
            Layout.maximumWidth: 260
            name: qsTr("Filter blueprints")
            placeholderText: qsTr("state:fault used>0")
            text: root.app.settings.value("blueprints/filter", "")
            fields: model.list.filterFields
            fault: model.list.filterError
            faultPosition: model.list.filterErrorPosition
            onLeaving: table.forceActiveFocus()
            onTextChanged: {
                root.app.settings.setValue("blueprints/filter", text);
                model.list.filter = text;
            }
            Keys.onDownPressed: table.forceActiveFocus()
            Component.onCompleted: model.list.filter = text
        }
        Item {
            Layout.fillWidth: true
        }
        Label {
            visible: model.staleness.length > 0
            text: model.staleness
            color: Theme.caution
        }
        ToolButton {
            id: more
            visible: root.narrow
            glyph: Glyph.Export
            text: qsTr("Import, export, delete")
            onTriggered: moreMenu.popup(more, 0, more.height)
        }
        Button {
            visible: !root.narrow
            text: qsTr("Export…")
            why: model.currentKey.length === 0 ? qsTr("Select a blueprint first.") : ""
            onTriggered: root.exportFile()
        }
        Button {
            visible: !root.narrow
            text: qsTr("Import…")
            why: model.writeDenied
            onTriggered: root.importFile()
        }
        Button {
            visible: !root.narrow
            text: table.selectedCount > 1 ? qsTr("Delete %1…").arg(table.selectedCount) : qsTr("Delete…")
            kind: Button.Danger
            why: model.whyNotDelete(root.chosenKeys())
            onTriggered: root.remove(root.chosenKeys())
        }
        Button {
            text: qsTr("New blueprint…")
            why: model.writeDenied
            onTriggered: root.newBlueprint("")
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
    T.SplitView {
        id: split
        y: trouble.y + trouble.height
        width: parent.width
        height: parent.height - y
        orientation: Qt.Vertical
        handle: SplitGrip {}
        DataTable {
            id: table
            visible: !detail.visible || !detail.whole
            T.SplitView.fillHeight: !detail.visible
            T.SplitView.minimumHeight: 84
            T.SplitView.preferredHeight: Math.min(split.height * 0.3, Math.max(112, 14 + (root.shown + 1) * Theme.rowHeight))
            focus: true
            table: model.list
            name: qsTr("Blueprints of the workspace")
            settings: root.app.settings
            tableId: "blueprints"
            emptyGlyph: Glyph.Blueprints
            emptyTitle: model.emptyTitle
            emptyText: model.emptyText
            emptyAction: root.retrying ? qsTr("Reconnect now") : model.loading ? "" : model.error.length > 0 ? qsTr("Try again") : root.total > 0 ? qsTr("Show all") : qsTr("New blueprint…")
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
                    root.newBlueprint("");
            }
            onOpened: detail.takeFocus()
            onMenuWanted: (x, y) => {
                rowMenu.popup(table, x, y);
            }
        }
        BlueprintDetailPane {
            id: detail
            T.SplitView.fillHeight: true
            T.SplitView.minimumHeight: 180
            visible: model.currentKey.length > 0
            app: root.app
            page: model
            onApplyWanted: root.review([model.currentKey])
            onConflictWanted: root.decide(model.currentKey)
            onLeaving: table.forceActiveFocus()
        }
    }
    Menu {
        id: rowMenu
        title: qsTr("Blueprint")
        MenuItem {
            text: qsTr("Start a flow of it…")
            why: model.editor.edited ? qsTr("Its draft is not applied.") : model.startDenied
            onTriggered: root.app.startFlowOf(model.workspace, model.keyOf(model.currentKey))
        }
        MenuItem {
            text: qsTr("Duplicate…")
            why: model.writeDenied
            onTriggered: root.newBlueprint(model.currentKey)
        }
        MenuItem {
            text: qsTr("Discard the draft")
            why: model.editor.edited ? "" : qsTr("It has none.")
            onTriggered: model.discard(root.chosenKeys())
        }
        MenuItem {
            text: qsTr("Show in Configuration")
            onTriggered: root.app.open("configuration", model.currentKey)
        }
        MenuSeparator {}
        MenuItem {
            text: qsTr("Copy cell")
            onTriggered: root.app.copy(table.cellText(), qsTr("cell"))
        }
        MenuItem {
            text: qsTr("Copy name")
            onTriggered: root.app.copy(model.keyOf(model.currentKey), qsTr("name"))
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
            onTriggered: root.app.copy(model.exportText(model.currentKey), qsTr("JSON"))
        }
        MenuItem {
            text: qsTr("Export…")
            onTriggered: root.exportFile()
        }
        MenuSeparator {}
        MenuItem {
            text: table.selectedCount > 1 ? qsTr("Delete %1 blueprints…").arg(table.selectedCount) : qsTr("Delete…")
            danger: true
            why: model.whyNotDelete(root.chosenKeys())
            onTriggered: root.remove(root.chosenKeys())
        }
    }
    Menu {
        id: moreMenu
        title: qsTr("Import, export, delete")
        MenuItem {
            text: qsTr("Export…")
            why: model.currentKey.length === 0 ? qsTr("Select a blueprint first.") : ""
            onTriggered: root.exportFile()
        }
        MenuItem {
            text: qsTr("Import…")
            why: model.writeDenied
            onTriggered: root.importFile()
        }
        MenuItem {
            text: qsTr("Delete…")
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
}
