// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T

T.Popup {
    implicitWidth: Math.max(implicitBackgroundWidth, contentWidth + leftPadding + rightPadding)
    implicitHeight: Math.max(implicitBackgroundHeight, contentHeight + topPadding + bottomPadding)
    padding: 8
    margins: 8
    focus: true
    background: Rectangle {
        color: Theme.panel
        border.color: Theme.line
        radius: 8
    }
    T.Overlay.modal: Rectangle {
        color: Theme.shade
    }
}
