// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// A titled list of lines that lead somewhere; arrows choose, Enter goes.
FocusScope {
    id: root

    required property string title
    required property OverviewLines lines
    property string remark: ""
    property string emptyText: ""
    property bool mono: false
    property bool showWorkspace: true
    property bool selects: false // a line is chosen first and gone to with Enter or twice
    readonly property int currentRow: list.count > 0 ? list.currentIndex : -1
    property color titleInk: Theme.strong

    signal chosen(string page, string target, string filter)

    function rowsHeight(most: real): real { // whole lines only
        return 33 + Math.max(1, Math.floor((most - 33) / 42)) * 42;
    }
    function take(row: int): void {
        const entry = list.itemAtIndex(row) as OverviewRow;
        if (entry)
            root.chosen(entry.page, entry.target, entry.filter);
    }

    SectionTitle {
        x: 14
        width: parent.width - 28
        height: 32
        text: root.title
        remark: root.remark
    }
    Rectangle {
        y: 32
        width: parent.width
        height: 1
        color: Theme.line
    }
    ListView {
        id: list
        y: 33
        width: parent.width
        height: parent.height - y
        clip: true
        focus: true
        activeFocusOnTab: count > 0
        model: root.lines
        boundsBehavior: Flickable.StopAtBounds
        highlightMoveDuration: 0
        T.ScrollBar.vertical: ScrollBar {}
        Keys.onReturnPressed: root.take(currentIndex)
        Keys.onEnterPressed: root.take(currentIndex)
        Accessible.role: Accessible.List
        Accessible.name: root.title
        delegate: OverviewRow {
            width: list.width
            mono: root.mono
            showWorkspace: root.showWorkspace
            current: (list.activeFocus || root.selects) && ListView.isCurrentItem
            onTriggered: {
                list.currentIndex = index;
                if (!root.selects)
                    root.chosen(page, target, filter);
            }
            onDoubleClicked: if (root.selects)
                root.chosen(page, target, filter)
        }
    }
    Label {
        visible: list.count === 0
        x: 14
        y: 42
        width: parent.width - 28
        wrapMode: Text.Wrap
        text: root.emptyText
        color: Theme.muted
    }
}
