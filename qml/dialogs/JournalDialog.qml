// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Models
import Signalbox.Pages

// What this console wrote on this connection: when, who, why, how it was and became, and the way back.
Dialog {
    id: root

    required property AppState app
    required property ConnectionList connections
    readonly property bool chosen: model.currentKey.length > 0

    width: parent ? Math.min(1240, parent.width - 48) : 1240
    title: model.undoing ? qsTr("Undo: %1").arg(model.title) : qsTr("Journal")
    subtitle: model.undoing ? "" : model.summary
    note: model.undoing ? (model.refusal.length > 0 || model.result.length > 0 ? "" : model.whyNot) : root.chosen ? model.whyNoUndo : ""
    onAboutToShow: table.forceActiveFocus()
    actions: [
        Button {
            text: model.undoing ? (model.result.length > 0 ? qsTr("Done") : qsTr("Back")) : qsTr("Close")
            onTriggered: {
                if (model.undoing)
                    model.cancelUndo();
                else
                    root.close();
            }
        },
        Button {
            visible: root.chosen && !model.undoing
            text: qsTr("Undo…")
            why: model.whyNoUndo
            onTriggered: model.beginUndo()
        },
        Button {
            visible: model.undoing && model.result.length === 0
            text: qsTr("Undo")
            kind: Button.Primary
            why: model.whyNot
            onTriggered: model.undo()
        }
    ]
    JournalView {
        id: model
        objectName: "journalView"
        session: root.app.session
        onStopWanted: key => {
            root.close();
            root.app.open("flows", key);
            root.app.commandRequested("stop-flow");
        }
    }
    Item {
        width: parent ? parent.width : 0
        height: parent ? parent.height : 0
        implicitHeight: 620
        Banner {
            id: fault
            width: parent.width
            visible: text.length > 0
            height: visible ? implicitHeight : 0
            tone: model.result.length > 0 ? Banner.Info : model.costs.length > 0 ? Banner.Caution : Banner.Danger
            text: !model.undoing ? model.error : model.result.length > 0 ? model.result : model.refusal.length > 0 ? model.refusal : model.costs
        }
        Item {
            id: listSide
            y: fault.height
            width: root.chosen ? Math.round(parent.width * 0.52) : parent.width
            height: parent.height - y
            FilterField {
                id: filter
                x: 16
                y: 8
                width: Math.min(360, parent.width - 32)
                name: qsTr("Filter the journal")
                placeholderText: qsTr("op:put outcome:refused who:ada")
                fields: model.table ? model.table.filterFields : []
                fault: model.table ? model.table.filterError : ""
                faultPosition: model.table ? model.table.filterErrorPosition : -1
                onLeaving: table.forceActiveFocus()
                onTextChanged: if (model.table)
                    model.table.filter = text
            }
            DataTable {
                id: table
                y: 46
                width: parent.width
                height: parent.height - y
                table: model.table
                name: qsTr("Journal")
                settings: root.app.settings
                tableId: "journal"
                multiple: false
                emptyGlyph: Glyph.Pencil
                emptyTitle: model.table && model.table.total > 0 ? qsTr("No write fits the filter") : qsTr("Nothing was written from here yet")
                emptyText: model.table && model.table.total > 0 ? "" : qsTr("Every change that this console sends appears here, with how it was before, and can be undone.")
                emptyAction: model.table && model.table.total > 0 ? qsTr("Clear the filter") : ""
                onEmptyTriggered: filter.clear()
                onOpened: key => model.currentKey = key
            }
            Connections {
                target: table.selection
                function onCurrentKeyChanged(): void {
                    model.currentKey = table.selection.currentKey;
                }
            }
        }
        Rectangle {
            x: listSide.width
            y: listSide.y
            width: 1
            height: listSide.height
            visible: root.chosen
            color: Theme.line
        }
        ColumnLayout {
            x: listSide.width + 1
            y: listSide.y
            width: parent.width - x
            height: listSide.height
            visible: root.chosen
            spacing: 6
            Label {
                Layout.fillWidth: true
                Layout.leftMargin: 16
                Layout.rightMargin: 16
                Layout.topMargin: 12
                text: model.title
                strong: true
                color: Theme.strong
            }
            Repeater {
                model: [model.outcome, model.facts, model.why.length > 0 ? qsTr("Why: %1").arg(model.why) : "", model.unknown]
                Label {
                    required property string modelData
                    Layout.fillWidth: true
                    Layout.leftMargin: 16
                    Layout.rightMargin: 16
                    visible: text.length > 0
                    text: modelData
                    color: Theme.muted
                    font.pixelSize: Theme.smallSize
                    wrapMode: Text.Wrap
                    maximumLineCount: 4
                }
            }
            Label {
                Layout.fillWidth: true
                Layout.leftMargin: 16
                Layout.rightMargin: 16
                Layout.topMargin: 6
                visible: model.movedShown || (model.undoing && model.refusal.length === 0 && model.result.length === 0)
                text: model.movedShown ? qsTr("What this write left, and what is there now:") : model.busy ? qsTr("Looking at how it is now…") : qsTr("This is what undoing changes:")
            }
            DiffView {
                Layout.fillWidth: true
                Layout.fillHeight: true
                visible: model.refusal.length === 0 || model.movedShown
                lines: model.diff
                emptyText: qsTr("No text was kept of it.")
            }
            Item {
                Layout.fillHeight: true
                visible: model.refusal.length > 0 && !model.movedShown
            }
        }
    }
}
