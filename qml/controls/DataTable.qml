// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Qt.labs.qmlmodels
import Signalbox.Items
import Signalbox.Models
import Signalbox.Pages

// A table of any TableModel: sort, resize, reorder and hide columns (remembered under `tableId`), select by key, all by
// keyboard too. Enter or a double click emits opened(); a right click or the menu key emits menuWanted(), and cellText()
// is then what the cell below it copies. When there are no rows it shows emptyTitle, emptyText and, with emptyAction, a button.
FocusScope {
    id: root

    required property TableModel table
    required property string name // accessible
    property SettingsStore settings: null
    property string tableId: ""
    property bool multiple: true
    property bool faded: false // what is shown is old: no signal glows
    property string emptyTitle: ""
    property string emptyText: ""
    property string emptyAction: ""
    property string emptyWhy: ""
    property int emptyGlyph: Glyph.None

    property string currentKey: "" // both ways: bind it, or set it
    readonly property int selectedCount: root.selection.count
    readonly property TableGrid columns: grid
    readonly property TableSelection selection: grid.selection
    readonly property Item view: view

    readonly property bool mirrored: Theme.mirrored
    property int menuColumn: -1 // of the last menuWanted()
    property bool complete: false
    property bool awry: false // turned round while nobody saw it
    property bool currentInSight: false // as a person left it; an order that changes by itself keeps it

    signal opened(string key)
    signal menuWanted(real x, real y)
    signal emptyTriggered

    function focusRows(reason: int): void {
        head.focus = false; // a scope gives the keys back to whoever had them last in it
        root.forceActiveFocus(reason);
    }
    function show(row: int): void {
        if (row >= 0 && row < view.rows)
            view.positionViewAtRow(row, TableView.Contain);
    }
    function showCurrent(): void {
        root.show(root.selection.currentRow);
        root.lookForCurrent();
    }
    function lookForCurrent(): void {
        const top = root.selection.currentRow * Theme.rowHeight - view.contentY;
        root.currentInSight = root.selection.currentRow >= 0 && top > -Theme.rowHeight && top < view.height;
    }
    function copySelection(): void {
        clipboard.text = grid.copyText(root.selection.keys);
        clipboard.selectAll();
        clipboard.copy();
    }
    function cellText(): string {
        const row = root.selection.currentRow;
        return row < 0 || root.menuColumn < 0 ? "" : root.table.copyText(row, grid.sourceColumn(root.menuColumn));
    }
    function wantMenu(): void {
        const row = Math.max(0, root.selection.currentRow);
        root.menuColumn = Theme.mirrored ? grid.columns - 1 : 0;
        while (grid.kind(root.menuColumn) === TableGrid.Signal && grid.columns > 1)
            root.menuColumn += Theme.mirrored ? -1 : 1; // a mark has no text
        const cell = view.itemAtCell(Qt.point(0, row));
        root.menuWanted(40, cell ? view.y + cell.y - view.contentY + Theme.rowHeight : view.y + Theme.rowHeight);
    }
    function restoreColumns(): void {
        if (root.settings && root.tableId.length > 0)
            grid.state = root.settings.value("columns/" + root.tableId, "");
    }
    function move(to: int, modifiers: int): void {
        root.selection.moveTo(to, modifiers);
        root.showCurrent();
    }

    onCurrentKeyChanged: if (selection.currentKey !== currentKey) {
        selection.currentKey = currentKey;
        root.showCurrent(); // chosen from elsewhere: it may be out of sight
    }
    Component.onCompleted: {
        if (settings && tableId.length > 0) {
            const kept = settings.value("columns/" + tableId, "");
            if (kept.length > 0)
                grid.state = kept;
        }
        complete = true;
    }
    onTableIdChanged: if (complete)
        another.start()
    onMirroredChanged: turned.start()
    onVisibleChanged: if (visible && awry)
        turned.start()
    activeFocusOnTab: true
    Accessible.role: Accessible.Table
    Accessible.name: root.name
    Accessible.focusable: true
    Keys.onPressed: event => {
        const page = Math.max(1, Math.floor(view.height / Theme.rowHeight) - 1);
        const at = root.selection.currentRow;
        let handled = true;
        if (event.key === Qt.Key_Down)
            root.move(at + 1, event.modifiers);
        else if (event.key === Qt.Key_Up)
            root.move(at < 0 ? 0 : at - 1, event.modifiers);
        else if (event.key === Qt.Key_PageDown)
            root.move(at + page, event.modifiers);
        else if (event.key === Qt.Key_PageUp)
            root.move(at - page, event.modifiers);
        else if (event.key === Qt.Key_Home)
            root.move(0, event.modifiers);
        else if (event.key === Qt.Key_End)
            root.move(view.rows - 1, event.modifiers);
        else if (event.key === Qt.Key_Right && !event.modifiers)
            view.contentX = Math.max(view.originX, Math.min(view.contentWidth - view.width, view.contentX + 60));
        else if (event.key === Qt.Key_Left && !event.modifiers)
            view.contentX = Math.max(view.originX, view.contentX - 60);
        else if ((event.key === Qt.Key_Return || event.key === Qt.Key_Enter) && !event.modifiers && at >= 0)
            root.opened(root.selection.currentKey);
        else if (event.key === Qt.Key_Space)
            root.selection.toggleCurrent();
        else if (event.key === Qt.Key_A && event.modifiers === Qt.ControlModifier)
            root.selection.selectAll();
        else if (event.key === Qt.Key_C && event.modifiers === Qt.ControlModifier && root.selection.count > 0)
            root.copySelection();
        else if (event.key === Qt.Key_Menu || (event.key === Qt.Key_F10 && event.modifiers === Qt.ShiftModifier))
            root.wantMenu();
        else
            handled = false;
        event.accepted = handled;
    }

    FontMetrics {
        id: mono
        font.family: Theme.monoFamily
        font.pixelSize: Theme.smallSize
    }
    Timer {
        id: follow
        interval: 0
        onTriggered: root.showCurrent()
    }
    Timer {
        // Another table in the same place: its columns when it is the source.
        id: another
        interval: 0
        onTriggered: root.restoreColumns()
    }
    TableGrid {
        id: grid
        source: root.table
        mirrored: Theme.mirrored
        onWidthChanged: {
            head.revision += 1;
            view.forceLayout();
        }
        onStateChanged: head.revision += 1
        onEdited: if (root.settings && root.tableId.length > 0)
            root.settings.setValue("columns/" + root.tableId, grid.state)
    }
    Binding {
        target: root.selection
        property: "multiple"
        value: root.multiple
    }
    Timer {
        // Turned round: the first column is in sight again, at the side where reading begins.
        id: turned
        interval: 0
        onTriggered: {
            root.awry = !root.visible || view.leftColumn < 0; // Qt 6.4 does not look whether a cell is loaded
            if (!root.awry)
                view.positionViewAtColumn(Theme.mirrored ? view.columns - 1 : 0, Theme.mirrored ? TableView.AlignRight : TableView.AlignLeft)
        }
    }
    Connections {
        target: root.selection
        function onCurrentChanged(): void {
            if (root.currentKey !== root.selection.currentKey) {
                root.currentKey = root.selection.currentKey;
                root.lookForCurrent();
            } else if (root.currentInSight) {
                follow.start(); // when the view has its rows in their new order
            }
        }
    }
    DataTableHead {
        id: head
        width: parent.width
        grid: grid
        // Where columns are is asked of a cell: the view guesses the place of those it has not loaded, and stays with it.
        contentX: {
            const cell = head.revision >= 0 && view.leftColumn >= 0 && view.rows > 0 ? view.itemAtCell(Qt.point(view.leftColumn, view.topRow)) : null;
            return view.contentX - (cell ? cell.x - head.placeOf(view.leftColumn) : view.originX);
        }
    }
    TableView {
        id: view
        y: head.height
        width: parent.width
        height: parent.height - y
        clip: true
        model: grid
        reuseItems: true
        leftMargin: Theme.mirrored ? 10 : 0 // the scroll bar's place
        keyNavigationEnabled: false
        pointerNavigationEnabled: false
        boundsBehavior: Flickable.StopAtBounds
        columnWidthProvider: column => grid.shownWidth(column, view.width - 10) // the scroll bar's place
        rowHeightProvider: () => Theme.rowHeight
        onWidthChanged: {
            head.revision += 1;
            forceLayout();
        }
        onContentYChanged: if (!follow.running)
            root.lookForCurrent()
        onHeightChanged: if (root.currentInSight)
            follow.start()
        T.ScrollBar.vertical: ScrollBar {}
        T.ScrollBar.horizontal: ScrollBar {}
        Accessible.ignored: true // the whole is the table
        delegate: DelegateChooser {
            role: "kind"
            DelegateChoice {
                roleValue: TableGrid.Signal
                DataTableCell {
                    id: signalCell
                    required property int aspect
                    active: root.activeFocus
                    hoveredRow: mouse.row
                    heading: qsTr("Signal")
                    onPressed: root.move(row, 0)
                    AspectIcon {
                        x: Math.round((parent.width - width) / 2)
                        anchors.verticalCenter: parent.verticalCenter
                        width: 12
                        height: 12
                        aspect: signalCell.aspect
                        color: root.faded ? Theme.muted : Theme.aspect(signalCell.aspect)
                    }
                }
            }
            DelegateChoice {
                roleValue: TableGrid.Spark
                DataTableCell {
                    id: sparkCell
                    required property int tone
                    required property var series // of numbers
                    active: root.activeFocus
                    hoveredRow: mouse.row
                    heading: grid.title(column)
                    onPressed: root.move(row, 0)
                    Sparkline {
                        anchors.left: parent.left
                        anchors.leftMargin: 8
                        width: Math.min(parent.width - 16, 96)
                        height: 18
                        anchors.verticalCenter: parent.verticalCenter
                        values: sparkCell.series
                        color: sparkCell.tone === TableGrid.Danger ? Theme.danger : sparkCell.tone === TableGrid.Muted ? Theme.muted : Theme.accent
                    }
                }
            }
            DelegateChoice {
                DataTableCell {
                    id: textCell
                    required property int kind
                    required property int tone
                    active: root.activeFocus
                    hoveredRow: mouse.row
                    heading: grid.title(column)
                    onPressed: root.move(row, 0)
                    cut: words.truncated || words.cut
                    Text {
                        id: words
                        readonly property bool first: textCell.column === 0 && !Theme.mirrored
                        anchors.fill: parent
                        anchors.leftMargin: first ? 14 : 8 // below the page's title
                        anchors.rightMargin: first && textCell.kind !== TableGrid.Number ? 2 : 8
                        // a long queue or topic name loses class and namespace first: they are the same in every row
                        readonly property bool cut: textCell.kind === TableGrid.Mono && textCell.display.length * mono.averageCharacterWidth > width
                        readonly property string fitted: cut ? textCell.display.replace(/^[a-z]+:[^:]+:/, "…") : textCell.display
                        text: fitted
                        textFormat: Text.PlainText
                        elide: textCell.kind === TableGrid.Mono && fitted === textCell.display ? Text.ElideMiddle : Text.ElideRight
                        verticalAlignment: Text.AlignVCenter
                        horizontalAlignment: textCell.kind === TableGrid.Number || (textCell.kind === TableGrid.Time && !first) ? Text.AlignRight : Text.AlignLeft
                        color: textCell.kind === TableGrid.Strong && textCell.tone === TableGrid.Normal ? Theme.strong : Theme.tone(textCell.tone)
                        font.family: textCell.kind === TableGrid.Mono ? Theme.monoFamily : Theme.family
                        font.pixelSize: textCell.kind === TableGrid.Mono ? Theme.smallSize : Theme.textSize
                        font.weight: textCell.kind === TableGrid.Strong ? Font.DemiBold : Font.Normal
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
    DataTableLines {
        anchors.fill: view
        view: view
        grid: grid
        framedRow: root.activeFocus ? root.selection.currentRow : -1
        chosenRow: root.selection.count > 0 ? root.selection.currentRow : -1
    }
    MouseArea {
        id: mouse

        property int row: -1
        property int column: -1

        function look(x: real, y: real): void {
            const cell = containsMouse ? view.cellAtPos(Qt.point(x + mouse.x - view.x + view.contentX, y + view.contentY), true) : Qt.point(-1, -1);
            if (row !== cell.y || column !== cell.x)
                rest.restart(); // the tip of one cell does not travel over the others
            row = cell.y;
            column = cell.x;
        }

        x: view.x + view.leftMargin
        y: view.y
        width: view.width - 10 // the scroll bars stay within reach
        height: view.height - (view.contentWidth > view.width ? 10 : 0)
        hoverEnabled: true
        preventStealing: true // a drag selects nothing and moves nothing
        acceptedButtons: Qt.LeftButton | Qt.RightButton
        onPositionChanged: mouse => look(mouse.x, mouse.y)
        onExited: {
            row = -1;
            column = -1;
        }
        onPressed: mouse => {
            root.focusRows(Qt.MouseFocusReason);
            look(mouse.x, mouse.y);
            if (row < 0)
                return;
            const key = grid.source.keyAt(row);
            if (mouse.button === Qt.LeftButton || !root.selection.contains(key))
                root.selection.press(row, mouse.modifiers);
            root.menuColumn = column;
            if (mouse.button === Qt.RightButton)
                root.menuWanted(mouse.x + x, mouse.y + y);
        }
        onDoubleClicked: mouse => {
            if (row >= 0 && mouse.button === Qt.LeftButton)
                root.opened(root.selection.currentKey);
        }
        onWheel: wheel => {
            wheel.accepted = false;
            row = -1;
        }
        Timer {
            id: rest
            interval: 250 // before the tip's own delay
        }
        Item {
            // below the cell that the pointer rests on
            id: spot
            readonly property var cell: mouse.row >= 0 ? view.itemAtCell(Qt.point(mouse.column, mouse.row)) : null
            readonly property string told: mouse.row >= 0 ? grid.data(grid.index(mouse.row, mouse.column), TableModel.TipRole) ?? "" : ""
            readonly property string words: told.length === 0 && cell && cell.cut ? cell.display : told // what does not fit, in full
            x: mouse.mouseX
            y: cell ? cell.y - view.contentY : mouse.mouseY
            width: 1
            height: Theme.rowHeight
            Tip {
                text: spot.words
                shown: mouse.containsMouse && mouse.row >= 0 && !mouse.pressed && !rest.running
            }
        }
    }
    EmptyState {
        visible: root.table !== null && root.table.count === 0 && title.length > 0
        anchors.fill: parent
        anchors.topMargin: head.height
        glyph: root.emptyGlyph
        title: root.emptyTitle
        text: root.emptyText
        actionText: root.emptyAction
        actionWhy: root.emptyWhy
        onTriggered: root.emptyTriggered()
    }
    TextEdit {
        id: clipboard
        visible: false
        textFormat: TextEdit.PlainText
    }
}
