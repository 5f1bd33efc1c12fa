// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// What is behind the window, what it costs, and how old it is.
Rectangle {
    id: root

    required property StatusLine status
    required property string notice

    signal journalWanted
    signal replayWanted

    implicitHeight: Theme.statusHeight
    color: Theme.panel
    Accessible.role: Accessible.StatusBar
    Accessible.name: qsTr("Status")
    Rectangle {
        width: parent.width
        height: 1
        color: Theme.line
    }
    RowLayout {
        anchors.fill: parent
        anchors.topMargin: 1
        anchors.leftMargin: 12
        anchors.rightMargin: 12
        spacing: 18
        Row {
            spacing: 5
            Aspect {
                anchors.verticalCenter: parent.verticalCenter
                aspect: root.status.aspect
            }
            StatusWord {
                text: root.status.backend
            }
        }
        StatusWord {
            text: root.status.traffic
            color: root.status.drops ? Theme.caution : Theme.muted
        }
        StatusWord {
            text: root.status.cost
        }
        StatusWord {
            Layout.fillWidth: true
            text: root.notice
            color: Theme.text
            horizontalAlignment: Text.AlignHCenter
            Accessible.role: Accessible.AlertMessage
        }
        StatusWord {
            visible: text.length > 0
            text: root.status.skew
            color: Theme.caution
        }
        StatusWord {
            text: root.status.asOf
            color: root.status.stale ? Theme.caution : Theme.muted
        }
        LinkText {
            visible: root.width >= 1000
            text: root.status.past ? qsTr("Back to now") : qsTr("Replay")
            ink: root.status.past ? Theme.caution : Theme.muted
            small: true
            tip: qsTr("The last hour of queues and flows, instant by instant (Ctrl+T)")
            onTriggered: root.replayWanted()
        }
        LinkText {
            visible: root.width >= 1000
            text: qsTr("Journal")
            ink: Theme.muted
            small: true
            tip: qsTr("What this console wrote here, and the way back (Ctrl+J)")
            onTriggered: root.journalWanted()
        }
        StatusWord {
            text: root.status.who
            color: root.status.open ? Theme.caution : Theme.muted
        }
    }
}
