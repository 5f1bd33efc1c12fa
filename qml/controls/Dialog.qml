// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T

// The frame of every dialog: title and subtitle, content, and a foot with a note on the left and `actions` on the right.
// Escape closes it. Put in one content item: it gets the width, its implicitHeight decides the height; margins are its own.
T.Popup {
    id: root

    property string title: ""
    property string subtitle: ""
    property string note: "" // left in the foot
    property color noteInk: Theme.muted
    property alias actions: frame.actions
    property alias noteItem: frame.noteItem // beside or instead of note
    default property alias body: frame.body

    parent: T.Overlay.overlay
    x: parent ? Math.round((parent.width - width) / 2) : 0
    y: parent ? Math.max(24, Math.min(120, Math.round((parent.height - height) / 3))) : 0
    width: Math.min(760, parent ? parent.width - 48 : 760)
    height: Math.min(implicitHeight, parent ? parent.height - 48 : implicitHeight)
    implicitHeight: frame.implicitHeight
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
    contentData: DialogFrame {
        id: frame
        anchors.fill: parent
        title: root.title
        subtitle: root.subtitle
        note: root.note
        noteInk: root.noteInk
    }
}
