// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Items

// A button that shows only its icon; `text` is its name and tip.
Button {
    id: root

    kind: Button.Quiet
    implicitWidth: Theme.controlHeight
    leftPadding: 0
    rightPadding: 0
    tip: text
    contentItem: Item {
        Glyph {
            anchors.centerIn: parent
            width: 16
            height: 16
            shape: root.glyph
            color: root.usable ? (root.hovered ? Theme.text : Theme.muted) : Theme.line
        }
    }
}
