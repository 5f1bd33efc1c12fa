// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// The queues as a tree: scope, owner, queue. Arrow keys walk, Right and Left unfold and fold, Return goes to the queue.
FocusScope {
    id: root

    required property QueueTree tree
    property string currentKey: "" // of a queue; both ways
    property string at: "" // of the line with the keyboard, also a group's

    readonly property real figureWidth: width < 860 ? 62 : 84 // names before figures

    signal opened
    signal menuWanted(real x, real y)

    function go(line: int): void {
        if (line < 0 || line >= root.tree.count)
            return;
        list.currentIndex = line;
        list.positionViewAtIndex(line, ListView.Contain);
        root.at = root.tree.keyAt(line);
        const queue = root.tree.queueAt(line);
        if (queue.length > 0)
            root.currentKey = queue;
    }

    activeFocusOnTab: true
    Accessible.role: Accessible.Tree
    Accessible.name: qsTr("Queues by owner")
    Accessible.focusable: true
    Keys.onPressed: event => {
        const line = list.currentIndex;
        const page = Math.max(1, Math.floor(list.height / Theme.rowHeight) - 1);
        if (event.key === Qt.Key_Down)
            root.go(Math.min(root.tree.count - 1, line + 1));
        else if (event.key === Qt.Key_Up)
            root.go(Math.max(0, line - 1));
        else if (event.key === Qt.Key_PageDown)
            root.go(Math.min(root.tree.count - 1, line + page));
        else if (event.key === Qt.Key_PageUp)
            root.go(Math.max(0, line - page));
        else if (event.key === Qt.Key_Home)
            root.go(0);
        else if (event.key === Qt.Key_End)
            root.go(root.tree.count - 1);
        else if (event.key === (Theme.mirrored ? Qt.Key_Left : Qt.Key_Right))
            root.tree.setOpen(line, true);
        else if (event.key === (Theme.mirrored ? Qt.Key_Right : Qt.Key_Left)) {
            const item = list.currentItem as QueueTreeRow;
            if (item !== null && item.open)
                root.tree.setOpen(line, false);
            else
                root.go(root.tree.parentOf(line));
        } else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) {
            if (root.tree.queueAt(line).length > 0)
                root.opened();
            else
                root.tree.toggle(line);
        } else if ((event.key === Qt.Key_Menu || (event.key === Qt.Key_F10 && event.modifiers === Qt.ShiftModifier)) && root.tree.queueAt(line).length > 0)
            root.menuWanted(60, list.currentItem ? list.currentItem.y - list.contentY + Theme.rowHeight * 2 : Theme.rowHeight);
        else
            return;
        event.accepted = true;
    }
    Connections {
        target: root.tree
        function onCounted(): void {
            // the line may have moved, or be folded away
            list.currentIndex = root.at.length > 0 ? root.tree.lineOf(root.at) : -1;
        }
    }

    Item {
        id: head
        width: parent.width
        height: Theme.rowHeight
        Label {
            x: 14
            height: parent.height
            text: qsTr("Owner and queue")
            color: Theme.muted
            font.pixelSize: Theme.smallSize
        }
        Row {
            x: parent.width - width - 22
            height: parent.height
            Repeater {
                model: [qsTr("Queues"), qsTr("Ready"), qsTr("Unacked"), qsTr("Consumers"), qsTr("In /s"), qsTr("Out /s")]
                Label {
                    required property string modelData
                    width: root.figureWidth
                    height: head.height
                    horizontalAlignment: Text.AlignRight
                    text: modelData
                    color: Theme.muted
                    font.pixelSize: Theme.smallSize
                }
            }
        }
        Rectangle {
            y: parent.height - 1
            width: parent.width
            height: 1
            color: Theme.line
        }
    }
    ListView {
        id: list
        y: head.height
        width: parent.width
        height: parent.height - y
        clip: true
        model: root.tree
        currentIndex: -1
        reuseItems: true
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollBar {}
        Accessible.ignored: true // the whole is the tree
        delegate: QueueTreeRow {
            width: list.width - 10 // the scroll bar's place
            current: level === 2 && key === root.currentKey
            figureWidth: root.figureWidth
            focused: root.activeFocus && ListView.isCurrentItem
            onChosen: {
                root.forceActiveFocus(Qt.MouseFocusReason);
                root.go(index);
            }
            onToggled: root.tree.toggle(index)
            onOpened: root.opened()
            onMenuWanted: (x, y) => root.menuWanted(x, mapToItem(root, x, y).y)
        }
    }
}
