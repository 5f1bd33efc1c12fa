// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Controls
import Signalbox.Items

// One workspace or type of the tree.
Item {
    id: root

    required property int index
    required property string title
    required property int level
    required property string entries
    required property int drafts
    required property int conflicts
    required property bool unfolded
    required property bool busy
    property bool current: false
    property bool focused: false

    signal chosen
    signal toggled

    implicitHeight: Theme.rowHeight - 2
    Accessible.role: Accessible.TreeItem
    Accessible.name: root.entries === "1" ? qsTr("%1, 1 entry").arg(root.title) : root.entries.length > 0 ? qsTr("%1, %2 entries").arg(root.title).arg(root.entries) : root.title
    Accessible.selected: root.current
    Accessible.focusable: true
    Accessible.onPressAction: root.chosen()
    Rectangle {
        anchors.fill: parent
        anchors.leftMargin: 6
        anchors.rightMargin: 2
        radius: Theme.radius
        color: root.current ? Theme.railSelected : hover.hovered ? Theme.hover : "transparent"
        FocusRing {
            shown: root.focused
        }
    }
    HoverHandler {
        id: hover
    }
    TapHandler {
        onTapped: point => {
            if (root.level === 0 && point.position.x < 28)
                root.toggled();
            else
                root.chosen();
        }
        onDoubleTapped: if (root.level === 0)
            root.toggled()
    }
    Glyph {
        x: 12
        y: (parent.height - height) / 2
        width: 12
        height: 12
        visible: root.level === 0
        shape: root.unfolded ? Glyph.ChevronDown : Glyph.ChevronRight
        color: Theme.muted
    }
    Label {
        x: 30 + (root.level > 0 ? 2 : 0)
        width: Math.max(0, count.x - x - 6)
        height: parent.height
        text: root.title
        strong: root.level === 0
        color: root.current || root.level === 0 ? Theme.strong : Theme.text
        Accessible.ignored: true
    }
    Label {
        id: count
        x: parent.width - width - 12
        width: implicitWidth
        height: parent.height
        text: root.busy ? qsTr("reading…") : root.conflicts > 0 ? qsTr("%1 in conflict").arg(root.conflicts) : root.drafts > 0 && root.entries.length === 0 ? qsTr("%1 edited").arg(root.drafts) : root.drafts > 0 ? qsTr("%1 edited · %2").arg(root.drafts).arg(root.entries) : root.entries
        color: root.conflicts > 0 ? Theme.danger : root.drafts > 0 ? Theme.caution : Theme.muted
        font.pixelSize: Theme.tinySize
        Accessible.ignored: true
    }
}
