// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T
import Signalbox.Items

// One line of text. `name` is its accessible name; `fault` (a sentence) turns the frame red and is told below by the form.
// With an echoMode that hides, only its length is told.
T.TextField {
    id: root

    property string name: placeholderText
    property string fault: ""
    property bool mono: false
    property color ground: Theme.raised

    implicitWidth: 240
    implicitHeight: Theme.controlHeight
    leftPadding: 10
    rightPadding: 10
    horizontalAlignment: TextInput.AlignLeft
    verticalAlignment: TextInput.AlignVCenter
    color: enabled ? Theme.text : Theme.faint
    placeholderTextColor: Theme.faint
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentInk
    selectByMouse: true
    font.family: mono ? Theme.monoFamily : Theme.family
    font.pixelSize: mono ? Theme.smallSize : Theme.textSize
    Accessible.role: Accessible.EditableText
    Accessible.name: name
    Accessible.description: fault
    Accessible.focusable: true
    Accessible.editable: true

    FieldSecrecy {
        field: root
        hides: root.echoMode !== TextInput.Normal
    }
    Text {
        anchors.fill: parent
        leftPadding: root.leftPadding
        rightPadding: root.rightPadding
        visible: root.text.length === 0 && root.preeditText.length === 0
        text: root.placeholderText
        textFormat: Text.PlainText
        color: root.placeholderTextColor
        font: root.font
        elide: Text.ElideRight
        horizontalAlignment: Text.AlignLeft
        verticalAlignment: Text.AlignVCenter
        Accessible.ignored: true
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.ground
        border.color: root.fault.length > 0 ? Theme.danger : root.activeFocus ? Theme.accent : Theme.line
        border.width: root.activeFocus && Theme.contrast ? 2 : 1
    }
}
