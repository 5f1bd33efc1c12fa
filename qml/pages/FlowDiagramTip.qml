// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Controls
import Signalbox.Items

// What lies under the pointer, in full: names are elided in the picture.
Rectangle {
    id: root

    required property TrackDiagram diagram
    readonly property int element: diagram.hovered

    function tipOf(revision: int): string {
        return revision >= 0 ? root.diagram.tipOf(root.element) : "";
    }
    function place(from: real, size: real, room: real): real {
        return Math.max(4, from + size + 18 <= room ? from + 14 : from - size - 6);
    }

    visible: element >= 0 && diagram.visible
    x: place(diagram.hoverPoint.x, width, diagram.width)
    y: place(diagram.hoverPoint.y, height, diagram.height)
    width: words.width + 16
    height: words.height + 12
    color: Theme.raised
    border.color: Theme.line
    radius: 4
    Accessible.ignored: true // each element says the same itself
    Column {
        id: words
        x: 8
        y: 6
        spacing: 2
        Text {
            id: title
            text: root.diagram.nameOf(root.element)
            textFormat: Text.PlainText
            color: Theme.strong
            font.family: Theme.family
            font.pixelSize: Theme.smallSize
            font.weight: Font.DemiBold
            width: Math.min(implicitWidth, 460)
            wrapMode: Text.Wrap
            maximumLineCount: 4
            elide: Text.ElideRight
        }
        Text {
            text: root.tipOf(root.diagram.revision)
            textFormat: Text.PlainText
            color: Theme.text
            font.family: Theme.family
            font.pixelSize: Theme.tinySize
            width: Math.min(implicitWidth, 460)
            wrapMode: Text.Wrap
            maximumLineCount: 30
            elide: Text.ElideRight
        }
    }
}
