// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Controls
import Signalbox.Pages

// Flows that run the blueprint, and what an edit or a delete means for them on this back end.
FocusScope {
    id: root

    required property AppState app
    required property BlueprintsPageModel page

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Used by")
    Column {
        id: words
        x: 14
        y: 8
        width: parent.width - 28
        spacing: 4
        Label {
            width: parent.width
            text: root.page.usedText
            color: Theme.strong
            wrapMode: Text.Wrap
        }
        Label {
            width: parent.width
            visible: text.length > 0
            text: root.page.editMeaning.length > 0 ? qsTr("To edit it: %1").arg(root.page.editMeaning) : ""
            color: Theme.muted
            wrapMode: Text.Wrap
            elide: Text.ElideNone
        }
        Label {
            width: parent.width
            visible: root.page.deleteMeaning.length > 0
            text: qsTr("To delete it: %1").arg(root.page.deleteMeaning)
            color: Theme.muted
            wrapMode: Text.Wrap
            elide: Text.ElideNone
        }
    }
    FlowPartTable {
        y: words.y + words.height + 8
        width: parent.width
        height: parent.height - y
        focus: true
        app: root.app
        table: root.page.users
        part: "blueprint-users"
        name: qsTr("Flows that run a blueprint of this name")
        emptyTitle: root.page.usersKnown ? qsTr("No flow runs it") : qsTr("Not known yet")
        emptyText: root.page.usersKnown ? qsTr("Start one from the Flows page.") : qsTr("The flows have not been read.")
        onOpened: key => root.app.open("flows", key)
    }
}
