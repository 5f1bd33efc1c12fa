// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// Two people changed one value: from where you began, what is there now, and yours. Nothing is written here.
Dialog {
    id: root

    required property AppState app
    required property ConfigPageModel page
    readonly property ConfigConflict conflict: model

    function begin(id: string): void {
        model.begin(id);
        root.open();
    }

    width: Math.min(1180, parent ? parent.width - 48 : 1180)
    height: Math.min(720, parent ? parent.height - 48 : 720)
    title: qsTr("Conflict in %1").arg(model.title)
    subtitle: model.subtitle
    note: qsTr("Nothing is written yet: what you take becomes your draft on top of their value.")
    actions: [
        Button {
            text: qsTr("Cancel")
            onTriggered: root.close()
        },
        Button {
            text: qsTr("Take theirs")
            tip: qsTr("Forgets your draft")
            why: model.open ? "" : qsTr("It is no conflict any more.")
            onTriggered: model.takeTheirs()
        },
        Button {
            text: qsTr("Take mine")
            tip: qsTr("Keeps your draft as it is; applying it replaces what they wrote")
            why: model.open ? "" : qsTr("It is no conflict any more.")
            onTriggered: model.takeMine()
        },
        Button {
            text: qsTr("Take the merge")
            kind: Button.Primary
            why: !model.open ? qsTr("It is no conflict any more.") : model.mergeable ? "" : qsTr("One side deletes it: take mine or theirs.")
            onTriggered: model.takeMerged()
        }
    ]

    ConfigConflict {
        id: model
        session: root.app.session
        onDecided: root.close()
    }
    Item {
        width: parent ? parent.width : 0
        height: parent ? parent.height : 0
        implicitHeight: 620
        Row {
            id: sides
            width: parent.width
            height: Math.round((parent.height - places.height) * (root.conflict.mergeable ? 0.5 : 1))
            ConfigSide {
                width: Math.floor(parent.width / 3)
                height: parent.height
                caption: qsTr("Where you began")
                content: root.conflict.base
            }
            ConfigSide {
                width: Math.floor(parent.width / 3)
                height: parent.height
                caption: qsTr("There now")
                remark: qsTr("+%1 −%2").arg(root.conflict.theirDiff.added).arg(root.conflict.theirDiff.removed)
                lines: root.conflict.theirDiff
            }
            ConfigSide {
                width: parent.width - 2 * Math.floor(parent.width / 3)
                height: parent.height
                caption: qsTr("Yours")
                remark: qsTr("+%1 −%2").arg(root.conflict.myDiff.added).arg(root.conflict.myDiff.removed)
                lines: root.conflict.myDiff
            }
        }
        Item {
            id: places
            y: sides.height
            width: parent.width
            height: root.conflict.mergeable ? Math.min(150, 32 + root.conflict.count * 34) : 0
            visible: root.conflict.mergeable
            Rectangle {
                width: parent.width
                height: 1
                color: Theme.line
            }
            SectionTitle {
                x: 14
                y: 5
                width: parent.width - 28
                text: root.conflict.count === 0 ? qsTr("Everything fits together") : root.conflict.count === 1 ? qsTr("1 place to decide") : qsTr("%1 places to decide").arg(root.conflict.count)
                remark: root.conflict.merged === 1 ? qsTr("1 change of theirs goes in by itself") : qsTr("%1 changes of theirs go in by themselves").arg(root.conflict.merged)
            }
            ListView {
                y: 32
                width: parent.width
                height: parent.height - y
                clip: true
                model: root.conflict
                boundsBehavior: Flickable.StopAtBounds
                T.ScrollBar.vertical: ScrollBar {}
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Places to decide")
                delegate: ConfigConflictRow {
                    width: ListView.view.width
                    conflict: root.conflict
                }
            }
        }
        ConfigSide {
            visible: root.conflict.mergeable
            y: places.y + places.height
            width: parent.width
            height: parent.height - y
            caption: qsTr("The merge")
            remark: qsTr("against what is there now: +%1 −%2").arg(root.conflict.outcomeDiff.added).arg(root.conflict.outcomeDiff.removed)
            lines: root.conflict.outcomeDiff
        }
    }
}
