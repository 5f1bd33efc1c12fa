// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T

// The line between two parts of a SplitView; `across` when they lie one above the other.
Item {
    id: root

    property bool across: true
    readonly property bool hot: T.SplitHandle.pressed || T.SplitHandle.hovered

    implicitHeight: 7
    implicitWidth: 7
    Accessible.ignored: true
    Rectangle {
        x: root.across ? 0 : 3
        y: root.across ? 3 : 0
        width: root.across ? parent.width : 1
        height: root.across ? 1 : parent.height
        color: root.hot ? Theme.accent : Theme.line
    }
}
