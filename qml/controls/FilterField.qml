// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick

// The filter language's field: monospaced, marks where a fault is, tells what is wrong below itself, offers field names.
// Bind `fault` and `faultPosition` to the table; take `text` to its filter. Escape clears, then leaves.
TextField {
    id: root

    property int faultPosition: -1 // character
    property var fields: [] // names that may be written before ':'

    signal leaving

    mono: true
    implicitWidth: 320
    placeholderText: qsTr("Filter")
    Accessible.role: Accessible.EditableText
    Keys.onEscapePressed: event => {
        if (root.text.length > 0)
            root.clear();
        else
            root.leaving();
        event.accepted = true;
    }

    Rectangle {
        // the underline begins at the faulty character
        readonly property rect at: root.positionToRectangle(Math.max(0, Math.min(root.faultPosition, root.text.length)))
        visible: root.fault.length > 0 && root.faultPosition >= 0
        x: Math.min(at.x, root.width - 16)
        y: root.height - 5
        width: Math.max(8, Math.min(root.contentWidth + root.leftPadding - at.x, root.width - at.x - 8))
        height: 2
        color: Theme.danger
    }
    Rectangle {
        // what is wrong, in words, over what is below
        visible: root.fault.length > 0
        y: root.height + 4
        width: Math.max(root.width, words.implicitWidth + 20)
        height: 26
        radius: Theme.radius
        color: Theme.dangerGround
        border.color: Theme.dangerLine
        Accessible.role: Accessible.AlertMessage
        Accessible.name: root.fault
        Label {
            id: words
            anchors.fill: parent
            anchors.leftMargin: 10
            anchors.rightMargin: 10
            text: root.fault
            color: Theme.danger
            font.pixelSize: Theme.smallSize
            Accessible.ignored: true
        }
    }
    Tip {
        text: root.fields.length > 0 ? qsTr("Words, or name:value with %1; > < for numbers, - for not, \"…\" for phrases").arg(root.fields.join(" ")) : ""
        shown: root.hovered && !root.activeFocus
    }
}
