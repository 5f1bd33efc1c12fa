// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Controls
import Signalbox.Items

// One scope, owner or queue of the tree, with its figures.
Rectangle {
    id: root

    required property int index
    required property string title
    required property int level
    required property string key
    required property bool open
    required property int aspect
    required property string queues
    required property string ready
    required property string unacked
    required property string consumers
    required property string inRate
    required property string outRate
    required property string summary
    property bool current: false
    property bool focused: false
    property real figureWidth: 84
    readonly property real figures: figureWidth * 6 + 12

    signal chosen
    signal toggled
    signal opened
    signal menuWanted(real x, real y)

    implicitHeight: Theme.rowHeight
    color: current ? Theme.selected : area.containsMouse ? Theme.hover : "transparent"
    Accessible.role: Accessible.TreeItem
    Accessible.name: root.level === 2 ? root.title : qsTr("%1, %2 queues").arg(root.title).arg(root.queues)
    Accessible.description: root.summary
    Accessible.selected: root.current
    Accessible.focusable: true
    Accessible.onPressAction: root.level === 2 ? root.chosen() : root.toggled()

    component Figure: Label {
        height: Theme.rowHeight
        horizontalAlignment: Text.AlignRight
        color: text === "0" || text === "—" ? Theme.muted : Theme.text
        Accessible.ignored: true
    }

    Glyph {
        x: 12 + root.level * 18
        anchors.verticalCenter: parent.verticalCenter
        width: 12
        height: 12
        visible: root.level < 2
        shape: root.open ? Glyph.ChevronDown : Glyph.ChevronRight
        color: Theme.muted
    }
    AspectIcon {
        x: 30 + root.level * 18
        anchors.verticalCenter: parent.verticalCenter
        width: 12
        height: 12
        aspect: root.aspect
        color: Theme.aspect(root.aspect)
    }
    Label {
        x: 50 + root.level * 18
        width: Math.max(0, root.width - x - root.figures)
        height: parent.height
        // class and namespace are the same in every row of an owner
        text: root.level === 2 && root.title.length * Theme.smallSize * 0.6 > width ? root.title.replace(/^[a-z]+:[^:]+:/, "…") : root.title
        mono: root.level === 2
        font.pixelSize: root.level === 2 ? Theme.smallSize : Theme.textSize
        strong: root.level === 0
        color: root.level < 2 ? Theme.strong : Theme.text
        Accessible.ignored: true
    }
    Row {
        x: root.width - root.figures
        height: parent.height
        Figure {
            width: root.figureWidth
            text: root.queues
        }
        Figure {
            width: root.figureWidth
            text: root.ready
        }
        Figure {
            width: root.figureWidth
            text: root.unacked
        }
        Figure {
            width: root.figureWidth
            text: root.consumers
        }
        Figure {
            width: root.figureWidth
            text: root.inRate
        }
        Figure {
            width: root.figureWidth
            text: root.outRate
        }
    }
    Rectangle {
        y: parent.height - 1
        width: parent.width
        height: 1
        color: Theme.lineSoft
    }
    FocusRing {
        anchors.margins: 1
        shown: root.focused
    }
    MouseArea {
        id: area
        anchors.fill: parent
        hoverEnabled: true
        acceptedButtons: Qt.LeftButton | Qt.RightButton
        onPressed: mouse => {
            root.chosen();
            if (mouse.button === Qt.RightButton && root.level === 2)
                root.menuWanted(mouse.x, mouse.y);
            else if (mouse.button === Qt.LeftButton && root.level < 2)
                root.toggled();
        }
        onDoubleClicked: mouse => {
            if (mouse.button === Qt.LeftButton && root.level === 2)
                root.opened();
        }
    }
}
