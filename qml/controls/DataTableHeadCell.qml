// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Items

// One title of a DataTable: click sorts, the right edge resizes, dragging the title moves the column.
Item {
    id: root

    required property int index
    property string title: ""
    property string tip: ""
    property bool rightAligned: false
    property bool sorted: false
    property bool descending: false
    property bool waiting: false // values changed since it was sorted
    property bool current: false // of the header's keyboard
    readonly property bool first: index === 0 && !Theme.mirrored
    readonly property bool atRight: rightAligned !== Theme.mirrored
    readonly property int inset: first ? 14 : 8 // below the page's title

    signal sort
    signal menu(real x, real y)
    signal resized(real width)
    signal moved(real distance)

    Accessible.role: Accessible.ColumnHeader
    Accessible.name: title.length > 0 ? title : tip
    Accessible.description: sorted ? (descending ? qsTr("sorted, largest first") : qsTr("sorted, smallest first")) : ""
    Accessible.onPressAction: root.sort()

    Rectangle {
        anchors.fill: parent
        color: press.containsMouse && !press.dragging ? Theme.hover : "transparent"
    }
    Row {
        LayoutMirroring.enabled: false // atRight says it
        x: root.atRight ? parent.width - width - 8 : root.inset
        height: parent.height
        spacing: 4
        layoutDirection: root.atRight ? Qt.RightToLeft : Qt.LeftToRight
        Text {
            height: parent.height
            width: Math.min(implicitWidth, root.width - 8 - root.inset - (arrow.visible ? 14 : 0))
            text: root.title
            textFormat: Text.PlainText
            elide: Text.ElideRight
            verticalAlignment: Text.AlignVCenter
            color: root.sorted ? Theme.text : Theme.muted
            font.family: Theme.family
            font.pixelSize: Theme.smallSize
            Accessible.ignored: true
        }
        Glyph {
            id: arrow
            visible: root.sorted && root.title.length > 0
            width: 10
            height: 10
            anchors.verticalCenter: parent.verticalCenter
            shape: root.descending ? Glyph.ChevronDown : Glyph.ChevronUp
            color: root.waiting ? Theme.faint : Theme.accent
        }
    }
    MouseArea {
        id: press
        property real from: 0
        readonly property bool dragging: pressed && Math.abs(mouseX - from) > 8
        anchors.fill: parent
        anchors.rightMargin: 4 // the edge that resizes
        hoverEnabled: true
        preventStealing: true
        acceptedButtons: Qt.LeftButton | Qt.RightButton
        onPressed: mouse => from = mouse.x
        onReleased: mouse => {
            if (mouse.button === Qt.RightButton)
                root.menu(mouse.x, mouse.y);
            else if (Math.abs(mouse.x - from) > 8)
                root.moved(mouse.x - from);
            else if (mouse.x >= 0 && mouse.x <= width && mouse.y >= 0 && mouse.y <= height)
                root.sort();
        }
    }
    Rectangle {
        visible: press.dragging
        x: press.mouseX
        width: 2
        height: parent.height
        color: Theme.accent
    }
    MouseArea {
        property real from: 0
        property real width0: 0
        anchors.right: parent.right
        width: 8
        height: parent.height
        cursorShape: Qt.SplitHCursor
        hoverEnabled: true
        preventStealing: true
        onPressed: mouse => {
            from = mapToItem(root.parent, mouse.x, 0).x;
            width0 = root.width;
        }
        onPositionChanged: mouse => {
            const moved = mapToItem(root.parent, mouse.x, 0).x - from;
            if (pressed)
                root.resized(width0 + (Theme.mirrored ? -moved : moved));
        }
        Rectangle {
            anchors.right: parent.right
            width: 1
            height: parent.height
            color: parent.containsMouse || parent.pressed ? Theme.accent : "transparent"
        }
    }
    Rectangle {
        visible: root.current
        anchors.fill: parent
        color: "transparent"
        border.color: Theme.accent
        radius: 3
    }
    Tip {
        text: root.tip
        shown: press.containsMouse && root.tip.length > 0 && root.title.length > 0
    }
}
