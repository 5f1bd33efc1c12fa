// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// The head of a table by pointer and by keyboard: widths, order, what is shown, and that all of it is remembered.
Item {
    id: root
    width: 1252
    height: 700

    Component {
        id: page
        FlowsPage {
            width: 1252
            height: 700
            app: Stage.app
        }
    }
    TestCase {
        name: "Header"
        when: windowShown

        property var shown: null
        property var table: null
        property var head: null
        property bool turned: false // from the start: -reverse

        function initTestCase() {
            turned = Theme.mirrored;
        }

        function init() {
            Stage.open("demo", false, false);
            shown = createTemporaryObject(page, root);
            tryVerify(() => Stage.loaded());
            take();
            table.columns.resetColumns();
            tryCompare(table.table, "count", 6);
        }
        function cleanup() {
            Stage.turnRound(turned);
            table.columns.resetColumns();
        }
        function take() {
            table = find(shown, item => item.name === "Flows" && item.columns !== undefined);
            head = find(table, item => item.grid !== undefined && item.openMenu !== undefined);
            verify(table && head);
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
        function cells() {
            const found = [];
            const walk = item => {
                if (item.descending !== undefined && item.index !== undefined)
                    found.push(item);
                else
                    Array.from(item.children).forEach(walk);
            };
            walk(head);
            return found.sort((a, b) => a.x - b.x);
        }
        function titles() {
            return cells().map(cell => cell.title);
        }
        function cellOf(title) {
            return cells().find(cell => cell.title === title);
        }
        function drag(cell, from, by) {
            mousePress(cell, from, 14);
            for (let step = 1; step <= 5; ++step)
                mouseMove(cell, from + by * step / 5, 14);
            mouseRelease(cell, from + by, 14);
        }
        function besideTheirColumns() { // titles that do not stand above their cells
            waitForItemPolished(table.view);
            return cells().filter(cell => {
                const below = table.view.itemAtCell(Qt.point(cell.index, 0));
                return below && (Math.abs(cell.mapToItem(table, 0, 0).x - below.mapToItem(table, 0, 0).x) > 0.5 || Math.abs(cell.width - below.width) > 0.5);
            }).map(cell => cell.title).join();
        }
        function menuEntry(text) {
            return anywhere(item => item.text === text && item.menu && item.menu.opened && item.visible && item.y > 0);
        }

        function test_draggingAnEdgeResizesAndMovesWhatFollows() {
            const cell = cellOf("State");
            const next = cellOf("Processors");
            const width = cell.width, x = next.x;
            drag(cell, cell.width - 3, 40);
            compare(cell.width, width + 40);
            compare(next.x, x + 40);
            compare(table.columns.width(cell.index), width + 40);
            const shownCell = table.view.itemAtCell(Qt.point(cell.index, 0));
            tryCompare(shownCell, "width", width + 40);
            verify(!cell.sorted, "a drag does not sort");
        }
        function test_draggingATitleMovesTheColumnWithItsTitleAndItsCells() {
            const before = titles();
            const from = before.indexOf("State"), to = before.indexOf("Workspace");
            const cell = cellOf("State");
            const distance = cellOf("Workspace").x - cell.x;
            drag(cell, 30, distance);
            const after = titles();
            compare(after[to], "State");
            compare(after[to + 1], "Workspace");
            compare(after.length, before.length);
            compare(table.columns.title(to), "State");
            tryVerify(() => table.view.itemAtCell(Qt.point(to, 0)).display === "running");
            verify(from > to);
        }
        function test_aClickSortsAndASecondTurnsRound() {
            mouseClick(cellOf("Blueprint"), 30, 14);
            verify(cellOf("Blueprint").sorted);
            const descending = table.columns.sortDescending;
            mouseClick(cellOf("Blueprint"), 30, 14);
            compare(table.columns.sortDescending, !descending);
        }
        function test_theMenuHidesShowsAndResets() {
            const before = titles();
            mouseClick(cellOf("State"), 30, 14, Qt.RightButton);
            tryVerify(() => menuEntry("Columns as delivered"));
            tryVerify(() => menuEntry("Workspace"));
            verify(menuEntry("Workspace").checked);
            mouseClick(menuEntry("Workspace"));
            tryVerify(() => titles().indexOf("Workspace") < 0);
            compare(titles().length, before.length - 1);

            mouseClick(cellOf("State"), 30, 14, Qt.RightButton);
            tryVerify(() => menuEntry("Workspace"));
            verify(!menuEntry("Workspace").checked);
            mouseClick(menuEntry("Workspace"));
            tryVerify(() => titles().indexOf("Workspace") >= 0);

            drag(cellOf("State"), 30, 300);
            verify(titles().join() !== before.join());
            mouseClick(cellOf("State"), 30, 14, Qt.RightButton);
            tryVerify(() => menuEntry("Columns as delivered"));
            mouseClick(menuEntry("Columns as delivered"));
            tryVerify(() => titles().join() === before.join());
        }
        function test_whatAPersonArrangedIsThereAgain() {
            drag(cellOf("State"), cellOf("State").width - 3, 33);
            drag(cellOf("Backlog"), 30, cellOf("Flow").x - cellOf("Backlog").x);
            table.columns.setShown(table.columns.sourceColumn(titles().indexOf("Errors %")), false);
            const arranged = titles();
            const width = cellOf("State").width;
            shown.destroy();
            shown = createTemporaryObject(page, root);
            take();
            tryVerify(() => titles().length === arranged.length);
            compare(titles().join(), arranged.join());
            compare(cellOf("State").width, width);
        }
        function test_theHeadWorksByKeyboard() {
            head.forceActiveFocus();
            const before = titles();
            keyClick(Qt.Key_Right);
            keyClick(Qt.Key_Right);
            compare(head.current, 2);
            keyClick(Qt.Key_Right, Qt.ControlModifier);
            compare(titles()[3], before[2]);
            compare(head.current, 3);
            const width = table.columns.shownWidth(3, head.width - 10);
            keyClick(Qt.Key_Right, Qt.ShiftModifier);
            compare(table.columns.width(3), Math.round(width) + 8);
            keyClick(Qt.Key_Return);
            compare(table.columns.sortedColumn, 3);
            keyClick(Qt.Key_F10, Qt.ShiftModifier);
            tryVerify(() => menuEntry("Columns as delivered"));
            keyClick(Qt.Key_Escape);
            tryVerify(() => !menuEntry("Columns as delivered"));
            tryVerify(() => head.activeFocus); // the menu gives the keys back
        }
        function test_inANarrowViewColumnsGoAndTheKeysSkipThem() {
            const hidden = () => cells().filter(cell => !cell.visible).map(cell => cell.title).sort().join();
            compare(hidden(), "");
            shown.width = 1000;
            tryVerify(() => hidden() === "Processors,Queues");
            head.forceActiveFocus();
            head.current = cellOf("State").index;
            keyClick(Qt.Key_Right);
            compare(head.current, cellOf("Backlog").index);
            shown.width = 1252;
            tryVerify(() => hidden() === "");
        }
        function test_oneColumnTakesWhatIsLeft() {
            let sum = 0;
            for (const cell of cells())
                sum += cell.width;
            fuzzyCompare(sum, head.width - 10, 1);
        }
        function test_rightToLeftBeginsAtTheRight() {
            const before = titles();
            table.columns.mirrored = true;
            tryVerify(() => titles().join() === before.slice().reverse().join());
            tryVerify(() => table.view.itemAtCell(Qt.point(table.columns.columns - 2, 0)).display.length > 0);
            table.columns.mirrored = false;
            tryVerify(() => titles().join() === before.join());
        }
        function test_titlesStandAboveTheirColumnsWhereverTheViewGoes() {
            shown.width = 300;
            tryVerify(() => table.view.width === 300);
            for (const x of [400, 40, 600, 0]) { // a jump: columns between are not loaded, their places are guessed
                table.view.contentX = x;
                tryVerify(() => besideTheirColumns() === "");
                verify(table.view.itemAtCell(Qt.point(table.view.leftColumn, 0)));
            }
        }
        function test_titlesStandAboveTheirColumnsWhenTheWindowTurnsRound() {
            for (const width of [1252, 640]) {
                shown.width = width;
                tryVerify(() => table.view.width === width);
                for (const hidden of [false, true]) {
                    for (const rightToLeft of [true, false]) {
                        shown.visible = !hidden;
                        Stage.turnRound(rightToLeft);
                        tryCompare(table.columns, "mirrored", rightToLeft);
                        shown.visible = true;
                        tryVerify(() => besideTheirColumns() === "");
                        // the side where reading begins is in sight
                        const first = rightToLeft ? table.columns.columns - 1 : 0;
                        tryVerify(() => table.view.itemAtCell(Qt.point(first, 0)));
                        table.view.contentX = table.view.contentX + 100 * (rightToLeft ? -1 : 1);
                        tryVerify(() => besideTheirColumns() === "");
                    }
                }
            }
        }
    }
}
