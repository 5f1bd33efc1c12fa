// SPDX-License-Identifier: GPL-3.0-only
import QtQuick

// A heading with a grey remark beside it.
Item {
    id: root

    required property string text
    property string remark: ""

    implicitHeight: 24
    implicitWidth: title.implicitWidth + 12 + note.implicitWidth
    Accessible.role: Accessible.Heading
    Accessible.name: text
    Label {
        id: title
        anchors.left: parent.left
        height: parent.height
        width: Math.min(implicitWidth, parent.width)
        text: root.text
        strong: true
        color: Theme.strong
        font.pixelSize: Theme.titleSize
        Accessible.ignored: true
    }
    Label {
        id: note
        anchors.left: title.right
        anchors.leftMargin: 10
        height: parent.height
        width: Math.max(0, root.width - title.width - 10)
        text: root.remark
        color: Theme.muted
    }
}
