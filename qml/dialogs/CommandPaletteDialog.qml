// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// Everything that can be reached or done, by a few letters.
Popup {
    id: root

    required property AppState app
    required property ConnectionList connections

    function run(row: int): void {
        if (row < 0)
            return;
        // Close first: what runs may open a dialog of its own.
        if (palette.whyNot(row).length > 0)
            return;
        root.close();
        palette.run(row);
    }

    CommandPalette {
        id: palette
        app: root.app
        connections: root.connections
        query: search.text
        onQueryChanged: list.currentIndex = 0
    }

    parent: T.Overlay.overlay
    x: parent ? Math.round((parent.width - width) / 2) : 0
    y: 56
    width: Math.min(640, parent ? parent.width - 48 : 640)
    padding: 0
    modal: true
    onOpened: search.forceActiveFocus()
    contentHeight: 50 + Math.max(32, list.height) + foot.height + 4
    FocusScope {
        anchors.fill: parent
        focus: true
        Accessible.role: Accessible.Dialog
        Accessible.name: qsTr("Search or run a command")
        Glyph {
            anchors.left: parent.left
            anchors.leftMargin: 14
            y: 15
            shape: Glyph.Search
            color: Theme.muted
        }
        TextField {
            id: search
            anchors.left: parent.left
            anchors.leftMargin: 34
            anchors.right: parent.right
            anchors.rightMargin: 12
            y: 8
            implicitHeight: 30
            focus: true
            ground: "transparent"
            name: qsTr("Search or run a command")
            placeholderText: qsTr("A page, workspace, flow, queue, connection or command")
            background: null
            Keys.onDownPressed: list.incrementCurrentIndex()
            Keys.onUpPressed: list.decrementCurrentIndex()
            Keys.onReturnPressed: root.run(list.currentIndex)
            Keys.onEnterPressed: root.run(list.currentIndex)
            Keys.onPressed: event => {
                if (event.key === Qt.Key_PageDown)
                    list.currentIndex = Math.min(list.count - 1, list.currentIndex + 10);
                else if (event.key === Qt.Key_PageUp)
                    list.currentIndex = Math.max(0, list.currentIndex - 10);
                else
                    return;
                event.accepted = true;
            }
        }
        Rectangle {
            y: 45
            width: parent.width
            height: 1
            color: Theme.line
        }
        ListView {
            id: list
            x: 4
            y: 50
            width: parent.width - 8
            height: Math.min(contentHeight, 13 * 32)
            clip: true
            model: palette
            keyNavigationWraps: true
            cacheBuffer: 0 // the list changes with every letter; nothing is worth preparing
            highlightMoveDuration: 0
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Matches")
            delegate: PaletteEntry {
                width: list.width
                current: ListView.isCurrentItem
                onTriggered: root.run(index)
            }
        }
        Label {
            visible: list.count === 0
            anchors.left: parent.left
            anchors.leftMargin: 16
            y: 50
            height: 32
            text: qsTr("Nothing fits “%1”.").arg(search.text)
            color: Theme.muted
        }
        Item {
            id: foot
            anchors.bottom: parent.bottom
            width: parent.width
            height: 28
            Label {
                anchors.left: parent.left
                anchors.leftMargin: 14
                height: parent.height
                color: Theme.faint
                font.pixelSize: Theme.tinySize
                text: palette.more > 0 ? qsTr("more matches: %1. Type on").arg(palette.more) : qsTr("↑ ↓ choose · Enter runs · Esc closes")
            }
        }
    }
}
