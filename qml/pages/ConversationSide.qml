// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// Beside a conversation: what the agent will be told next, the state of the thread, and its keys.
Rectangle {
    id: root

    required property AppState app
    required property ConversationLens lens

    color: Theme.panel
    Flickable {
        anchors.fill: parent
        contentHeight: column.height + 24
        clip: true
        activeFocusOnTab: true
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollBar {}
        Accessible.role: Accessible.Grouping
        Accessible.name: qsTr("Next prompt, state and keys")
        Column {
            id: column
            x: 14
            y: 12
            width: root.width - 28
            spacing: 8
            Label {
                width: parent.width
                text: qsTr("Next prompt")
                strong: true
                color: Theme.strong
                font.pixelSize: Theme.titleSize
                Accessible.role: Accessible.Heading
            }
            Label {
                width: parent.width
                text: root.lens.known ? root.lens.summary : root.lens.error.length > 0 ? root.lens.error : qsTr("not known yet")
                wrapMode: Text.Wrap
                elide: Text.ElideNone
                color: root.lens.error.length > 0 ? Theme.danger : Theme.muted
            }
            Rectangle {
                width: parent.width
                height: 8
                radius: 2
                visible: root.lens.known
                color: Theme.line
                clip: true
                Accessible.role: Accessible.Graphic
                Accessible.name: root.lens.shares
                Row {
                    anchors.left: parent.left
                    height: parent.height
                    Rectangle {
                        width: column.width * root.lens.systemShare
                        height: 8
                        color: Theme.accent
                    }
                    Rectangle {
                        width: column.width * root.lens.memoryShare
                        height: 8
                        color: Theme.good
                    }
                    Rectangle {
                        width: column.width * root.lens.recalledShare
                        height: 8
                        color: Theme.caution
                    }
                }
            }
            Label {
                width: parent.width
                visible: root.lens.known
                text: root.lens.shares
                color: Theme.faint
                font.pixelSize: Theme.tinySize
            }
            Column {
                width: parent.width
                spacing: 2
                Repeater {
                    model: root.lens.parts
                    Item {
                        id: part
                        required property var modelData
                        width: column.width
                        height: 22
                        Label {
                            anchors.left: parent.left
                            width: 62
                            height: parent.height
                            text: part.modelData.name
                            color: Theme.muted
                            font.pixelSize: Theme.smallSize
                        }
                        Label {
                            anchors.left: parent.left
                            anchors.leftMargin: 66
                            width: parent.width - 66
                            height: parent.height
                            text: part.modelData.value
                            color: part.modelData.marked ? Theme.caution : Theme.text
                            font.pixelSize: Theme.smallSize
                        }
                        HoverHandler {
                            id: partHover
                        }
                        Tip {
                            text: part.modelData.detail
                            shown: partHover.hovered
                        }
                    }
                }
            }
            Item {
                width: 1
                height: 4
            }
            Label {
                width: parent.width
                text: qsTr("Thread state")
                strong: true
                color: Theme.strong
                font.pixelSize: Theme.titleSize
                Accessible.role: Accessible.Heading
            }
            Column {
                width: parent.width
                Repeater {
                    model: root.lens.state
                    Item {
                        id: row
                        required property var modelData
                        width: column.width
                        height: Theme.rowHeight
                        Accessible.role: Accessible.StaticText
                        Accessible.name: row.modelData.name + ": " + row.modelData.value
                        Label {
                            anchors.left: parent.left
                            anchors.leftMargin: 8
                            height: parent.height
                            text: row.modelData.name
                            color: Theme.muted
                            Accessible.ignored: true
                        }
                        Label {
                            anchors.right: parent.right
                            anchors.rightMargin: 8
                            width: Math.min(implicitWidth, parent.width - 110)
                            height: parent.height
                            text: row.modelData.value
                            color: row.modelData.marked ? Theme.caution : Theme.text
                            Accessible.ignored: true
                        }
                        Rectangle {
                            y: parent.height - 1
                            width: parent.width
                            height: 1
                            color: Theme.lineSoft
                        }
                        HoverHandler {
                            id: rowHover
                        }
                        Tip {
                            text: row.modelData.detail
                            shown: rowHover.hovered && row.modelData.detail.length > 0
                        }
                    }
                }
            }
            Item {
                width: 1
                height: 4
            }
            Label {
                width: parent.width
                text: qsTr("Keys")
                strong: true
                color: Theme.strong
                font.pixelSize: Theme.titleSize
                Accessible.role: Accessible.Heading
            }
            Label {
                width: parent.width
                visible: text.length > 0
                text: root.lens.keysError.length > 0 ? root.lens.keysError : root.lens.keys.length === 0 ? qsTr("none is kept for this thread") : ""
                color: root.lens.keysError.length > 0 ? Theme.danger : Theme.faint
                wrapMode: Text.Wrap
                elide: Text.ElideNone
            }
            Column {
                width: parent.width
                Repeater {
                    model: root.lens.keys
                    Item {
                        id: key
                        required property var modelData
                        width: column.width
                        height: 20
                        Label {
                            anchors.left: parent.left
                            width: parent.width - ttl.width - 8
                            mono: true
                            text: key.modelData.name
                            elide: Text.ElideMiddle
                            font.pixelSize: Theme.tinySize
                        }
                        Label {
                            id: ttl
                            anchors.right: parent.right
                            text: key.modelData.value
                            color: Theme.muted
                            font.pixelSize: Theme.tinySize
                        }
                        HoverHandler {
                            id: keyHover
                        }
                        Tip {
                            text: key.modelData.name + "\n" + key.modelData.detail
                            shown: keyHover.hovered
                        }
                        TapHandler {
                            onTapped: root.app.copy(key.modelData.name, qsTr("the key"))
                        }
                    }
                }
            }
        }
    }
}
