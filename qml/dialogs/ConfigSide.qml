// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// One side of a conflict: its text, or what it changed.
Item {
    id: root

    required property string caption
    property string remark: ""
    property string content: ""
    property DiffLines lines: null

    Rectangle {
        width: parent.width
        height: 1
        color: Theme.line
        visible: root.y > 0
    }
    Rectangle {
        x: parent.width - 1
        width: 1
        height: parent.height
        color: Theme.lineSoft
    }
    SectionTitle {
        x: 14
        y: 6
        width: parent.width - 28
        text: root.caption
        remark: root.remark
    }
    Flickable {
        visible: !root.lines
        y: 34
        width: parent.width - 1
        height: parent.height - y
        clip: true
        contentWidth: width
        contentHeight: area.height
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollBar {}
        TextArea {
            id: area
            width: parent.width
            height: Math.max(implicitHeight, 40)
            readOnly: true
            framed: false
            wrapMode: TextEdit.WrapAnywhere
            name: root.caption
            text: root.content
        }
    }
    DiffView {
        visible: root.lines !== null
        y: 34
        width: parent.width - 1
        height: parent.height - y
        lines: root.lines
        title: root.caption
        bare: true
    }
}
