// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Pages

// The header of a DataTable. One tab stop: arrows choose a column, Enter sorts by it, Ctrl with arrows moves it, Shift with
// arrows resizes it, the menu key shows and hides columns.
FocusScope {
    id: root

    required property TableGrid grid
    required property real contentX
    property int revision: 0 // raised when widths, order or what is shown changed
    property int current: 0
    property bool menuByKeys: false

    function placeOf(column: int): real {
        let x = 0;
        for (let i = 0; i < column; ++i)
            x += root.grid.shownWidth(i, root.width - 10);
        return x;
    }
    function columnAt(x: real): int {
        let column = 0;
        while (column < root.grid.columns - 1 && x > root.grid.shownWidth(column, root.width - 10)) {
            x -= root.grid.shownWidth(column, root.width - 10);
            ++column;
        }
        return column;
    }
    function beside(column: int, step: int): int { // the next one that has room
        for (let next = column + step; next >= 0 && next < root.grid.columns; next += step) {
            if (root.grid.shownWidth(next, root.width - 10) > 0)
                return next;
        }
        return column;
    }
    function openMenu(x: real, y: real): void {
        menu.popup(root, x, y);
    }

    implicitHeight: Theme.rowHeight
    clip: true
    // The next time the table gets the keys its rows shall have them; the menu of the titles gives them back here.
    onActiveFocusChanged: if (!activeFocus && !menu.visible)
        focus = false
    activeFocusOnTab: true
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Column titles")
    Keys.onPressed: event => {
        const step = event.key === Qt.Key_Left ? -1 : event.key === Qt.Key_Right ? 1 : 0;
        if (step !== 0 && (event.modifiers & Qt.ControlModifier)) {
            const to = Math.max(0, Math.min(root.grid.columns - 1, root.current + step));
            root.grid.moveColumn(root.current, to);
            root.current = to;
        } else if (step !== 0 && (event.modifiers & Qt.ShiftModifier)) {
            const wider = Theme.mirrored ? -step : step;
            root.grid.resize(root.current, Math.round(root.grid.shownWidth(root.current, root.width - 10)) + wider * 8, root.width - 10);
        } else if (step !== 0) {
            root.current = root.beside(root.current, step);
        } else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter || event.key === Qt.Key_Space) {
            root.grid.sortBy(root.current);
        } else if (event.key === Qt.Key_Menu || (event.key === Qt.Key_F10 && (event.modifiers & Qt.ShiftModifier))) {
            root.menuByKeys = true;
            root.openMenu(root.placeOf(root.current) - root.contentX, root.height);
        } else {
            return;
        }
        event.accepted = true;
    }

    Item {
        height: parent.height
        Repeater {
            model: root.grid.columns
            DataTableHeadCell {
                id: cell
                x: (root.revision >= 0 ? root.placeOf(index) : 0) - root.contentX
                width: root.revision >= 0 ? root.grid.shownWidth(index, root.width - 10) : 0
                height: Theme.rowHeight
                visible: width > 0
                title: root.revision >= 0 ? root.grid.title(index) : ""
                tip: root.revision >= 0 ? root.grid.tip(index) : ""
                rightAligned: root.revision >= 0 && (root.grid.kind(index) === TableGrid.Number || (root.grid.kind(index) === TableGrid.Time && !cell.first))
                sorted: root.grid.sortedColumn === index
                descending: root.grid.sortDescending
                waiting: root.grid.source !== null && root.grid.source.stale
                current: root.activeFocus && root.current === index
                onSort: {
                    root.current = index;
                    root.grid.sortBy(index);
                }
                onMenu: (x, y) => root.openMenu(cell.x + x, y)
                onResized: width => root.grid.resize(index, Math.round(width), root.width - 10)
                onMoved: distance => root.grid.moveColumn(index, root.columnAt(cell.x + root.contentX + cell.width / 2 + distance))
            }
        }
    }
    Rectangle {
        y: parent.height - 1
        width: parent.width
        height: 1
        color: Theme.line
    }
    Menu {
        id: menu
        title: qsTr("Columns")
        onClosed: if (root.menuByKeys) {
            root.menuByKeys = false;
            root.forceActiveFocus(Qt.PopupFocusReason);
        }
        Instantiator {
            model: menu.visible ? root.grid.sourceColumns() : 0
            delegate: MenuItem {
                required property int index
                text: root.grid.sourceTitle(index).length > 0 ? root.grid.sourceTitle(index) : qsTr("Signal")
                checkable: true
                checked: root.grid.isShown(index)
                onTriggered: root.grid.setShown(index, checked)
            }
            onObjectAdded: (index, object) => menu.insertItem(index, object as MenuItem)
            onObjectRemoved: (index, object) => menu.removeItem(object as MenuItem)
        }
        MenuSeparator {}
        MenuItem {
            text: qsTr("Columns as delivered")
            onTriggered: root.grid.resetColumns()
        }
    }
}
