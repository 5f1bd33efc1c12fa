// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// One queue: facts, consumers and its messages.
FocusScope {
    id: root

    required property AppState app
    required property QueueDetailView queue

    signal leaving
    signal menuWanted(real x, real y) // of what the pane shows
    signal actionWanted(int kind)
    signal resendWanted(int row)

    function listen(): void {
        tabs.currentIndex = 1;
        root.queue.startTail();
    }

    function enterPart(): void {
        for (let i = 0; i < parts.children.length; ++i)
            if (parts.children[i].visible && parts.children[i] !== tabs && parts.children[i].activeFocusOnTab) {
                parts.children[i].forceActiveFocus(Qt.TabFocusReason);
                return;
            }
    }

    Keys.onPressed: event => {
        if (event.key === Qt.Key_Escape || (event.key === Qt.Key_Up && tabs.activeFocus))
            root.leaving();
        else if (event.key === Qt.Key_Down && tabs.activeFocus)
            root.enterPart();
        else if (event.key === Qt.Key_Menu || (event.key === Qt.Key_F10 && event.modifiers === Qt.ShiftModifier))
            root.menuWanted(24, 40);
        else
            return;
        event.accepted = true;
    }
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Queue %1").arg(queue.shownName)

    ColumnLayout {
        id: parts
        anchors.fill: parent
        spacing: 0
        Label {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            Layout.topMargin: 8
            text: root.queue.shownName
            mono: true
            font.weight: Font.DemiBold
            color: Theme.strong
            wrapMode: Text.WrapAnywhere
            maximumLineCount: 3
            Accessible.role: Accessible.Heading
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            Layout.topMargin: 6
            Layout.bottomMargin: 6
            spacing: 6
            Label {
                Layout.fillWidth: true
                text: root.queue.subtitle
                color: Theme.muted
            }
            ToolButton {
                visible: root.queue.flowKey.length > 0
                glyph: Glyph.Flows
                text: qsTr("Go to its flow")
                onTriggered: root.app.open("flows", root.queue.flowKey)
            }
            Button {
                text: qsTr("Publish…")
                why: root.queue.publishDenied
                onTriggered: root.actionWanted(QueueAction.Publish)
            }
            Button {
                text: qsTr("Purge…")
                kind: Button.Danger
                why: root.queue.purgeDenied
                onTriggered: root.actionWanted(QueueAction.Purge)
            }
            ToolButton {
                text: qsTr("Move its messages…")
                glyph: Glyph.Forward
                why: root.queue.moveDenied
                onTriggered: root.actionWanted(QueueAction.Move)
            }
            ToolButton {
                text: qsTr("Delete the queue…")
                glyph: Glyph.Trash
                why: root.queue.deleteDenied
                onTriggered: root.actionWanted(QueueAction.Delete)
            }
        }
        TabBar {
            id: tabs
            name: qsTr("Parts of the queue")
            focus: true
            Layout.leftMargin: 14
            Layout.bottomMargin: 6
            TabButton {
                text: qsTr("Facts")
            }
            TabButton {
                text: qsTr("Messages")
            }
            TabButton {
                text: qsTr("Consumers")
                count: root.queue.consumers.total
            }
            TabButton {
                text: qsTr("History")
            }
        }
        Banner {
            Layout.fillWidth: true
            visible: text.length > 0
            tone: root.queue.error.length > 0 ? Banner.Danger : Banner.Info
            text: root.queue.error.length > 0 ? root.queue.error : root.queue.unknownWhy
        }
        DataTable {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: tabs.currentIndex === 0
            table: root.queue.facts
            name: qsTr("Facts of the queue")
            emptyTitle: qsTr("Nothing is known of this queue")
        }
        Label {
            Layout.fillWidth: true
            Layout.margins: 14
            visible: tabs.currentIndex === 0 && text.length > 0
            text: root.queue.balance
            color: root.queue.balanced ? Theme.muted : Theme.danger
            font.pixelSize: Theme.smallSize
            wrapMode: Text.Wrap
        }
        QueueMessages {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: tabs.currentIndex === 1
            app: root.app
            queue: root.queue
            onResendWanted: row => root.resendWanted(row)
        }
        DataTable {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: tabs.currentIndex === 2
            table: root.queue.consumers
            name: qsTr("Consumers of the queue")
            settings: root.app.settings
            tableId: "queue-consumers"
            emptyTitle: root.queue.unknownWhy.length > 0 ? qsTr("Not known") : qsTr("Nobody consumes it")
            emptyText: root.queue.unknownWhy.length > 0 ? "" : qsTr("Messages pile up until a processor of its flow comes back.")
        }
        QueueTrendPane {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: tabs.currentIndex === 3
            app: root.app
            trend: root.queue.trend
        }
    }
}
