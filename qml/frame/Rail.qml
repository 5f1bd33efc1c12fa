// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Controls
import Signalbox.Pages

// The pages, in their fixed order.
Rectangle {
    id: root

    required property AppState app
    property bool compact: false // icons alone

    implicitWidth: compact ? 49 : Theme.railWidth
    color: Theme.panel
    Accessible.role: Accessible.PageTabList
    Accessible.name: qsTr("Pages")
    Rectangle {
        anchors.right: parent.right
        width: 1
        height: parent.height
        color: Theme.line
    }
    Column {
        anchors.fill: parent
        anchors.margins: 8
        anchors.rightMargin: 9
        Repeater {
            model: RailModel {
                session: root.app.session
            }
            RailEntry {
                width: parent ? parent.width : 0
                compact: root.compact
                current: root.app.pageIndex === index
                onTriggered: root.app.openIndex(index)
            }
        }
    }
}
