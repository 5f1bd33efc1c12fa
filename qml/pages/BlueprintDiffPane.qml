// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// The draft against what the back end has, or the text against another blueprint or what a flow was started from.
FocusScope {
    id: root

    required property BlueprintsPageModel page
    readonly property bool running: page.againstFlow.length > 0
    readonly property bool other: page.against.length > 0 || running

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Difference")
    RowLayout {
        id: head
        x: 14
        y: 4
        width: parent.width - 28
        height: 34
        spacing: 10
        Label {
            text: qsTr("Against")
            color: Theme.muted
        }
        ComboBox {
            id: against
            focus: true
            Layout.preferredWidth: 260
            name: qsTr("Compare with")
            model: root.page.choices
            currentIndex: root.page.choice
            onActivated: index => root.page.choice = index
        }
        Item {
            Layout.fillWidth: true
        }
    }
    DiffView {
        y: head.y + head.height
        width: parent.width
        height: parent.height - y
        lines: root.other ? root.page.comparison : root.page.editor.diff
        emptyText: root.running && root.page.whyNoComparison.length > 0 ? root.page.whyNoComparison : root.running ? qsTr("The flow runs what stands here.") : root.other ? qsTr("Both mean the same.") : root.page.editor.edited ? qsTr("Only white space differs.") : qsTr("Nothing is edited.")
    }
}
