// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts

// The line above a page: title, counts, then whatever the page puts in (filter field, spacer, buttons).
Item {
    id: root

    required property string title
    property string remark: ""
    default property alias tools: row.data

    implicitHeight: 48
    z: 1 // a filter's fault reaches over the table
    RowLayout {
        id: row
        anchors.fill: parent
        anchors.leftMargin: 14
        anchors.rightMargin: 14
        spacing: 10
        Label {
            text: root.title
            strong: true
            color: Theme.strong
            font.pixelSize: Theme.titleSize
            Accessible.role: Accessible.Heading
        }
        Label {
            visible: text.length > 0
            text: root.remark
            color: Theme.muted
            Layout.fillWidth: true
            Layout.maximumWidth: Math.min(360, implicitWidth + 1)
            Layout.minimumWidth: 0
            HoverHandler {
                id: hover
            }
            Tip {
                text: root.remark
                shown: hover.hovered
            }
        }
    }
}
