// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Models
import Signalbox.Pages

// One change in the list of a review.
Item {
    id: root

    required property ConfigReview review
    required property int index
    required property int kind
    required property string key
    required property string type
    required property string workspace
    required property bool chosen
    required property string note
    required property bool blocked
    property bool current: false
    property bool frozen: false
    readonly property string word: kind === ConfigReview.New ? qsTr("new") : kind === ConfigReview.Delete ? qsTr("delete") : kind === ConfigReview.Conflict ? qsTr("conflict") : qsTr("change")

    signal decideWanted

    implicitHeight: 46
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1 %2 %3").arg(word).arg(type).arg(key)
    Accessible.selected: current
    Rectangle {
        anchors.fill: parent
        color: root.current ? Theme.selected : hover.hovered ? Theme.hover : "transparent"
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.lineSoft
    }
    HoverHandler {
        id: hover
    }
    TapHandler {
        onTapped: root.review.current = root.index
    }
    CheckBox {
        id: box
        x: 14
        anchors.verticalCenter: parent.verticalCenter
        width: 22
        text: ""
        enabled: !root.frozen && !root.blocked
        checked: root.chosen
        Accessible.name: qsTr("Write %1").arg(root.key)
        onToggled: root.review.choose(root.index, checked)
    }
    AspectIcon {
        id: mark
        x: 44
        anchors.verticalCenter: parent.verticalCenter
        width: 14
        height: 14
        aspect: root.kind === ConfigReview.New ? Cell.Clear : root.kind === ConfigReview.Change ? Cell.Warning : Cell.Stop
        color: Theme.aspect(aspect)
    }
    Label {
        x: 68
        y: 5
        width: parent.width - x - (decide.visible ? decide.width + 20 : 12)
        height: 18
        text: root.key
        strong: true
        color: root.chosen || root.blocked ? Theme.strong : Theme.muted
        Accessible.ignored: true
    }
    Label {
        x: 68
        y: 23
        width: parent.width - x - 12
        height: 18
        text: root.note.length > 0 ? qsTr("%1 · %2 · %3").arg(root.word).arg(root.type).arg(root.note) : qsTr("%1 · %2 · %3").arg(root.word).arg(root.type).arg(root.workspace)
        color: root.blocked ? Theme.danger : Theme.muted
        font.pixelSize: Theme.smallSize
        Accessible.ignored: true
    }
    LinkText {
        id: decide
        visible: root.kind === ConfigReview.Conflict && !root.frozen
        anchors.right: parent.right
        anchors.rightMargin: 12
        y: 6
        text: qsTr("Decide…")
        onTriggered: root.decideWanted()
    }
}
