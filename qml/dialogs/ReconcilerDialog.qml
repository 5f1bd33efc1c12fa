// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// Flow records, processor entries and queues compared, and the plan that mends what does not belong together.
Dialog {
    id: root

    required property AppState app
    required property ConnectionList connections
    readonly property ReconcilerView view: model

    width: parent ? Math.min(1240, parent.width - 48) : 1240
    title: model.planning ? qsTr("Plan of repair") : qsTr("Reconciler")
    subtitle: model.planning ? model.planText : model.busy ? qsTr("Looking…") : ""
    note: model.planning ? (model.over ? "" : model.whyNot) : table.selectedCount > 1 ? qsTr("%1 chosen").arg(table.selectedCount) : ""
    onAboutToShow: {
        model.look();
        table.forceActiveFocus();
    }
    onAboutToHide: model.leavePlan()
    closePolicy: model.running ? T.Popup.NoAutoClose : T.Popup.CloseOnEscape
    actions: [
        TextField {
            visible: model.planning && !model.over
            Layout.preferredWidth: 220
            name: qsTr("Type the name of the connection")
            placeholderText: model.wanted
            text: model.typed
            onTextChanged: model.typed = text
        },
        Button {
            text: model.planning && !model.over ? qsTr("Back") : qsTr("Close")
            why: model.running ? qsTr("Working…") : ""
            onTriggered: {
                if (model.planning && !model.over)
                    model.leavePlan();
                else
                    root.close();
            }
        },
        Button {
            visible: !model.planning || model.over
            text: qsTr("Look again")
            glyph: Glyph.Refresh
            why: model.busy ? qsTr("Looking…") : ""
            onTriggered: model.look()
        },
        Button {
            visible: !model.planning
            text: table.selectedCount > 1 ? qsTr("Plan for %1…").arg(table.selectedCount) : qsTr("Plan for all…")
            kind: Button.Primary
            why: model.whyNoPlan
            onTriggered: {
                model.chosen = table.selectedCount > 1 ? table.selection.keys : [];
                model.plan();
            }
        },
        Button {
            visible: !model.planning && table.selectedCount === 1
            text: qsTr("Plan for this one…")
            why: model.whyNoPlan
            onTriggered: {
                model.chosen = table.selection.keys;
                model.plan();
            }
        },
        Button {
            visible: model.planning && model.byHandCount > 0
            text: qsTr("Copy what is left to do")
            glyph: Glyph.Copy
            onTriggered: root.app.copy(model.byHand(), qsTr("what is left to do"))
        },
        Button {
            visible: model.planning && !model.over
            text: qsTr("Repair")
            kind: Button.Danger
            why: model.whyNot
            onTriggered: model.run()
        }
    ]
    ReconcilerView {
        id: model
        session: root.app.session
    }
    Item {
        width: parent ? parent.width : 0
        height: parent ? parent.height : 0
        implicitHeight: 600
        Banner {
            id: fault
            width: parent.width
            visible: text.length > 0
            height: visible ? implicitHeight : 0
            tone: Banner.Danger
            text: model.error
        }
        ColumnLayout {
            y: fault.height
            width: parent.width
            height: parent.height - y
            visible: !model.planning
            spacing: 0
            Repeater {
                model: model.notes
                Label {
                    required property string modelData
                    Layout.fillWidth: true
                    Layout.leftMargin: 16
                    Layout.rightMargin: 16
                    Layout.topMargin: 6
                    visible: text.length > 0
                    text: modelData
                    color: Theme.muted
                    font.pixelSize: Theme.smallSize
                    wrapMode: Text.Wrap
                }
            }
            FilterField {
                id: filter
                Layout.leftMargin: 16
                Layout.topMargin: 8
                Layout.bottomMargin: 6
                Layout.preferredWidth: 360
                name: qsTr("Filter findings")
                placeholderText: qsTr("what:orphan ready>0")
                fields: model.table ? model.table.filterFields : []
                fault: model.table ? model.table.filterError : ""
                faultPosition: model.table ? model.table.filterErrorPosition : -1
                onLeaving: table.forceActiveFocus()
                onTextChanged: if (model.table)
                    model.table.filter = text
            }
            DataTable {
                id: table
                Layout.fillWidth: true
                Layout.fillHeight: true
                table: model.table
                name: qsTr("Findings")
                settings: root.app.settings
                tableId: "reconciler"
                emptyGlyph: Glyph.Check
                emptyTitle: model.busy ? qsTr("Comparing flows, entries and queues…") : !model.looked ? qsTr("Nothing has been compared") : model.table && model.table.total > 0 ? qsTr("No finding fits the filter") : qsTr("Everything belongs together")
                emptyText: model.looked && model.table && model.table.total === 0 ? qsTr("Every queue that was compared belongs to a flow or a service, and every flow has what its blueprint names.") : ""
                emptyAction: model.table && model.table.total > 0 ? qsTr("Clear the filter") : ""
                onEmptyTriggered: filter.clear()
            }
        }
        ColumnLayout {
            y: fault.height
            width: parent.width
            height: parent.height - y
            visible: model.planning
            spacing: 0
            Switch {
                Layout.leftMargin: 16
                Layout.topMargin: 8
                visible: !model.over
                enabled: !model.running
                text: qsTr("Delete queues that hold messages, too: the messages are lost")
                checked: model.withMessages
                onToggled: model.withMessages = checked
            }
            OverviewList {
                Layout.fillWidth: true
                Layout.fillHeight: true
                title: qsTr("Steps")
                remark: qsTr("in this order")
                lines: model.steps
                mono: true
                selects: true
                emptyText: qsTr("Nothing is to be done.")
            }
        }
    }
}
