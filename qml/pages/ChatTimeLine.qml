// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// Each turn as a line of times: accepted, first chunk, tools, done.
ListView {
    id: root

    required property ChatTestPageModel page

    clip: true
    activeFocusOnTab: true
    model: root.page.turns
    spacing: 10
    boundsBehavior: Flickable.StopAtBounds
    T.ScrollBar.vertical: ScrollBar {}
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Turns, newest first")
    delegate: Item {
        id: turn
        required property var modelData
        width: ListView.view ? ListView.view.width : 0
        height: steps.y + steps.height + 8
        Accessible.role: Accessible.ListItem
        Accessible.name: turn.modelData.said + ", " + turn.modelData.state
        Label {
            anchors.left: parent.left
            anchors.leftMargin: 14
            width: parent.width - 28 - state.width - 10
            text: turn.modelData.said
            strong: true
            color: Theme.strong
            Accessible.ignored: true
        }
        Label {
            id: state
            anchors.right: parent.right
            anchors.rightMargin: 14
            width: Math.min(implicitWidth, parent.width * 0.5)
            text: turn.modelData.state
            color: turn.modelData.failed ? Theme.danger : turn.modelData.open ? Theme.accent : Theme.good
            Accessible.ignored: true
        }
        Column {
            id: steps
            x: 14
            y: 24
            width: parent.width - 28
            Repeater {
                model: turn.modelData.names
                Item {
                    id: step
                    required property int index
                    required property string modelData
                    width: steps.width
                    height: 22
                    Label {
                        anchors.left: parent.left
                        width: 190
                        height: parent.height
                        text: step.modelData
                        color: Theme.muted
                        font.pixelSize: Theme.smallSize
                    }
                    Rectangle {
                        anchors.left: parent.left
                        anchors.leftMargin: 196
                        y: 10
                        width: Math.max(0, parent.width - 196 - 70)
                        height: 2
                        color: Theme.lineSoft
                        Rectangle {
                            readonly property real share: turn.modelData.shares[step.index]
                            x: Math.round((parent.width - 8) * (Theme.mirrored ? 1 - share : share))
                            y: -3
                            width: 8
                            height: 8
                            radius: 4
                            color: Theme.accent
                        }
                    }
                    Label {
                        anchors.right: parent.right
                        height: parent.height
                        text: "+" + turn.modelData.times[step.index]
                        font.pixelSize: Theme.smallSize
                    }
                }
            }
        }
        Rectangle {
            y: parent.height - 1
            x: 14
            width: parent.width - 28
            height: 1
            color: Theme.lineSoft
        }
    }
    EmptyState {
        anchors.fill: parent
        visible: root.count === 0
        title: qsTr("No turn yet")
        text: qsTr("Each message makes a turn: when it was accepted, when the first piece came, which tools ran and for how long, when it was done.")
    }
}
