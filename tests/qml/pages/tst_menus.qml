// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// What the context menus copy, where they lead, and what they refuse with its reason.
Item {
    id: root
    width: 1252
    height: 760

    Component {
        id: flowsPage
        FlowsPage {
            width: 1252
            height: 760
            app: Stage.app
        }
    }
    Component {
        id: queuesPage
        QueuesPage {
            width: 1252
            height: 760
            app: Stage.app
        }
    }
    TestCase {
        name: "Menus"
        when: windowShown

        property var shown: null
        property var table: null

        function begin(component, name, readOnly) {
            Stage.open("demo", false, readOnly ?? false);
            shown = createTemporaryObject(component, root);
            tryVerify(() => Stage.loaded());
            table = find(shown, item => item.name === name && item.columns !== undefined);
            verify(table);
            tryVerify(() => table.table.count > 5);
        }
        function find(item, test) {
            if (!item)
                return null;
            if (test(item))
                return item;
            const inner = item.contentItem && item.contentItem.children ? [item.contentItem] : [];
            for (const child of inner.concat(Array.from(item.children ?? []))) {
                const found = find(child, test);
                if (found)
                    return found;
            }
            return null;
        }
        function entry(text) {
            let top = root;
            while (top.parent)
                top = top.parent;
            return find(top, item => item.text === text && item.menu && item.menu.opened && item.visible);
        }
        function columnOf(title) {
            for (let column = 0; column < table.columns.columns; ++column)
                if (table.columns.title(column) === title)
                    return column;
            return -1;
        }
        function rightClick(row, title) {
            let cell = null;
            tryVerify(() => cell = table.view.itemAtCell(Qt.point(columnOf(title), row)));
            mouseClick(cell, 20, 14, Qt.RightButton);
            tryVerify(() => entry("Copy row"));
        }
        function choose(text) {
            const item = entry(text);
            verify(item, text);
            mouseClick(item);
            tryVerify(() => !item.menu.visible);
        }

        function test_aFlowIsCopiedAsCellIdRowLinkAndJson() {
            begin(flowsPage, "Flows");
            const key = table.table.keyAt(2);
            const id = key.split("/")[1];
            rightClick(2, "Blueprint");
            choose("Copy cell");
            compare(Stage.clipboard(), table.table.copyText(2, table.columns.sourceColumn(columnOf("Blueprint"))));
            verify(Stage.clipboard().length > 0);
            rightClick(2, "State");
            choose("Copy id");
            compare(Stage.clipboard(), id);
            rightClick(2, "State");
            choose("Copy row");
            verify(Stage.clipboard().split("\t").length > 5);
            verify(Stage.clipboard().indexOf(id) >= 0);
            rightClick(2, "State");
            choose("Copy link");
            compare(Stage.clipboard(), "signalbox://flow/" + key);
            rightClick(2, "State");
            choose("Copy as JSON");
            verify(JSON.stringify(JSON.parse(Stage.clipboard())).indexOf(id) > 0);
        }
        function test_aQueueIsCopiedAsCellNameTopicRowAndJson() {
            begin(queuesPage, "Queues");
            const key = table.table.keyAt(1);
            rightClick(1, "Scope");
            choose("Copy cell");
            compare(Stage.clipboard(), table.table.copyText(1, table.columns.sourceColumn(columnOf("Scope"))));
            rightClick(1, "Scope");
            choose("Copy name");
            compare(Stage.clipboard(), key);
            rightClick(1, "Scope");
            choose("Copy topic");
            verify(key.indexOf(Stage.clipboard()) === 0, Stage.clipboard());
            rightClick(1, "Scope");
            choose("Copy row");
            verify(Stage.clipboard().indexOf(key) >= 0);
            rightClick(1, "Scope");
            choose("Copy as JSON");
            compare(JSON.parse(Stage.clipboard()).name, key);
        }
        function test_theMenuKeyOpensItForTheCurrentRow() {
            begin(flowsPage, "Flows");
            table.forceActiveFocus();
            keyClick(Qt.Key_Home);
            keyClick(Qt.Key_Menu);
            tryVerify(() => entry("Copy row"));
            choose("Copy cell");
            compare(Stage.clipboard(), table.table.keyAt(0).split("/")[1]);
        }
        function test_showItsQueuesLeadsToTheQueuesOfThatFlow() {
            begin(flowsPage, "Flows");
            const key = table.table.keyAt(0).split("/");
            let asked = "";
            const listen = (page, text) => asked = page + " " + text;
            Stage.app.filterRequested.connect(listen);
            rightClick(0, "State");
            choose("Show its queues");
            Stage.app.filterRequested.disconnect(listen);
            compare(Stage.app.page, "queues");
            compare(asked, "queues flow:" + key[1] + " ws:" + key[0]);
        }
        function test_readOnlyBlocksWhatDestroysAndSaysWhy() {
            begin(flowsPage, "Flows", true);
            rightClick(0, "State");
            const stop = entry("Stop…");
            verify(!stop.enabled);
            verify(stop.why.indexOf("read-only") >= 0, stop.why);
            choose("Copy id");
        }
        function test_readOnlyBlocksWhatChangesAQueueAndSaysWhy() {
            begin(queuesPage, "Queues", true);
            rightClick(0, "Scope");
            for (const text of ["Publish…", "Purge…", "Delete…"]) {
                verify(!entry(text).enabled, text);
                verify(entry(text).why.indexOf("read-only") >= 0, text + ": " + entry(text).why);
            }
            choose("Copy name");
        }
        function test_aSelectionIsStoppedTogether() {
            begin(flowsPage, "Flows");
            table.forceActiveFocus();
            keyClick(Qt.Key_Home);
            keyClick(Qt.Key_Down, Qt.ShiftModifier);
            rightClick(0, "State");
            verify(entry("Stop 2 flows…"));
            verify(!entry("Restart with other parameters…").enabled);
            choose("Copy row");
            compare(Stage.clipboard().split("\n").length, 2);
        }
    }
}
