// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// Workspaces, and below each the types of its entries. Left and right close and open, Enter goes to the table.
FocusScope {
    id: root

    required property ConfigPageModel page

    signal leaving

    function choose(row: int): void {
        if (row >= 0 && row < root.page.tree.count)
            root.page.showScope(root.page.tree.workspaceAt(row), root.page.tree.typeAt(row));
    }

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Workspaces and types")
    ListView {
        id: list
        anchors.fill: parent
        anchors.topMargin: 6
        focus: true
        clip: true
        model: root.page.tree
        currentIndex: root.page.tree.currentRow
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: true
        keyNavigationEnabled: false
        Accessible.role: Accessible.Tree
        Accessible.name: qsTr("Workspaces and types")
        T.ScrollBar.vertical: ScrollBar {}
        Keys.onUpPressed: root.choose(root.page.tree.currentRow - 1)
        Keys.onDownPressed: root.choose(root.page.tree.currentRow + 1)
        Keys.onRightPressed: {
            const row = root.page.tree.currentRow;
            if (currentItem && !(currentItem as ConfigTreeRow).unfolded && root.page.tree.typeAt(row).length === 0)
                root.page.tree.toggle(row);
        }
        Keys.onLeftPressed: {
            const row = root.page.tree.currentRow;
            if (root.page.tree.typeAt(row).length > 0)
                root.page.showScope(root.page.tree.workspaceAt(row), "");
            else if (currentItem && (currentItem as ConfigTreeRow).unfolded)
                root.page.tree.toggle(row);
        }
        Keys.onReturnPressed: root.leaving()
        delegate: ConfigTreeRow {
            width: ListView.view.width
            current: ListView.isCurrentItem
            focused: current && list.activeFocus
            onChosen: {
                list.forceActiveFocus();
                root.choose(index);
            }
            onToggled: root.page.tree.toggle(index)
        }
    }
}
