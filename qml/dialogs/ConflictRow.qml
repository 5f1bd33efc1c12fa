// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// One place that both changed: which of the two goes into the merge.
Item {
    id: root

    required property ConflictMerge conflict
    required property int index
    required property string path
    required property string base
    required property string theirs
    required property string mine
    required property bool takesTheirs

    implicitHeight: 34
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 14
        anchors.rightMargin: 14
        spacing: 10
        Label {
            Layout.preferredWidth: 190
            text: root.path
            mono: true
            color: Theme.strong
            HoverHandler {
                id: hover
            }
            Tip {
                text: qsTr("It was: %1").arg(root.base)
                shown: hover.hovered
            }
        }
        TabButton {
            text: qsTr("theirs")
            checkable: false
            checked: root.takesTheirs
            Accessible.name: qsTr("%1: take theirs").arg(root.path)
            onClicked: root.conflict.choose(root.index, true)
        }
        Label {
            Layout.fillWidth: true
            Layout.preferredWidth: 100
            text: root.theirs
            mono: true
            color: root.takesTheirs ? Theme.text : Theme.faint
        }
        TabButton {
            text: qsTr("mine")
            checkable: false
            checked: !root.takesTheirs
            Accessible.name: qsTr("%1: take mine").arg(root.path)
            onClicked: root.conflict.choose(root.index, false)
        }
        Label {
            Layout.fillWidth: true
            Layout.preferredWidth: 100
            text: root.mine
            mono: true
            color: root.takesTheirs ? Theme.faint : Theme.text
        }
    }
}
