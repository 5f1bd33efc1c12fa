// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T

// Several lines. Put it into a Flickable of your own when it may be long.
T.TextArea {
    id: root

    property string name: placeholderText
    property bool mono: true
    property bool framed: true

    implicitWidth: Math.max(120, contentWidth + leftPadding + rightPadding)
    implicitHeight: Math.max(Theme.controlHeight * 2, contentHeight + topPadding + bottomPadding)
    padding: 10
    textFormat: TextEdit.PlainText
    color: Theme.text
    placeholderTextColor: Theme.faint
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentInk
    selectByMouse: true
    font.family: mono ? Theme.monoFamily : Theme.family
    font.pixelSize: mono ? Theme.smallSize : Theme.textSize
    Accessible.role: Accessible.EditableText
    Accessible.name: name
    Accessible.multiLine: true
    Accessible.readOnly: readOnly
    background: Rectangle {
        visible: root.framed
        radius: Theme.radius
        color: Theme.raised
        border.color: root.activeFocus ? Theme.accent : Theme.line
    }
}
