// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Controls

// One conversation of the list: who, on which channel, the last words, and what it waits for.
Rectangle {
    id: root

    required property int index
    required property string title
    required property string channel
    required property string tenant
    required property string line
    required property string stateText
    required property string exact
    required property int tone
    required property int aspect
    property bool current: false
    property bool focused: false

    signal pressed

    implicitHeight: 72
    color: current ? Theme.selected : area.containsMouse ? Theme.hover : "transparent"
    Accessible.role: Accessible.ListItem
    Accessible.name: title + ", " + stateText
    Accessible.description: tenant + " · " + channel + " · " + line
    Accessible.selected: current
    Accessible.onPressAction: root.pressed()
    Aspect {
        id: mark
        anchors.left: parent.left
        anchors.leftMargin: 14
        y: 11
        width: 12
        height: 12
        aspect: root.aspect
    }
    Label {
        id: who
        anchors.left: parent.left
        anchors.leftMargin: 34
        y: 8
        width: Math.max(40, root.width - 34 - where.width - 26)
        text: root.title
        strong: true
        color: Theme.strong
        Accessible.ignored: true
    }
    Label {
        id: where
        anchors.right: parent.right
        anchors.rightMargin: 14
        y: 9
        width: Math.min(implicitWidth, root.width * 0.45)
        text: root.tenant + " · " + root.channel
        elide: Text.ElideMiddle // both ends tell something
        horizontalAlignment: Text.AlignRight
        color: Theme.faint
        font.pixelSize: Theme.tinySize
        Accessible.ignored: true
    }
    Label {
        x: 14
        y: 28
        width: root.width - 28
        text: root.line
        color: Theme.muted
        Accessible.ignored: true
    }
    Label {
        x: 14
        y: 48
        width: root.width - 28
        text: root.stateText
        color: Theme.tone(root.tone)
        font.pixelSize: Theme.smallSize
        Accessible.ignored: true
    }
    Rectangle {
        y: parent.height - 1
        width: parent.width
        height: 1
        color: Theme.lineSoft
    }
    FocusRing {
        anchors.margins: 1 // within the row: beside it are lines
        shown: root.focused
    }
    MouseArea {
        id: area
        anchors.fill: parent
        hoverEnabled: true
        onPressed: root.pressed()
    }
    Tip {
        text: root.exact
        shown: area.containsMouse
    }
}
