// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Items

// One of several. `name` is its accessible name. Arrow keys change it, typing finds an entry.
T.ComboBox {
    id: root

    property string name: ""
    property string fault: ""

    implicitWidth: 200
    implicitHeight: Theme.controlHeight
    leftPadding: mirrored ? 28 : 10
    rightPadding: mirrored ? 10 : 28
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    // On release: the template closes an open list with the release of the same keys.
    Keys.onReleased: event => {
        if (!popup.visible && (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)) {
            popup.open();
            event.accepted = true;
        }
    }
    Accessible.role: Accessible.ComboBox
    Accessible.name: name
    Accessible.description: displayText
    Accessible.focusable: true
    Accessible.onPressAction: popup.visible ? popup.close() : popup.open()

    contentItem: Text {
        text: root.displayText
        textFormat: Text.PlainText
        color: root.enabled ? Theme.text : Theme.faint
        elide: Text.ElideRight
        horizontalAlignment: Text.AlignLeft
        verticalAlignment: Text.AlignVCenter
        font.family: Theme.family
        font.pixelSize: Theme.textSize
        Accessible.ignored: true
    }
    indicator: Glyph {
        x: root.mirrored ? 10 : root.width - 22
        y: (root.height - height) / 2
        width: 12
        height: 12
        shape: Glyph.ChevronDown
        color: Theme.muted
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.hovered ? Theme.hover : Theme.raised
        border.color: root.fault.length > 0 ? Theme.danger : root.activeFocus ? Theme.accent : Theme.line
    }
    delegate: T.ItemDelegate {
        id: entry

        required property int index

        width: ListView.view ? ListView.view.width : 0
        implicitHeight: Theme.rowHeight
        leftPadding: 10
        rightPadding: 10
        highlighted: root.highlightedIndex === index
        hoverEnabled: true
        text: root.textAt(index)
        Accessible.role: Accessible.ListItem
        Accessible.name: text
        Accessible.onPressAction: {
            root.currentIndex = entry.index;
            root.activated(entry.index);
            root.popup.close();
        }
        contentItem: Text {
            text: entry.text
            textFormat: Text.PlainText
            color: Theme.text
            elide: Text.ElideRight
            horizontalAlignment: Text.AlignLeft
            verticalAlignment: Text.AlignVCenter
            font.family: Theme.family
            font.pixelSize: Theme.textSize
            font.weight: root.currentIndex === entry.index ? Font.DemiBold : Font.Normal
        }
        background: Rectangle {
            radius: 4
            color: entry.highlighted || entry.hovered ? Theme.selected : "transparent"
        }
    }
    popup: T.Popup {
        y: root.height + 4
        width: Math.max(root.width, 160)
        height: Math.min(contentItem.implicitHeight + 8, 320)
        padding: 4
        margins: 8
        contentItem: ListView {
            clip: true
            implicitHeight: contentHeight
            model: root.popup.visible ? root.delegateModel : null
            currentIndex: root.highlightedIndex
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: root.name
        }
        background: Rectangle {
            color: Theme.panel
            border.color: Theme.line
            radius: Theme.radius
        }
    }
}
