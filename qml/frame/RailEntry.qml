// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items

// One page in the rail.
T.AbstractButton {
    id: root

    required property int index
    required property string name
    required property int glyph
    required property string count
    required property int badge
    required property bool alarm
    required property bool stale
    required property bool current
    required property bool compact

    signal triggered

    onClicked: root.triggered()

    implicitHeight: 32
    text: name
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    Keys.onReturnPressed: root.clicked()
    Keys.onEnterPressed: root.clicked()
    Keys.onDownPressed: root.nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
    Keys.onUpPressed: root.nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
    Accessible.role: Accessible.PageTab
    Accessible.name: name
    Accessible.description: (count.length > 0 ? count : "") + (badge > 0 ? " " + (stale ? qsTr("needed a person when last heard of: %1") : qsTr("needs a person: %1")).arg(badge) : "")
    Accessible.focusable: true
    Accessible.selectable: true
    Accessible.selected: current
    Accessible.onPressAction: root.clicked()
    background: Rectangle {
        radius: Theme.radius
        color: root.current ? Theme.railSelected : root.hovered ? Theme.hover : "transparent"
        FocusRing {
            anchors.margins: 0
            shown: root.visualFocus
        }
    }
    contentItem: Item {
        Glyph {
            anchors.left: parent.left
            anchors.leftMargin: 8
            anchors.verticalCenter: parent.verticalCenter
            width: 16
            height: 16
            shape: root.glyph
            color: root.current ? Theme.strong : Theme.muted
        }
        Text {
            visible: !root.compact
            anchors.left: parent.left
            anchors.leftMargin: 32
            height: parent.height
            width: parent.width - 32 - 44
            horizontalAlignment: Text.AlignLeft
            elide: Text.ElideRight
            verticalAlignment: Text.AlignVCenter
            text: root.name
            textFormat: Text.PlainText
            color: root.current ? Theme.strong : Theme.muted
            font.family: Theme.family
            font.pixelSize: Theme.textSize
        }
        Text {
            visible: root.badge === 0 && !root.compact
            anchors.right: parent.right
            anchors.rightMargin: 8
            height: parent.height
            verticalAlignment: Text.AlignVCenter
            text: root.count
            textFormat: Text.PlainText
            color: Theme.faint
            font.family: Theme.family
            font.pixelSize: Theme.tinySize + 1
        }
        Rectangle {
            visible: root.badge > 0
            anchors.right: parent.right
            anchors.rightMargin: root.compact ? -4 : 8
            y: root.compact ? -2 : Math.round((parent.height - height) / 2)
            scale: root.compact ? 0.8 : 1
            width: Math.max(20, (children[0] as Item).implicitWidth + 12)
            height: 15
            radius: 7.5
            color: root.stale ? Theme.faint : root.alarm ? Theme.danger : Theme.caution
            Text {
                anchors.centerIn: parent
                text: root.badge
                textFormat: Text.PlainText
                color: Theme.markInk
                font.family: Theme.family
                font.pixelSize: Theme.tinySize
                font.weight: Font.DemiBold
            }
        }
    }
    Tip {
        text: (root.compact ? root.name + " · " : "") + qsTr("Ctrl+%1").arg((root.index + 1) % 10) + (root.stale && root.badge > 0 ? " · " + qsTr("what it counts is old") : "")
        shown: root.hovered
    }
}
