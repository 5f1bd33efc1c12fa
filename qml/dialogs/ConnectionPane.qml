// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// The list of connections in their groups, with a field that narrows it.
Rectangle {
    id: root

    required property ConnectionList connections
    required property int chosen // row in the list; -1 a new one
    required property string stateText // of the open one
    required property color stateInk

    signal picked(int row)
    signal entered

    function step(by: int): void {
        const at = matches.shownAt(root.chosen);
        const next = matches.rowOf(at < 0 ? 0 : at + by);
        if (next >= 0)
            root.picked(next);
    }

    color: Theme.ground
    ConnectionMatches {
        id: matches
        list: root.connections
        text: search.text
    }
    TextField {
        id: search
        anchors.top: parent.top
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.margins: 8
        name: qsTr("Find a connection")
        placeholderText: qsTr("Name, address or group")
        Keys.onDownPressed: list.forceActiveFocus()
    }
    ListView {
        id: list
        anchors.top: search.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: 4
        anchors.bottomMargin: 40
        clip: true
        activeFocusOnTab: true
        model: matches
        currentIndex: root.chosen >= 0 ? matches.shownAt(root.chosen) : -1
        boundsBehavior: Flickable.StopAtBounds
        keyNavigationEnabled: false
        Keys.onDownPressed: root.step(1)
        Keys.onUpPressed: root.step(-1)
        Keys.onReturnPressed: root.entered()
        T.ScrollBar.vertical: ScrollBar {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Saved connections")
        section.property: "group"
        delegate: ConnectionEntry {
            required property int index
            readonly property int row: matches.rowOf(index)
            width: list.width
            heading: ListView.section !== ListView.previousSection ? ListView.section : ""
            chosen: root.chosen === row
            open: name === root.connections.current
            stateText: root.stateText
            stateInk: root.stateInk
            listFocused: list.activeFocus
            onTriggered: root.picked(row)
        }
    }
    Label {
        anchors.top: search.bottom
        anchors.topMargin: 12
        anchors.left: parent.left
        anchors.leftMargin: 14
        visible: list.count === 0
        text: qsTr("Nothing fits.")
        color: Theme.muted
    }
    Button {
        anchors.left: parent.left
        anchors.bottom: parent.bottom
        anchors.margins: 6
        kind: Button.Quiet
        glyph: Glyph.Plus
        text: qsTr("New connection")
        onTriggered: root.picked(-1)
    }
    Rectangle {
        anchors.right: parent.right
        width: 1
        height: parent.height
        color: Theme.line
    }
}
