// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// The table by keyboard and by pointer: what is selected stays selected whatever happens to the order.
Item {
    id: root
    width: 1100
    height: 700

    Component {
        id: page
        FlowsPage {
            width: 1100
            height: 700
            app: Stage.app
        }
    }
    TestCase {
        id: test
        name: "DataTable"
        when: windowShown

        property var table: null
        property var shown: null

        function init() {
            Stage.open("demo", false, false);
            shown = createTemporaryObject(page, root);
            tryVerify(() => Stage.loaded());
            table = findTable(shown);
            verify(table);
            table.columns.resetColumns();
            tryCompare(table.table, "count", 6);
            table.forceActiveFocus();
        }
        function findTable(item) {
            if (item.name === "Flows" && item.columns)
                return item;
            for (let i = 0; i < item.children.length; ++i) {
                const found = findTable(item.children[i]);
                if (found)
                    return found;
            }
            return null;
        }
        function column(id) {
            for (let i = 0; i < table.columns.columns; ++i) {
                if (table.table.columnId(table.columns.sourceColumn(i)) === id)
                    return i;
            }
            return -1;
        }
        function test_arrowsMoveAndShiftExtends() {
            keyClick(Qt.Key_Home);
            compare(table.selection.currentRow, 0);
            keyClick(Qt.Key_Down);
            compare(table.selection.currentRow, 1);
            compare(table.selectedCount, 1);
            keyClick(Qt.Key_Down, Qt.ShiftModifier);
            compare(table.selectedCount, 2);
            keyClick(Qt.Key_End);
            compare(table.selection.currentRow, 5);
            compare(table.selectedCount, 1);
            keyClick(Qt.Key_A, Qt.ControlModifier);
            compare(table.selectedCount, 6);
        }
        function test_selectionSurvivesSortFilterAndInsert() {
            keyClick(Qt.Key_Home);
            const key = table.currentKey;
            verify(key.length > 0);
            const at = column("flow") >= 0 ? column("flow") : 1;
            table.columns.sortBy(at);
            table.columns.sortBy(at);
            compare(table.currentKey, key);
            compare(table.table.keyAt(table.selection.currentRow), key);
            Stage.startFlow("acme", "aaa-first", "mirror");
            tryCompare(table.table, "count", 7);
            compare(table.currentKey, key);
            compare(table.table.keyAt(table.selection.currentRow), key);
            table.table.filter = "no-such-flow";
            compare(table.table.count, 0);
            compare(table.selection.currentRow, -1);
            compare(table.selection.hidden, 1);
            table.table.filter = "";
            compare(table.table.keyAt(table.selection.currentRow), key);
        }
        function test_spaceTogglesAndControlMovesAlone() {
            keyClick(Qt.Key_Home);
            keyClick(Qt.Key_Down, Qt.ControlModifier);
            compare(table.selectedCount, 1);
            keyClick(Qt.Key_Space);
            compare(table.selectedCount, 2);
            keyClick(Qt.Key_Space);
            compare(table.selectedCount, 1);
        }
        function test_copyTakesTheShownColumnsOfTheSelection() {
            keyClick(Qt.Key_Home);
            keyClick(Qt.Key_C, Qt.ControlModifier);
            verify(Stage.clipboard().indexOf("\t") > 0);
            verify(Stage.clipboard().indexOf(table.table.keyAt(0).split("/")[1]) >= 0);
        }
        function test_columnsMoveHideAndAreRemembered() {
            const count = table.columns.columns;
            table.columns.moveColumn(1, 3);
            table.columns.setShown(table.columns.sourceColumn(2), false);
            compare(table.columns.columns, count - 1);
            table.columns.setWidth(1, 222);
            const state = table.columns.state;
            shown.destroy();
            const again = createTemporaryObject(page, root);
            compare(findTable(again).columns.state, state);
            findTable(again).columns.resetColumns();
        }
        function test_clickSelectsAndHeaderSorts() {
            mouseClick(table, 200, 28 + 14 + 28);
            compare(table.selection.currentRow, 1);
            mouseClick(table, 200, 28 + 14 + 84, Qt.LeftButton, Qt.ControlModifier);
            compare(table.selectedCount, 2);
            tryVerify(() => table.height < 400); // the flow's pane has taken its place
            const before = table.columns.sortDescending;
            const sorted = table.columns.sortedColumn;
            mouseClick(table, 60, 14);
            verify(table.columns.sortedColumn !== sorted || table.columns.sortDescending !== before);
        }
        function test_theCurrentRowStaysInSightWhenTheOrderChanges() {
            Stage.fill(300);
            tryVerify(() => table.table.count > 300);
            const inSight = () => {
                const top = table.selection.currentRow * Theme.rowHeight - table.view.contentY;
                return top >= 0 && top + Theme.rowHeight <= table.view.height;
            };
            keyClick(Qt.Key_Home);
            const key = table.currentKey;
            tryVerify(inSight);
            table.columns.sortBy(column("flow")); // the first comes last
            tryVerify(() => table.selection.currentRow > 200);
            compare(table.currentKey, key);
            tryVerify(inSight);
            table.view.contentY = 0; // a person looks elsewhere: nothing pulls back
            table.columns.sortBy(column("workspace"));
            tryVerify(() => table.columns.sortedColumn === column("workspace"));
            waitForRendering(table);
            compare(table.view.contentY, 0);
        }
        function test_cellsThatWaitToBeUsedAgainAreNotRead() {
            Stage.fill(300);
            tryVerify(() => table.table.count > 300);
            keyClick(Qt.Key_End);
            keyClick(Qt.Key_Home);
            waitForRendering(table);
            const cells = Array.from(table.view.contentItem.children).filter(item => item.hoveredRow !== undefined);
            const read = cells.filter(cell => !cell.Accessible.ignored);
            verify(cells.length > read.length, "none is pooled: nothing was tested");
            for (const cell of read)
                compare(table.view.itemAtCell(Qt.point(cell.column, cell.row)), cell);
        }
        function test_headerByKeyboard() {
            table.forceActiveFocus();
            keyClick(Qt.Key_Backtab);
            keyClick(Qt.Key_Tab);
            verify(table.activeFocus);
        }
    }
}
