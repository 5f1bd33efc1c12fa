// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Pages

// The lines under a table's rows and the frame of the row that the keyboard is on: a few for all cells together.
//
// The software renderer unites what has to be painted again cell by cell, and every opaque line cuts that into stripes:
// with hundreds of cells this takes longer than painting them. So lines are a little less than opaque, and over a table
// that moves lies a veil nobody can see, in the colour of the ground: where that is dirty, all below is one rectangle.
Item {
    id: root

    required property TableView view
    required property TableGrid grid
    property int framedRow: -1 // the keyboard's place
    property int chosenRow: -1 // its ground goes on where a scroll bar would be
    readonly property bool fits: view.contentWidth <= view.width && view.rows * Theme.rowHeight <= view.height // no scroll bar
    readonly property int firstRow: Math.floor(view.contentY / Theme.rowHeight)

    clip: true
    Rectangle {
        id: veil
        property bool flip: false
        visible: GraphicsInfo.api === GraphicsInfo.Software
        anchors.fill: parent
        color: Qt.alpha(Theme.ground, flip ? 0.004 : 0.005)
        function lift(): void {
            flip = !flip;
        }
        Connections {
            target: root.view
            function onContentYChanged(): void {
                veil.lift();
            }
            function onContentXChanged(): void {
                veil.lift();
            }
        }
        Connections {
            target: root.grid
            function onLayoutChanged(): void {
                veil.lift();
            }
            function onModelReset(): void {
                veil.lift();
            }
            function onRowsInserted(): void {
                veil.lift();
            }
            function onRowsRemoved(): void {
                veil.lift();
            }
        }
    }
    Item {
        x: root.fits ? 0 : Math.max(0, root.view.originX - root.view.contentX)
        y: root.firstRow * Theme.rowHeight - root.view.contentY
        width: root.fits ? root.width : Math.min(root.width, root.view.contentWidth - root.view.contentX) - x
        Rectangle {
            visible: root.fits && root.chosenRow >= 0 && root.chosenRow < root.view.rows
            x: Theme.mirrored ? 0 : parent.width - width
            y: (root.chosenRow - root.firstRow) * Theme.rowHeight
            width: 10
            height: Theme.rowHeight - 1
            color: Qt.alpha(Theme.selected, 0.99)
        }
        Repeater {
            model: Math.max(0, Math.ceil(root.height / Theme.rowHeight) + 1)
            Rectangle {
                required property int index
                visible: root.firstRow + index < root.view.rows
                y: (index + 1) * Theme.rowHeight - 1
                width: parent?.width ?? 0
                height: 1
                color: Qt.alpha(Theme.lineSoft, 0.99)
            }
        }
        Rectangle {
            visible: root.framedRow >= 0
            y: (root.framedRow - root.firstRow) * Theme.rowHeight
            width: parent.width
            height: 1
            color: Theme.accent
        }
        Rectangle {
            visible: root.framedRow >= 0
            y: (root.framedRow - root.firstRow + 1) * Theme.rowHeight - 1
            width: parent.width
            height: 1
            color: Theme.accent
        }
    }
}
