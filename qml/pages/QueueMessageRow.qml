// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Controls
import Signalbox.Items

// One message of a tail: time, size, what it begins with.
Rectangle {
    id: root

    required property int index
    required property string time
    required property string size
    required property string preview
    required property string properties
    required property bool redelivered
    required property bool answer
    required property string pair
    property bool current: false

    signal pressed

    implicitHeight: Theme.rowHeight
    color: current ? Theme.selected : area.containsMouse ? Theme.hover : "transparent"
    Accessible.role: Accessible.ListItem
    Accessible.name: (answer ? qsTr("answer") + " " : "") + time + " " + preview
    Accessible.description: pair.length > 0 ? pair + " · " + properties : properties
    Accessible.selected: current
    Accessible.onPressAction: root.pressed()
    Row {
        anchors.fill: parent
        anchors.leftMargin: 14
        anchors.rightMargin: 14
        spacing: 10
        Label {
            width: 80
            height: parent.height
            mono: true
            text: root.time
            color: Theme.muted
            Accessible.ignored: true
        }
        Label {
            width: 56
            height: parent.height
            text: root.size
            color: Theme.muted
            horizontalAlignment: Text.AlignRight
            Accessible.ignored: true
        }
        Glyph {
            visible: root.pair.length > 0
            width: visible ? 12 : 0
            height: 12
            anchors.verticalCenter: parent.verticalCenter
            shape: root.answer ? Glyph.Back : Glyph.Forward
            color: root.answer ? Theme.good : Theme.muted
        }
        Label {
            id: pairing
            visible: root.pair.length > 0
            width: visible ? Math.min(implicitWidth, root.width * 0.34) : 0
            height: parent.height
            text: root.pair
            color: Theme.muted
            font.pixelSize: Theme.smallSize
            Accessible.ignored: true
        }
        Label {
            width: parent.width - 80 - 56 - 20 - (pairing.visible ? pairing.width + 12 + 20 : 0)
            height: parent.height
            mono: true
            text: root.preview
            color: root.redelivered ? Theme.caution : Theme.text
            Accessible.ignored: true
        }
    }
    Rectangle {
        y: parent.height - 1
        width: parent.width
        height: 1
        color: Theme.lineSoft
    }
    MouseArea {
        id: area
        anchors.fill: parent
        hoverEnabled: true
        onPressed: root.pressed()
    }
}
