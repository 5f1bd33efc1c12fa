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
    signal menuWanted(real x, real y) // of what the pane shows

    function enterPart(): void {
        for (let i = 0; i < parts.children.length; ++i)
            if (parts.children[i].visible) {
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
    Accessible.name: qsTr("Flow %1").arg(flow.shownId)

    Item {
        id: head
        // narrow: the tabs go below
        readonly property real beside: Math.min(300, idText.implicitWidth) + Math.min(330, subtitleText.implicitWidth) + tabs.implicitWidth + Math.min(220, whyText.implicitWidth) + restart.implicitWidth + 40
        readonly property bool stacked: width < beside
        x: 14
        width: parent.width - 28
        height: stacked ? 40 + Theme.controlHeight + 4 : 40
        RowLayout {
            width: parent.width
            height: 40
            spacing: 10
            Label {
                id: idText
                text: root.flow.shownId
                strong: true
                color: Theme.strong
                font.pixelSize: Theme.titleSize
                elide: Text.ElideMiddle
                Layout.fillWidth: true
                Layout.minimumWidth: Math.min(120, implicitWidth)
                Layout.maximumWidth: Math.min(head.stacked ? 460 : 300, Math.ceil(implicitWidth))
                Accessible.role: Accessible.Heading
                HoverHandler {
                    id: idHover
                }
                Tip {
                    text: root.flow.shownId
                    shown: idHover.hovered && idText.truncated
                }
            }
            Label {
                id: subtitleText
                text: root.flow.subtitle
                color: Theme.muted
                Layout.fillWidth: true
                Layout.minimumWidth: 0
                Layout.maximumWidth: Math.min(330, Math.ceil(implicitWidth))
                HoverHandler {
                    id: subtitleHover
                }
                Tip {
                    text: root.flow.subtitle + "\n" + root.flow.queuesText
                    shown: subtitleHover.hovered
                }
            }
            Item {
                id: slot
                visible: !head.stacked
                Layout.preferredWidth: tabs.implicitWidth
                Layout.fillHeight: true
            }
            Label {
                id: whyText
                Layout.fillWidth: true
                // why it is as it is comes before figures that the tabs tell too
                Layout.minimumWidth: Math.min(implicitWidth, head.stacked ? 120 : Math.max(120, head.width - Math.min(300, idText.implicitWidth) - tabs.implicitWidth - restart.implicitWidth - 44))
                Layout.preferredWidth: implicitWidth
                horizontalAlignment: Text.AlignRight
                wrapMode: Text.Wrap
                maximumLineCount: 2
                text: root.flow.why
                color: root.page.staleness.length > 0 ? Theme.muted : Theme.tone(root.flow.whyTone)
                HoverHandler {
                    id: whyHover
                }
                Tip {
                    text: root.flow.why
                    shown: whyHover.hovered
                }
            }
            Button {
                id: restart
                text: qsTr("Restart…")
                tip: qsTr("Restart with other parameters, as one previewed plan")
                why: root.page.stopDenied
                onTriggered: root.restartWanted()
            }
        }
        TabBar {
            id: tabs
            x: head.stacked ? (Theme.mirrored ? head.width - width : 0) : slot.x
            y: head.stacked ? 38 : Math.round((40 - height) / 2)
            width: Math.min(implicitWidth, head.width)
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
        id: parts
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
            stale: root.page.staleness.length > 0
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
            logsWorkspace: root.flow.workspace
            logsFlow: root.flow.id
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
