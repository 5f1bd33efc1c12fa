// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// Two people changed one value: from where one began, what is there now, mine, the places to decide, and the merge.
Item {
    id: root

    required property ConflictMerge conflict

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
            delegate: ConflictRow {
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
