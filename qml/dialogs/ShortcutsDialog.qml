// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Controls
import Signalbox.Pages

// The sheet of keys.
Dialog {
    id: root

    required property AppState app
    required property ConnectionList connections

    readonly property var groups: [
        {
            name: qsTr("Everywhere"),
            keys: [["Ctrl K", qsTr("search or run a command")], ["Ctrl 1 … 0", qsTr("the ten pages")], ["Alt ←  Alt →", qsTr("back, forward")], ["F5", qsTr("refresh")], ["Ctrl O", qsTr("connections")], ["Ctrl B", qsTr("alerts")], ["Ctrl J", qsTr("journal of what was written")], ["Ctrl T", qsTr("replay the last hour; back to now")], ["Ctrl Shift W", qsTr("workspace")], ["Ctrl ,", qsTr("settings")], ["?", qsTr("this sheet")], ["Esc", qsTr("close, or clear the filter")], ["Ctrl Q", qsTr("quit")]]
        },
        {
            name: qsTr("In a table"),
            keys: [["Ctrl F  /", qsTr("filter")], ["↑ ↓", qsTr("row")], ["Shift ↑ ↓", qsTr("select rows")], ["Ctrl A", qsTr("select all")], ["Enter", qsTr("open the row")], ["Menu  Shift F10", qsTr("what can be done")], ["Ctrl C", qsTr("copy")], ["Ctrl Shift C", qsTr("copy as curl (Wire)")], ["Home  End", qsTr("first, last row")], ["F8", qsTr("next fault of a blueprint")]]
        }
    ]

    width: 760
    title: qsTr("Keyboard shortcuts")
    actions: Button {
        text: qsTr("Close")
        focus: true
        onTriggered: root.close()
    }
    Item {
        width: parent ? parent.width : 0
        implicitHeight: columns.implicitHeight + 32
        Row {
            id: columns
            x: 16
            y: 16
            spacing: 24
            Repeater {
                model: root.groups
                Column {
                    id: group
                    required property var modelData
                    width: (root.width - 56) / 2
                    spacing: 4
                    SectionTitle {
                        width: parent.width
                        text: group.modelData.name
                    }
                    Repeater {
                        model: group.modelData.keys
                        Item {
                            id: line
                            required property var modelData
                            width: group.width
                            height: 26
                            KeyHint {
                                anchors.left: parent.left
                                anchors.verticalCenter: parent.verticalCenter
                                text: line.modelData[0]
                            }
                            Label {
                                anchors.left: parent.left
                                anchors.leftMargin: 130
                                anchors.right: parent.right
                                height: parent.height
                                text: line.modelData[1]
                                Accessible.name: line.modelData[0] + ": " + text
                            }
                        }
                    }
                }
            }
        }
    }
}
