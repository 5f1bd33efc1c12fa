// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// One blueprint: structure beside its text, its tracks, what a start makes, who runs it, what differs, its versions.
FocusScope {
    id: root

    required property AppState app
    required property BlueprintsPageModel page
    readonly property ConfigEditor editor: page.editor
    readonly property bool editing: json.typing
    readonly property FlowDiagram tracks: diagram
    readonly property BlueprintOutlineView structure: outline
    property alias part: tabs.currentIndex
    property bool whole: false // the table above is hidden

    signal applyWanted
    signal conflictWanted
    signal leaving

    function takeFocus(): void {
        if (tabs.currentIndex === 0)
            json.takeFocus();
        else
            root.enterPart();
    }
    function enterPart(): void {
        for (let i = 0; i < parts.children.length; ++i)
            if (parts.children[i].visible) {
                parts.children[i].forceActiveFocus(Qt.TabFocusReason);
                return;
            }
    }
    function showFind(): void {
        json.showFind();
    }

    Keys.onEscapePressed: root.whole ? (root.whole = false) : root.leaving()
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Blueprint %1").arg(editor.title)

    Item {
        id: head
        readonly property real beside: Math.min(260, titleText.implicitWidth) + tabs.implicitWidth + Math.min(190, stateText.implicitWidth) + 260
        readonly property bool stacked: width < beside
        x: 14
        width: parent.width - 28
        height: stacked ? 40 + Theme.controlHeight + 4 : 40
        RowLayout {
            width: parent.width
            height: 40
            spacing: 10
            Label {
                id: titleText
                text: root.editor.title
                strong: true
                color: Theme.strong
                font.pixelSize: Theme.titleSize
                elide: Text.ElideMiddle
                Layout.fillWidth: true
                Layout.minimumWidth: Math.min(90, implicitWidth)
                Layout.maximumWidth: Math.min(head.stacked ? 460 : 260, Math.ceil(implicitWidth))
                Accessible.role: Accessible.Heading
                HoverHandler {
                    id: titleHover
                }
                Tip {
                    text: root.editor.title + "\n" + root.editor.subtitle
                    shown: titleHover.hovered
                }
            }
            Item {
                id: slot
                visible: !head.stacked
                Layout.preferredWidth: tabs.implicitWidth
                Layout.fillHeight: true
            }
            Label {
                id: stateText
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
                tip: qsTr("Look at the difference and what it means, then write it")
                onTriggered: root.applyWanted()
            }
        }
        TabBar {
            id: tabs
            x: head.stacked ? (Theme.mirrored ? head.width - width : 0) : slot.x
            y: head.stacked ? 38 : Math.round((40 - height) / 2)
            width: Math.min(implicitWidth, head.width)
            name: qsTr("Parts of the blueprint")
            focus: true
            TabButton {
                text: qsTr("Structure")
                count: root.page.outline.faults > 0 ? qsTr("%1 !").arg(root.page.outline.faults) : ""
            }
            TabButton {
                text: qsTr("Diagram")
            }
            TabButton {
                text: qsTr("A start")
            }
            TabButton {
                text: qsTr("Used by")
                count: root.page.usedBy > 0 ? root.page.usedBy : ""
            }
            TabButton {
                text: qsTr("Difference")
                count: root.editor.edited && root.editor.diff.added + root.editor.diff.removed > 0 ? qsTr("+%1 −%2").arg(root.editor.diff.added).arg(root.editor.diff.removed) : ""
            }
            TabButton {
                text: qsTr("History")
            }
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
            text: qsTr("Somebody changed this blueprint after you began. Your draft is as you left it.")
            actionText: qsTr("Compare three ways…")
            onTriggered: root.conflictWanted()
        }
        Banner {
            Layout.fillWidth: true
            visible: text.length > 0
            tone: root.editor.frozen.length > 0 ? Banner.Info : Banner.Caution
            text: root.editor.frozen.length > 0 ? root.editor.frozen : root.editor.edited ? root.page.editMeaning : ""
        }
        Item {
            id: parts
            Layout.fillWidth: true
            Layout.fillHeight: true

            T.SplitView {
                anchors.fill: parent
                visible: tabs.currentIndex === 0
                orientation: Qt.Horizontal
                handle: SplitGrip {
                    across: false
                }
                BlueprintOutlineView {
                    id: outline
                    T.SplitView.preferredWidth: parent.width * 0.48
                    T.SplitView.minimumWidth: 200
                    outline: root.page.outline
                    onChosen: character => {
                        if (character >= 0)
                            json.reveal(character);
                    }
                    onOpened: character => json.goTo(character)
                    onLeaving: root.leaving()
                }
                ConfigJsonEditor {
                    id: json
                    T.SplitView.fillWidth: true
                    T.SplitView.minimumWidth: 200
                    focus: true
                    editor: root.editor
                    onCursorChanged: if (typing)
                        root.page.outline.follow(cursor)
                    Keys.onPressed: event => {
                        if (event.key !== Qt.Key_F8)
                            return;
                        outline.nextIssue((event.modifiers & Qt.ShiftModifier) !== 0);
                        const character = root.page.outline.characterAt(root.page.outline.current);
                        if (character >= 0)
                            json.goTo(character);
                        event.accepted = true;
                    }
                }
            }
            FlowDiagram {
                id: diagram
                anchors.fill: parent
                visible: tabs.currentIndex === 1
                app: root.app
                workspace: root.page.preview.workspace
                flow: root.editor.title
                preview: root.page.preview
                emptyText: qsTr("No entry of the text makes a station, or it cannot be read.")
                whole: root.whole
                active: visible && root.visible
                onWholeWanted: whole => root.whole = whole
                onLeaving: root.whole ? (root.whole = false) : tabs.forceActiveFocus()
            }
            BlueprintStartPane {
                anchors.fill: parent
                visible: tabs.currentIndex === 2
                app: root.app
                preview: root.page.preview
            }
            BlueprintUsersPane {
                anchors.fill: parent
                visible: tabs.currentIndex === 3
                app: root.app
                page: root.page
            }
            BlueprintDiffPane {
                anchors.fill: parent
                visible: tabs.currentIndex === 4
                page: root.page
            }
            ConfigHistoryPane {
                anchors.fill: parent
                visible: tabs.currentIndex === 5
                versions: root.editor.versions
                frozen: root.editor.frozen
                onRestored: tabs.currentIndex = 4
            }
        }
    }
    Binding {
        target: root.page.preview
        property: "active"
        value: root.visible && tabs.currentIndex === 2
    }
}
