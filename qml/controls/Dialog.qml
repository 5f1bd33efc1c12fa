// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

// The frame of every dialog: title and subtitle, content, and a foot with a note on the left and `actions` on the right.
// Escape closes it. The content gets the full width; give it its own margins of 16.
T.Popup {
    id: root

    property string title: ""
    property string subtitle: ""
    property string note: "" // left in the foot
    property color noteInk: Theme.muted
    property alias actions: actionRow.data
    property alias noteItem: noteSlot.data // instead of note
    default property alias body: slot.data

    parent: T.Overlay.overlay
    x: parent ? Math.round((parent.width - width) / 2) : 0
    y: parent ? Math.max(24, Math.min(120, Math.round((parent.height - height) / 3))) : 0
    width: Math.min(760, parent ? parent.width - 48 : 760)
    height: Math.min(implicitHeight, parent ? parent.height - 48 : implicitHeight)
    implicitHeight: head.implicitHeight + slot.implicitHeight + foot.implicitHeight
    padding: 0
    modal: true
    focus: true
    closePolicy: T.Popup.CloseOnEscape

    T.Overlay.modal: Rectangle {
        color: Theme.shade
    }
    background: Rectangle {
        color: Theme.panel
        border.color: Theme.line
        radius: 8
    }
    contentItem: FocusScope {
        focus: true
        Accessible.role: Accessible.Dialog
        Accessible.name: root.title
        Accessible.description: root.subtitle

        Item {
            id: head
            width: parent.width
            implicitHeight: 40
            Label {
                id: titleText
                x: 16
                height: parent.height
                width: Math.min(implicitWidth, parent.width - 32)
                text: root.title
                strong: true
                color: Theme.strong
                font.pixelSize: Theme.titleSize + 1
            }
            Label {
                anchors.left: titleText.right
                anchors.leftMargin: 12
                height: parent.height
                width: parent.width - x - 16
                text: root.subtitle
                color: Theme.muted
            }
            Rectangle {
                anchors.bottom: parent.bottom
                width: parent.width
                height: 1
                color: Theme.line
            }
        }
        Item {
            id: slot
            y: head.implicitHeight
            width: parent.width
            height: parent.height - head.implicitHeight - foot.implicitHeight
            implicitHeight: children.length > 0 ? children[0].implicitHeight : 0
            clip: true
        }
        Item {
            id: foot
            anchors.bottom: parent.bottom
            width: parent.width
            implicitHeight: actionRow.children.length > 0 || root.note.length > 0 ? 48 : 0
            visible: implicitHeight > 0
            Rectangle {
                width: parent.width
                height: 1
                color: Theme.line
            }
            RowLayout {
                anchors.fill: parent
                anchors.leftMargin: 16
                anchors.rightMargin: 16
                spacing: 10
                Item {
                    id: noteSlot
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Label {
                        anchors.fill: parent
                        text: root.note
                        color: root.noteInk
                        wrapMode: Text.Wrap
                        maximumLineCount: 2
                    }
                }
                RowLayout {
                    id: actionRow
                    spacing: 10
                }
            }
        }
    }
}
