// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Controls

// A step of a connection test.
Item {
    id: root

    required property string name
    required property int aspect
    required property string stateWord
    required property string text
    required property string advice
    required property string took

    implicitHeight: Math.max(28, found.implicitHeight + 10 + (hint.visible ? hint.implicitHeight + 2 : 0))
    Accessible.role: Accessible.ListItem
    Accessible.name: name + ", " + stateWord + (text.length > 0 ? ", " + text : "") + (advice.length > 0 ? ", " + advice : "") + (took.length > 0 ? ", " + took : "")
    Aspect {
        x: 8
        y: 8
        width: 12
        height: 12
        aspect: root.aspect
        Accessible.ignored: true
    }
    Label {
        x: 30
        y: 5
        width: 92
        text: root.name
        Accessible.ignored: true
    }
    Label {
        id: found
        x: 126
        y: 5
        width: root.width - 126 - 84
        wrapMode: Text.Wrap
        maximumLineCount: 3
        text: root.text.length > 0 ? root.text : root.stateWord
        color: root.aspect === 2 ? Theme.danger : root.text.length > 0 ? Theme.text : Theme.faint
        Accessible.ignored: true
    }
    Label {
        id: hint
        x: 126
        y: found.y + found.implicitHeight + 2
        width: root.width - 126 - 84
        visible: text.length > 0
        wrapMode: Text.Wrap
        maximumLineCount: 3
        text: root.advice
        color: Theme.muted
        font.pixelSize: Theme.smallSize
        Accessible.ignored: true
    }
    Label {
        anchors.right: parent.right
        anchors.rightMargin: 10
        y: 5
        text: root.took
        color: Theme.muted
        Accessible.ignored: true
    }
}
