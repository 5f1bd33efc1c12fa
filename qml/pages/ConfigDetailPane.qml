// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// One entry: its form, its text, what differs from the back end, its versions.
FocusScope {
    id: root

    required property AppState app
    required property ConfigPageModel page
    readonly property ConfigEditor editor: page.editor
    readonly property bool editing: json.visible && json.activeFocus
    property alias part: tabs.currentIndex

    signal applyWanted
    signal conflictWanted
    signal leaving

    function takeFocus(): void {
        if (tabs.currentIndex === 1)
            json.takeFocus();
        else
            tabs.forceActiveFocus();
    }
    function showFind(): void {
        json.showFind();
    }

    Keys.onEscapePressed: root.leaving()
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Entry %1").arg(editor.title)
    Connections {
        target: root.page
        function onCurrentKeyChanged(): void {
            if (!root.editor.hasForm && tabs.currentIndex === 0)
                tabs.currentIndex = 1;
            else if (root.editor.hasForm && tabs.currentIndex === 1 && !root.choseText)
                tabs.currentIndex = 0;
        }
    }
    property bool choseText: false

    RowLayout {
        id: head
        x: 14
        width: parent.width - 28
        height: 40
        spacing: 10
        Label {
            text: root.editor.title
            strong: true
            color: Theme.strong
            font.pixelSize: Theme.titleSize
            Layout.maximumWidth: 300
            Accessible.role: Accessible.Heading
            HoverHandler {
                id: titleHover
            }
            Tip {
                text: root.editor.title
                shown: titleHover.hovered
            }
        }
        Label {
            text: root.editor.subtitle
            color: Theme.muted
            Layout.maximumWidth: 300
        }
        TabBar {
            id: tabs
            name: qsTr("Parts of the entry")
            focus: true
            currentIndex: 1
            TabButton {
                text: qsTr("Form")
                onClicked: root.choseText = false
            }
            TabButton {
                text: qsTr("JSON")
                onClicked: root.choseText = true
            }
            TabButton {
                text: qsTr("Difference")
                count: root.editor.edited && root.editor.diff.added + root.editor.diff.removed > 0 ? qsTr("+%1 −%2").arg(root.editor.diff.added).arg(root.editor.diff.removed) : ""
            }
            TabButton {
                text: qsTr("History")
            }
        }
        Label {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignRight
            text: root.editor.state
            color: Theme.tone(root.editor.stateTone)
        }
        Button {
            visible: root.editor.edited
            text: qsTr("Discard")
            tip: qsTr("Forget the draft and show what the back end has")
            onTriggered: root.editor.discard()
        }
        Button {
            visible: root.editor.edited
            text: qsTr("Apply…")
            kind: Button.Primary
            why: root.editor.whyNotApply
            tip: qsTr("Look at the difference, then write it")
            onTriggered: root.applyWanted()
        }
    }
    ColumnLayout {
        y: head.height
        width: parent.width
        height: parent.height - y
        spacing: 0
        Banner {
            Layout.fillWidth: true
            visible: root.editor.conflict
            tone: Banner.Danger
            text: qsTr("Somebody changed this value after you began. Your draft is as you left it.")
            actionText: qsTr("Compare three ways…")
            onTriggered: root.conflictWanted()
        }
        Banner {
            Layout.fillWidth: true
            visible: text.length > 0
            tone: root.editor.frozen.length > 0 ? Banner.Info : Banner.Caution
            text: root.editor.frozen.length > 0 ? root.editor.frozen : root.editor.caution
        }
        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true

            ConfigFormView {
                anchors.fill: parent
                visible: tabs.currentIndex === 0 && root.editor.hasForm
                form: root.editor.form
                frozen: root.editor.frozen.length > 0
            }
            EmptyState {
                anchors.fill: parent
                visible: tabs.currentIndex === 0 && !root.editor.hasForm
                title: root.editor.fault.length > 0 ? qsTr("The form waits for valid JSON") : qsTr("No form for this type")
                text: root.editor.fault.length > 0 ? root.editor.fault : qsTr("Every value can be edited as JSON.")
                actionText: qsTr("Edit as JSON")
                onTriggered: tabs.currentIndex = 1
            }
            ConfigJsonEditor {
                id: json
                anchors.fill: parent
                visible: tabs.currentIndex === 1
                editor: root.editor
            }
            DiffView {
                anchors.fill: parent
                visible: tabs.currentIndex === 2
                lines: root.editor.diff
                emptyText: root.editor.edited ? qsTr("Only white space differs.") : qsTr("Nothing is edited.")
            }
            ConfigHistoryPane {
                anchors.fill: parent
                visible: tabs.currentIndex === 3
                versions: root.editor.versions
                frozen: root.editor.frozen
                onRestored: tabs.currentIndex = 2
            }
        }
    }
}
