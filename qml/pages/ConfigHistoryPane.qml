// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// The versions of an entry, any two of them compared, one brought back as an edit.
FocusScope {
    id: root

    required property ConfigVersions versions
    property string frozen: ""

    signal restored

    Connections {
        target: root.versions
        function onRestored(): void {
            root.restored();
        }
    }
    ListView {
        id: list
        width: Math.min(470, parent.width * 0.46)
        height: parent.height - bound.height
        clip: true
        focus: true
        activeFocusOnTab: true
        model: root.versions
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollBar {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Versions")
        Keys.onUpPressed: root.versions.first = Math.max(0, root.versions.first - 1)
        Keys.onDownPressed: root.versions.first = Math.min(root.versions.count - 1, root.versions.first + 1)
        delegate: ConfigVersionRow {
            width: ListView.view.width
            versions: root.versions
            frozen: root.frozen
        }
    }
    Label {
        id: bound
        x: 14
        y: parent.height - height
        width: list.width - 20
        height: implicitHeight + 14
        text: root.versions.bound
        color: Theme.faint
        font.pixelSize: Theme.smallSize
        wrapMode: Text.Wrap
        elide: Text.ElideNone
    }
    Rectangle {
        x: list.width
        width: 1
        height: parent.height
        color: Theme.lineSoft
    }
    DiffView {
        x: list.width + 1
        width: parent.width - x
        height: parent.height
        lines: root.versions.diff
        emptyText: root.versions.count < 2 ? qsTr("No other version was seen yet.") : qsTr("The two are the same.")
    }
}
