// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// What a start of this text would create, for a flow id and a workspace as an example. Nothing is sent.
FocusScope {
    id: root

    required property AppState app
    required property BlueprintPreview preview
    readonly property bool planned: preview.planned

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("What a start would create")
    RowLayout {
        id: head
        x: 14
        y: 4
        width: parent.width - 28
        height: 40
        spacing: 10
        Label {
            text: qsTr("A flow")
            color: Theme.muted
        }
        TextField {
            id: flow
            focus: true
            Layout.preferredWidth: 170
            mono: true
            name: qsTr("Flow id of the example")
            text: root.preview.flow
            onTextEdited: root.preview.flow = text
        }
        Label {
            text: qsTr("in")
            color: Theme.muted
        }
        ComboBox {
            id: workspaces
            Layout.preferredWidth: 170
            name: qsTr("Workspace of the example")
            model: root.preview.workspaces
            currentIndex: root.preview.workspaceIndex
            onActivated: index => root.preview.workspace = root.preview.workspaces[index]
        }
        Label {
            Layout.fillWidth: true
            text: root.preview.problems.length > 0 ? root.preview.problems : root.preview.values
            color: root.preview.problems.length > 0 ? Theme.caution : Theme.muted
            HoverHandler {
                id: valuesHover
            }
            Tip {
                text: root.preview.values
                shown: valuesHover.hovered && root.preview.values.length > 0
            }
        }
    }
    RowLayout {
        id: sums
        x: 14
        y: head.y + head.height + 4
        width: parent.width - 28
        height: 48
        spacing: 26
        opacity: root.planned ? 1 : 0.5
        Stat {
            value: root.planned ? root.preview.entries.total : "—"
            label: qsTr("processor entries")
            ink: Theme.good
        }
        Stat {
            value: root.planned ? root.preview.newTopics : "—"
            label: qsTr("new topics")
            ink: Theme.good
        }
        Stat {
            value: root.planned ? root.preview.sharedTopics : "—"
            label: qsTr("shared")
        }
        Stat {
            value: root.planned ? root.preview.literalTopics : "—"
            label: qsTr("global")
        }
        Stat {
            value: root.planned ? root.preview.queues.total : "—"
            label: qsTr("consumer queues")
        }
        Item {
            Layout.fillWidth: true
        }
        TabBar {
            id: tabs
            Layout.alignment: Qt.AlignBottom
            name: qsTr("What comes into being")
            TabButton {
                text: qsTr("Processors")
                count: root.planned ? root.preview.entries.total : ""
            }
            TabButton {
                text: qsTr("Topics")
                count: root.planned ? root.preview.topics.total : ""
            }
            TabButton {
                text: qsTr("Queues")
                count: root.planned ? root.preview.queues.total : ""
            }
        }
    }
    Item {
        y: sums.y + sums.height + 6
        width: parent.width
        height: parent.height - y
        FlowPartTable {
            anchors.fill: parent
            visible: tabs.currentIndex === 0
            app: root.app
            table: root.preview.entries
            part: "preview-entries"
            name: qsTr("Processor entries of the example")
            emptyTitle: root.planned ? qsTr("No processor entry") : qsTr("Nothing to preview")
            emptyText: root.preview.why
        }
        FlowPartTable {
            anchors.fill: parent
            visible: tabs.currentIndex === 1
            app: root.app
            table: root.preview.topics
            part: "preview-topics"
            name: qsTr("Topics of the example")
            emptyTitle: root.planned ? qsTr("No topic") : qsTr("Nothing to preview")
            emptyText: root.preview.why
        }
        FlowPartTable {
            anchors.fill: parent
            visible: tabs.currentIndex === 2
            app: root.app
            table: root.preview.queues
            part: "preview-queues"
            name: qsTr("Queues of the example")
            emptyTitle: root.planned ? qsTr("No queue") : qsTr("Nothing to preview")
            emptyText: root.preview.why
        }
    }
}
