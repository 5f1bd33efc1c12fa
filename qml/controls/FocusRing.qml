// SPDX-License-Identifier: GPL-3.0-only
import QtQuick

// The keyboard's place, drawn just outside of the control.
Rectangle {
    required property bool shown

    anchors.fill: parent
    anchors.margins: -2
    visible: shown
    color: "transparent"
    border.color: Theme.accent
    border.width: 2
    radius: Theme.radius + 2
}
