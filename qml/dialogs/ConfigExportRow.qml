// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Controls
import Signalbox.Pages

// One type in an export: in it or not.
Item {
    id: root

    required property ConfigExport content
    required property int index
    required property string type
    required property string entries
    required property bool chosen
    required property string note

    implicitHeight: Theme.rowHeight
    CheckBox {
        x: 16
        width: 200
        text: root.type
        checked: root.chosen
        onToggled: root.content.choose(root.index, checked)
    }
    Label {
        x: 216
        width: 48
        height: parent.height
        text: root.entries
        color: Theme.muted
        horizontalAlignment: Text.AlignRight
    }
    Label {
        x: 280
        width: parent.width - x - 16
        height: parent.height
        text: root.note
        color: Theme.faint
        font.pixelSize: Theme.smallSize
    }
}
