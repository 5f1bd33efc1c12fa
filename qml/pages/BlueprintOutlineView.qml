// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// The structure of a blueprint. Left and right close and open, Enter goes to the place in the text, F8 to the next issue.
FocusScope {
    id: root

    required property BlueprintOutline outline

    signal opened(int character)
    signal chosen(int character)
    signal leaving

    function choose(row: int): void {
        if (row < 0 || row >= root.outline.count)
            return;
        root.outline.current = row;
        list.positionViewAtIndex(row, ListView.Contain);
        root.chosen(root.outline.characterAt(row));
    }
    function nextIssue(backwards: bool): void {
        const row = root.outline.nextIssue(backwards);
        if (row >= 0)
            root.choose(row);
    }
    function open(row: int): void {
        const character = root.outline.characterAt(row);
        if (character >= 0)
            root.opened(character);
    }

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Structure")
    RowLayout {
        id: head
        x: 14
        width: parent.width - 22
        height: 32
        spacing: 8
        Label {
            text: root.outline.verdict
            color: Theme.tone(root.outline.verdictTone)
            Layout.maximumWidth: 200
        }
        Label {
            Layout.fillWidth: true
            text: root.outline.stale ? qsTr("the structure is that of the last text that was JSON") : root.outline.issue
            color: root.outline.stale ? Theme.caution : Theme.tone(root.outline.issueTone)
            HoverHandler {
                id: issueHover
            }
            Tip {
                text: root.outline.issue
                shown: issueHover.hovered && root.outline.issue.length > 0
            }
        }
        ToolButton {
            glyph: Glyph.ChevronUp
            text: qsTr("The issue before")
            keys: "Shift+F8"
            why: root.outline.faults + root.outline.cautions === 0 || root.outline.stale ? qsTr("there is none to go to") : ""
            onTriggered: root.nextIssue(true)
        }
        ToolButton {
            glyph: Glyph.ChevronDown
            text: qsTr("The next issue")
            keys: "F8"
            why: root.outline.faults + root.outline.cautions === 0 || root.outline.stale ? qsTr("there is none to go to") : ""
            onTriggered: root.nextIssue(false)
        }
    }
    ListView {
        id: list
        y: head.height
        width: parent.width
        height: parent.height - y
        clip: true
        focus: true
        activeFocusOnTab: true
        opacity: root.outline.stale ? 0.5 : 1
        model: root.outline
        currentIndex: root.outline.current
        highlightFollowsCurrentItem: false
        boundsBehavior: Flickable.StopAtBounds
        keyNavigationEnabled: false
        T.ScrollBar.vertical: ScrollBar {}
        Accessible.role: Accessible.Tree
        Accessible.name: qsTr("Structure of the blueprint")
        onCurrentIndexChanged: positionViewAtIndex(currentIndex, ListView.Contain)
        Keys.onUpPressed: root.choose(Math.max(0, root.outline.current - 1))
        Keys.onDownPressed: root.choose(Math.min(root.outline.count - 1, root.outline.current + 1))
        Keys.onReturnPressed: root.open(root.outline.current)
        Keys.onEscapePressed: root.leaving()
        Keys.onPressed: event => {
            const row = currentItem as BlueprintOutlineRow;
            if (event.key === Qt.Key_F8)
                root.nextIssue((event.modifiers & Qt.ShiftModifier) !== 0);
            else if (event.key === Qt.Key_Home)
                root.choose(0);
            else if (event.key === Qt.Key_End)
                root.choose(root.outline.count - 1);
            else if (row && row.foldable && ((event.key === Qt.Key_Right && !row.unfolded) || (event.key === Qt.Key_Left && row.unfolded) || event.key === Qt.Key_Space))
                root.outline.toggle(root.outline.current);
            else
                return;
            event.accepted = true;
        }
        delegate: BlueprintOutlineRow {
            width: ListView.view.width
            current: ListView.isCurrentItem
            focused: current && list.activeFocus
            onChosen: {
                list.forceActiveFocus();
                root.choose(index);
            }
            onOpened: root.open(index)
            onToggled: root.outline.toggle(index)
        }
    }
    Label {
        anchors.centerIn: parent
        visible: root.outline.count === 0
        text: root.outline.stale ? qsTr("The structure waits for valid JSON") : qsTr("Nothing to show")
        color: Theme.muted
    }
}
