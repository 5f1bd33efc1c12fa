// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// Messages of a queue, live or taken once; counts always add up: received = shown + held + filtered + dropped (+ pending at a broker).
FocusScope {
    id: root

    required property AppState app
    required property QueueDetailView queue
    signal resendWanted(int row)

    readonly property TailModel tail: queue.tail
    readonly property bool running: tail.state === TailModel.Tailing || tail.state === TailModel.Opening

    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            Layout.bottomMargin: 6
            spacing: 6
            Button {
                text: root.running ? qsTr("Stop listening") : qsTr("Listen")
                glyph: root.running ? Glyph.Close : Glyph.Play
                why: root.queue.tailDenied
                onTriggered: root.running ? root.queue.stopTail() : root.queue.startTail()
            }
            Button {
                visible: root.running
                text: root.tail.paused ? qsTr("Resume") : qsTr("Pause")
                glyph: root.tail.paused ? Glyph.Play : Glyph.Pause
                tip: qsTr("Messages wait behind the pause, up to a bound; beyond it they count as dropped.")
                onTriggered: root.tail.paused = !root.tail.paused
            }
            Button {
                visible: !root.running
                text: qsTr("Peek 20")
                tip: qsTr("Takes a look at the next messages; order and redelivery stay untouched")
                why: root.queue.peekDenied
                onTriggered: root.queue.peek(20)
            }
            FilterField {
                Layout.fillWidth: true
                name: qsTr("Filter messages")
                placeholderText: qsTr("words, size>1000")
                fields: ["payload", "properties", "id", "size"]
                fault: root.tail.filterError
                faultPosition: root.tail.filterErrorPosition
                onTextChanged: root.tail.filter = text
            }
        }
        Switch {
            visible: root.queue.answersTopic.length > 0
            Layout.leftMargin: 14
            Layout.bottomMargin: 6
            text: qsTr("with the answers, paired by id")
            checked: root.queue.withAnswers
            onToggled: {
                root.queue.withAnswers = checked;
                if (root.running)
                    root.queue.startTail();
            }
        }
        Label {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            Layout.bottomMargin: 6
            visible: root.tail.answersFault.length > 0
            text: qsTr("Answers are not listened to: %1").arg(root.tail.answersFault)
            color: Theme.caution
            font.pixelSize: Theme.smallSize
            wrapMode: Text.Wrap
            maximumLineCount: 4
        }
        Label {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            Layout.bottomMargin: 6
            color: root.tail.dropped > 0 ? Theme.caution : Theme.muted
            font.pixelSize: Theme.smallSize
            wrapMode: Text.Wrap
            text: qsTr("%1 · received %2 = shown %3 + held %4 + filtered %5 + dropped %6").arg(root.tail.stateText).arg(root.app.countText(root.tail.received)).arg(root.app.countText(root.tail.shown)).arg(root.app.countText(root.tail.held)).arg(root.app.countText(root.tail.filtered)).arg(root.app.countText(root.tail.dropped)) + (root.tail.pending > 0 ? qsTr(" + %1 waiting at the broker").arg(root.app.countText(root.tail.pending)) : "") + (root.tail.left > 0 ? qsTr(" · %1 older ones left the list").arg(root.app.countText(root.tail.left)) : "")
        }
        Banner {
            Layout.fillWidth: true
            visible: root.tail.error.length > 0
            tone: Banner.Danger
            text: root.tail.error
            actionText: qsTr("Listen again")
            onTriggered: root.queue.startTail()
        }
        ListView {
            id: list
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            focus: true
            activeFocusOnTab: true
            model: root.tail
            currentIndex: -1
            reuseItems: true
            highlightMoveDuration: 0
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Messages")
            delegate: QueueMessageRow {
                width: list.width
                current: ListView.isCurrentItem
                onPressed: {
                    list.currentIndex = index;
                    list.forceActiveFocus();
                }
            }
            EmptyState {
                anchors.fill: parent
                visible: list.count === 0
                title: root.tail.state === TailModel.Tailing ? qsTr("Listening…") : root.tail.state === TailModel.Peeked ? qsTr("Nothing waits in it") : qsTr("Not listening")
                text: root.tail.state === TailModel.Tailing ? qsTr("Messages appear here as they are published.") : root.queue.tailDenied.length > 0 ? root.queue.tailDenied : qsTr("Listen to see messages as they come. It takes none away from the consumers.")
            }
        }
        Rectangle {
            Layout.fillWidth: true
            Layout.preferredHeight: 1
            color: Theme.line
        }
        QueuePayload {
            Layout.fillWidth: true
            Layout.preferredHeight: list.currentIndex >= 0 ? Math.max(140, root.height * 0.42) : 0
            visible: list.currentIndex >= 0
            app: root.app
            queue: root.queue
            row: list.currentIndex
            onResendWanted: root.resendWanted(list.currentIndex)
        }
    }
}
