// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Pages

// What differs, line by line or by meaning.
FocusScope {
    id: root

    required property DiffLines lines // may be null
    readonly property int count: lines ? lines.count : 0
    readonly property int added: lines ? lines.added : 0
    readonly property int removed: lines ? lines.removed : 0
    readonly property int places: lines ? lines.places : -1
    readonly property bool structural: lines ? lines.structural : false
    readonly property bool whole: lines ? lines.whole : false
    readonly property bool busy: lines ? lines.busy : false // what is shown is of older texts
    property string emptyText: qsTr("Nothing differs.")
    property string title: ""
    property bool bare: false // no line of switches above

    Accessible.role: Accessible.Pane
    Accessible.name: root.title.length > 0 ? root.title : qsTr("Difference")
    RowLayout {
        id: head
        visible: !root.bare
        x: 14
        width: parent.width - 28
        height: visible ? 36 : 0
        spacing: 10
        TabBar {
            id: view
            name: qsTr("Show the difference by")
            currentIndex: root.structural ? 1 : 0
            TabButton {
                text: qsTr("Lines")
                onClicked: root.lines.structural = false
            }
            TabButton {
                text: qsTr("Structure")
                count: root.places >= 0 ? root.places : ""
                enabled: root.places >= 0
                onClicked: root.lines.structural = true
            }
        }
        Label {
            text: qsTr("+%1").arg(root.added)
            color: Theme.good
            mono: true
        }
        Label {
            text: qsTr("−%1").arg(root.removed)
            color: Theme.danger
            mono: true
        }
        Label {
            Layout.fillWidth: true
            text: root.busy ? qsTr("comparing…") : ""
            color: Theme.muted
        }
        Switch {
            visible: !root.structural
            text: qsTr("equal lines too")
            checked: root.whole
            onToggled: root.lines.whole = checked
        }
    }
    ListView {
        id: list
        y: head.height
        width: parent.width
        height: parent.height - y
        clip: true
        focus: true
        activeFocusOnTab: true
        model: root.visible ? root.lines : null // rows of what nobody sees would be made anew with every key
        cacheBuffer: 0 // Qt 6.4 makes those rows later, and warns when a reset comes before they are there
        boundsBehavior: Flickable.StopAtBounds
        visible: root.count > 0
        T.ScrollBar.vertical: ScrollBar {}
        Keys.onDownPressed: list.flick(0, -400)
        Keys.onUpPressed: list.flick(0, 400)
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Lines")
        delegate: DiffRow {
            width: ListView.view.width
        }
    }
    Label {
        anchors.centerIn: parent
        visible: root.count === 0 || (root.added + root.removed === 0 && !root.whole)
        text: root.busy ? qsTr("comparing…") : root.emptyText
        color: Theme.muted
    }
}
