// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// Where the keys go: to the rows after a click, to what has to be filled in a form, back to where they were.
Item {
    id: root
    width: 1252
    height: 760

    Component {
        id: page
        FlowsPage {
            width: 1252
            height: 760
            app: Stage.app
        }
    }
    TestCase {
        name: "Focus"
        when: windowShown

        property var shown: null
        property var table: null
        property var head: null

        function init() {
            Stage.open("demo", false, false);
            shown = createTemporaryObject(page, root);
            tryVerify(() => Stage.loaded());
            table = find(shown, item => item.name === "Flows" && item.columns !== undefined);
            head = find(table, item => item.grid !== undefined && item.openMenu !== undefined);
            tryCompare(table.table, "count", 6);
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
        function anywhere(test) {
            let top = root;
            while (top.parent)
                top = top.parent;
            return find(top, test);
        }
        function entry(text) {
            return anywhere(item => item.text === text && item.menu && item.menu.opened && item.visible);
        }
        function focused() {
            return root.Window.activeFocusItem;
        }

        function test_aClickTakesTheKeysFromTheTitlesToTheRows() {
            head.forceActiveFocus();
            verify(head.activeFocus);
            const sorted = table.columns.sortedColumn, descending = table.columns.sortDescending;
            mouseClick(table, 200, 28 + 14);
            verify(!head.activeFocus);
            compare(focused(), table);
            keyClick(Qt.Key_Down);
            compare(table.selection.currentRow, 1);
            keyClick(Qt.Key_F10, Qt.ShiftModifier);
            tryVerify(() => entry("Copy id"));
            keyClick(Qt.Key_Escape);
            tryVerify(() => !entry("Copy id"));
            keyClick(Qt.Key_Return);
            compare(table.columns.sortedColumn, sorted);
            compare(table.columns.sortDescending, descending);
        }
        function test_whoComesBackToATableComesToItsRows() {
            head.forceActiveFocus();
            shown.focusFilter();
            table.forceActiveFocus();
            compare(focused(), table);
        }
        function test_inTheFlowsPaneTheKeysOfItsRowGoOn() {
            table.forceActiveFocus();
            keyClick(Qt.Key_Home);
            keyClick(Qt.Key_Return);
            tryVerify(() => !table.activeFocus);
            keyClick(Qt.Key_Up);
            compare(focused(), table);
            keyClick(Qt.Key_Return);
            tryVerify(() => !table.activeFocus);
            keyClick(Qt.Key_F10, Qt.ShiftModifier);
            tryVerify(() => entry("Copy id"));
            keyClick(Qt.Key_Escape);
            tryVerify(() => !entry("Copy id"));
        }
        function test_fromThePanesTabsDownLeadsIntoThePart() {
            table.forceActiveFocus();
            keyClick(Qt.Key_Home);
            keyClick(Qt.Key_Return);
            keyClick(Qt.Key_Right);
            keyClick(Qt.Key_Down);
            tryVerify(() => focused() && focused().name === "Queues of the flow");
            keyClick(Qt.Key_Escape);
            compare(focused(), table);
        }
        function test_aStartedFlowIsShownWithTheKeysOnItsRow() {
            shown.startFlow();
            shown.startDialog.showFlow(table.table.keyAt(3));
            shown.startDialog.close();
            tryVerify(() => focused() === table);
            compare(table.selection.currentRow, 3);
        }
        function test_theStartFormBeginsAtTheFirstThatIsMissing() {
            shown.startFlow();
            tryVerify(() => focused() && focused().name === "Workspace");
            keyClick(Qt.Key_Escape);
            Stage.setWorkspace("acme");
            shown.startFlow();
            tryVerify(() => focused() && focused().name === "Blueprint");
            keyClick(Qt.Key_Escape);
        }
    }
}
