// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// The frames of the chat's socket as they were, newest last.
ListView {
    id: root

    required property AppState app
    required property ChatFrames frames

    clip: true
    activeFocusOnTab: true
    model: root.frames
    currentIndex: -1
    reuseItems: true
    boundsBehavior: Flickable.StopAtBounds
    T.ScrollBar.vertical: ScrollBar {}
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Frames")
    onCountChanged: if (atYEnd)
        endSoon.restart()
    Timer {
        id: endSoon
        interval: 0
        onTriggered: root.positionViewAtEnd()
    }
    delegate: Rectangle {
        id: frame
        required property int index
        required property bool sent
        required property string time
        required property string words
        required property string size
        width: ListView.view ? ListView.view.width : 0
        height: ListView.isCurrentItem ? whole.implicitHeight + 34 : Theme.rowHeight
        color: ListView.isCurrentItem ? Theme.selected : area.containsMouse ? Theme.hover : "transparent"
        Accessible.role: Accessible.ListItem
        Accessible.name: (frame.sent ? qsTr("sent") : qsTr("received")) + " " + frame.words
        Label {
            anchors.left: parent.left
            anchors.leftMargin: 14
            height: Theme.rowHeight
            text: (frame.sent ? "→ " : "← ") + frame.time
            mono: true
            color: Theme.muted
            Accessible.ignored: true
        }
        Label {
            anchors.left: parent.left
            anchors.leftMargin: 128
            height: Theme.rowHeight
            width: parent.width - 128 - 84
            mono: true
            text: frame.words
            Accessible.ignored: true
        }
        Label {
            anchors.right: parent.right
            anchors.rightMargin: 14
            height: Theme.rowHeight
            text: frame.size
            color: Theme.muted
            Accessible.ignored: true
        }
        Label {
            id: whole
            x: 14
            y: Theme.rowHeight
            width: parent.width - 28
            visible: frame.ListView.isCurrentItem
            mono: true
            elide: Text.ElideNone
            wrapMode: Text.WrapAnywhere
            maximumLineCount: 200
            text: visible ? root.frames.whole(frame.index) : ""
        }
        MouseArea {
            id: area
            anchors.fill: parent
            hoverEnabled: true
            onClicked: {
                root.currentIndex = frame.ListView.isCurrentItem ? -1 : frame.index;
                root.forceActiveFocus();
            }
        }
    }
    Keys.onPressed: event => {
        if (event.matches(StandardKey.Copy) && root.currentIndex >= 0) {
            root.app.copy(root.frames.whole(root.currentIndex), qsTr("the frame"));
            event.accepted = true;
        }
    }
    EmptyState {
        anchors.fill: parent
        visible: root.count === 0
        title: qsTr("No frame yet")
        text: qsTr("What goes over the chat's socket, each frame as it was. The Wire page has all other requests.")
    }
}
