// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// One flow: why it is as it is, and its parts.
FocusScope {
    id: root

    required property AppState app
    required property FlowsPageModel page
    readonly property FlowDetail flow: page.detail
    property bool whole: false // the diagram hides the table above
    readonly property FlowDiagram tracks: diagram

    signal restartWanted
    signal leaving

    Keys.onEscapePressed: root.leaving()
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Flow %1").arg(flow.id)

    RowLayout {
        id: head
        x: 14
        width: parent.width - 28
        height: 40
        spacing: 10
        Label {
            text: root.flow.id
            strong: true
            color: Theme.strong
            font.pixelSize: Theme.titleSize
            Layout.maximumWidth: 300
            Accessible.role: Accessible.Heading
        }
        Label {
            text: root.flow.subtitle
            color: Theme.muted
            Layout.maximumWidth: 330
            HoverHandler {
                id: subtitleHover
            }
            Tip {
                text: root.flow.queuesText
                shown: subtitleHover.hovered
            }
        }
        TabBar {
            id: tabs
            name: qsTr("Parts of the flow")
            focus: true
            TabButton {
                text: qsTr("Diagram")
            }
            TabButton {
                id: queuesTab
                text: qsTr("Queues")
                count: root.flow.queues.total
                Tip {
                    text: root.flow.queuesText
                    shown: queuesTab.hovered
                }
            }
            TabButton {
                text: qsTr("Interfaces")
                count: root.flow.interfaces.total
            }
            TabButton {
                text: qsTr("Parameters")
                count: root.flow.parameters.total
            }
            TabButton {
                text: qsTr("Processors")
                count: root.flow.processors.total
            }
            TabButton {
                text: qsTr("Record")
            }
        }
        Label {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignRight
            text: root.flow.why
            color: Theme.tone(root.flow.whyTone)
            HoverHandler {
                id: whyHover
            }
            Tip {
                text: root.flow.why
                shown: whyHover.hovered
            }
        }
        Button {
            text: qsTr("Restart…")
            tip: qsTr("Restart with other parameters, as one previewed plan")
            why: root.page.stopDenied
            onTriggered: root.restartWanted()
        }
    }
    Banner {
        id: fault
        y: head.height
        width: parent.width
        visible: root.flow.fault.length > 0
        height: visible ? implicitHeight : 0
        tone: Banner.Caution
        text: root.flow.fault
    }
    Item {
        y: fault.y + fault.height
        width: parent.width
        height: parent.height - y

        FlowDiagram {
            id: diagram
            anchors.fill: parent
            visible: tabs.currentIndex === 0
            app: root.app
            workspace: root.flow.workspace
            flow: root.flow.id
            whole: root.whole
            active: visible && root.visible
            onWholeWanted: whole => root.whole = whole
            onLeaving: root.whole ? (root.whole = false) : tabs.forceActiveFocus()
        }
        FlowPartTable {
            anchors.fill: parent
            visible: tabs.currentIndex === 1
            app: root.app
            table: root.flow.queues
            part: "queues"
            name: qsTr("Queues of the flow")
            emptyTitle: qsTr("No queue")
            emptyText: qsTr("Nothing in this flow consumes a named queue, or its blueprint is not known.")
            onOpened: key => root.app.open("queues", key)
        }
        FlowPartTable {
            anchors.fill: parent
            visible: tabs.currentIndex === 2
            app: root.app
            table: root.flow.interfaces
            part: "interfaces"
            name: qsTr("Interfaces")
            emptyTitle: qsTr("No interface")
            emptyText: qsTr("The blueprint names none: nothing outside can talk to this flow.")
        }
        FlowPartTable {
            anchors.fill: parent
            visible: tabs.currentIndex === 3
            app: root.app
            table: root.flow.parameters
            part: "parameters"
            name: qsTr("Parameters")
            emptyTitle: qsTr("No parameter")
            emptyText: qsTr("The flow was started without any.")
        }
        FlowPartTable {
            anchors.fill: parent
            visible: tabs.currentIndex === 4
            app: root.app
            table: root.flow.processors
            part: "processors"
            name: qsTr("Processors")
            emptyTitle: qsTr("No processor entry")
            emptyText: qsTr("The blueprint makes none, or it is not known.")
        }
        Flickable {
            anchors.fill: parent
            visible: tabs.currentIndex === 5
            clip: true
            contentWidth: width
            contentHeight: record.implicitHeight
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            TextArea {
                id: record
                width: parent.width
                readOnly: true
                framed: false
                wrapMode: TextEdit.WrapAnywhere
                name: qsTr("Record of the flow")
                text: root.flow.record
            }
            Button {
                anchors.right: parent.right
                anchors.rightMargin: 20
                y: 8
                text: qsTr("Copy")
                onTriggered: root.app.copy(root.flow.record, qsTr("record"))
            }
        }
    }
}
