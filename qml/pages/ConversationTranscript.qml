// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// What was said, oldest first. At its end it follows; scrolled back, what one reads stays where it is.
FocusScope {
    id: root

    required property AppState app
    required property TranscriptModel transcript
    property string typingText: ""
    property bool following: true
    property bool againOffered: false
    property string againDenied: ""
    readonly property alias view: list

    signal olderWanted
    signal againWanted(int row)

    function toEnd(): void {
        root.following = true;
        list.currentIndex = -1;
        list.positionViewAtEnd();
    }
    function find(words: string): bool {
        const row = root.transcript.find(words, list.currentIndex + 1);
        if (row < 0)
            return false;
        root.following = false;
        list.currentIndex = row;
        list.positionViewAtIndex(row, ListView.Center);
        return true;
    }
    function copyRow(row: int): void {
        root.app.copy(root.transcript.wholeText(row), qsTr("the message"));
    }

    Timer {
        id: endSoon // after the list has laid itself out
        interval: 0
        onTriggered: list.positionViewAtEnd()
    }
    ListView {
        id: list
        anchors.fill: parent
        anchors.bottomMargin: typing.visible ? typing.height : 0
        clip: true
        focus: true
        activeFocusOnTab: true
        model: root.transcript
        currentIndex: -1
        reuseItems: true
        cacheBuffer: 400
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        topMargin: 10 // no header: Qt 6.4 cannot make one anew when the window turns round
        T.ScrollBar.vertical: ScrollBar {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Transcript")
        delegate: ConversationMessage {
            width: list.width
            current: ListView.isCurrentItem
            onPressed: {
                list.currentIndex = index;
                list.forceActiveFocus();
            }
            againOffered: root.againOffered
            againDenied: root.againDenied
            onWholeWanted: root.copyRow(index)
            onAgainWanted: root.againWanted(index)
        }
        onContentHeightChanged: if (root.following)
            endSoon.restart()
        onHeightChanged: if (root.following)
            endSoon.restart()
        onMovementEnded: root.following = list.atYEnd
        onAtYEndChanged: if (list.atYEnd)
            root.following = true
        onContentYChanged: {
            if (!list.atYEnd && (list.moving || list.activeFocus && list.currentIndex >= 0))
                root.following = false;
            if (list.contentY - list.originY < 600 && root.transcript.hasOlder)
                root.olderWanted();
        }
        Keys.onPressed: event => {
            if (event.matches(StandardKey.Copy) && list.currentIndex >= 0) {
                root.copyRow(list.currentIndex);
                event.accepted = true;
            } else if (event.key === Qt.Key_R && event.modifiers === Qt.NoModifier && root.againOffered && list.currentIndex >= 0) {
                root.againWanted(list.currentIndex);
                event.accepted = true;
            } else if (event.key === Qt.Key_End) {
                root.toEnd();
                event.accepted = true;
            } else if (event.key === Qt.Key_Home) {
                root.following = false;
                list.positionViewAtBeginning();
                event.accepted = true;
            } else if (event.key === Qt.Key_PageUp || event.key === Qt.Key_PageDown) {
                const step = (event.key === Qt.Key_PageUp ? -1 : 1) * list.height * 0.9;
                root.following = false;
                list.contentY = Math.max(list.originY - list.topMargin, Math.min(list.originY + list.contentHeight - list.height, list.contentY + step));
                root.following = list.atYEnd;
                event.accepted = true;
            }
        }
    }
    Label {
        id: typing
        anchors.bottom: parent.bottom
        x: 18
        width: parent.width - 36
        height: visible ? 24 : 0
        visible: text.length > 0
        text: root.typingText
        color: Theme.muted
        font.pixelSize: Theme.smallSize
    }
    Button {
        visible: !root.following && list.count > 0
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 10
        text: qsTr("To the newest")
        onTriggered: root.toEnd()
    }
}
