// SPDX-License-Identifier: GPL-3.0-only
import QtQuick

// Ground and accessible name of a DataTable's cell. What it shows comes on top.
Rectangle {
    id: root

    required property int row
    required property int column
    required property string display
    required property string tip
    required property bool selected
    required property bool current
    property int hoveredRow: -1
    property bool active: false // the table has the keyboard
    property string heading: ""
    property bool pooled: false
    property bool cut: false // does not show all of its text

    signal pressed

    color: selected ? Theme.selected : hoveredRow === row ? Theme.hover : "transparent"
    // A cell that waits to be used again is culled, not invisible: a screen reader would still read it.
    TableView.onPooled: pooled = true
    TableView.onReused: pooled = false
    Accessible.ignored: pooled
    Accessible.role: Accessible.Cell
    Accessible.name: display.length > 0 ? display : tip
    Accessible.description: heading
    Accessible.selectable: true
    Accessible.selected: selected
    Accessible.focused: current && active
    Accessible.onPressAction: root.pressed()
}
