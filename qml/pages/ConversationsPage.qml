// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Models
import Signalbox.Pages

// Conversations of all tenants and channels, those that wait for a person first; beside them the one looked at.
FocusScope {
    id: root

    required property AppState app
    readonly property ConversationsPageModel page: model
    readonly property bool looking: model.currentKey.length > 0
    readonly property bool narrow: width < 820
    // it is tried again by itself, sooner when a person says so
    readonly property bool retrying: app.session.state === Session.Stale || (app.session.state === Session.Connecting && app.session.stateText.indexOf(": ") > 0)
    readonly property bool bare: list.count === 0 && !looking // one word for the whole page
    readonly property bool sought: model.searched.length > 0 || filter.text.length > 0
    readonly property alias pane: detail

    function focusFilter(): void {
        filter.forceActiveFocus();
        filter.selectAll();
    }
    function look(key: string): void {
        model.currentKey = key;
        list.currentIndex = model.list.rowOf(key);
    }

    Component.onCompleted: {
        model.watch(visible);
        if (app.page === "conversations" && app.target.length > 0)
            look(app.target);
    }
    onVisibleChanged: model.watch(visible)
    Keys.onPressed: event => {
        if (event.modifiers !== Qt.NoModifier || !root.looking)
            return;
        event.accepted = true;
        if (event.key === Qt.Key_A && model.thread.confirming && model.thread.confirmDenied.length === 0 && !model.thread.confirmExpired)
            model.thread.approve();
        else if (event.key === Qt.Key_D && model.thread.confirming)
            detail.denyConfirmation();
        else if (event.key === Qt.Key_T && !model.thread.mine && model.thread.takeDenied.length === 0)
            model.thread.takeOver();
        else
            event.accepted = false;
    }
    Connections {
        target: root.app
        function onPlaceChanged(): void {
            if (root.app.page === "conversations" && root.app.target.length > 0 && root.app.target !== model.currentKey)
                root.look(root.app.target);
        }
        function onFilterRequested(page: string, text: string): void {
            if (page === "conversations")
                filter.text = text;
        }
    }
    ConnectionWatch {
        session: root.app.session
        onReplaced: root.look("")
    }
    ConversationsPageModel {
        id: model
        session: root.app.session
        onCurrentKeyChanged: if (root.app.page === "conversations")
            root.app.setTarget(currentKey)
    }
    Binding {
        target: model.list
        property: "filter"
        value: filter.text
    }
    PageHead {
        id: head
        width: parent.width
        title: qsTr("Conversations")
        remark: model.summary
        FilterField {
            id: filter
            Layout.fillWidth: true
            Layout.minimumWidth: 100
            Layout.maximumWidth: 300
            name: qsTr("Filter conversations")
            placeholderText: qsTr("needs:person tenant:acme")
            text: root.app.settings.value("conversations/filter", "")
            fields: model.list.filterFields
            fault: model.list.filterError
            faultPosition: model.list.filterErrorPosition
            onLeaving: list.forceActiveFocus()
            onTextChanged: root.app.settings.setValue("conversations/filter", text)
            Keys.onDownPressed: list.forceActiveFocus()
        }
        TextField {
            id: search
            Layout.fillWidth: true
            Layout.minimumWidth: 80
            Layout.maximumWidth: 220
            name: qsTr("Search in all messages")
            placeholderText: qsTr("Search in all messages")
            fault: model.searchError
            onAccepted: model.search(text)
            onTextEdited: if (text.length === 0)
                model.search("")
            Keys.onEscapePressed: {
                clear();
                model.search("");
                list.forceActiveFocus();
            }
        }
        Item {
            Layout.fillWidth: true
        }
        Label {
            visible: text.length > 0
            text: model.staleness
            color: Theme.caution
        }
        Label {
            text: model.waiting
            color: model.staleness.length > 0 ? Theme.muted : Theme.caution
            visible: text.length > 0 && root.width > 700
        }
    }
    Rectangle {
        y: head.height - 1
        width: parent.width
        height: 1
        color: Theme.line
    }
    Banner {
        id: trouble
        y: head.height
        width: parent.width
        visible: text.length > 0
        height: visible ? implicitHeight : 0
        tone: model.error.length > 0 || model.searchError.length > 0 ? Banner.Danger : Banner.Info
        text: model.error.length > 0 ? model.error : model.searchError.length > 0 ? model.searchError : model.searching ? qsTr("Searching for “%1”…").arg(model.searched) : model.searched.length > 0 ? qsTr("Conversations in which “%1” was said").arg(model.searched) : model.truncated
        actionText: model.error.length > 0 ? qsTr("Try again") : model.searched.length > 0 ? qsTr("Show all") : ""
        onTriggered: {
            if (model.error.length > 0) {
                model.tryAgain();
            } else {
                search.clear();
                model.search("");
            }
        }
    }
    Rectangle {
        id: left
        x: Theme.mirrored ? parent.width - width : 0
        y: trouble.y + trouble.height
        width: root.narrow || root.bare ? (root.looking ? 0 : parent.width) : Math.min(300, parent.width * 0.36)
        height: parent.height - y
        visible: width > 0
        color: Theme.ground
        clip: true
        ListView {
            id: list
            anchors.fill: parent
            focus: true
            activeFocusOnTab: true
            model: root.page.list
            currentIndex: -1
            reuseItems: true
            highlightMoveDuration: 0
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Conversations")
            delegate: ConversationRow {
                required property string key
                width: list.width
                current: key === root.page.currentKey
                focused: list.activeFocus && ListView.isCurrentItem && current
                onPressed: {
                    list.currentIndex = index;
                    list.forceActiveFocus();
                    root.look(key);
                }
            }
            Keys.onUpPressed: step(-1)
            Keys.onDownPressed: step(1)
            Keys.onReturnPressed: detail.forceActiveFocus()
            function step(by: int): void {
                const to = Math.max(0, Math.min(count - 1, root.page.list.rowOf(root.page.currentKey) + by));
                if (count === 0)
                    return;
                root.look(root.page.list.keyAt(to));
                positionViewAtIndex(to, ListView.Contain);
            }
        }
        EmptyState {
            anchors.fill: parent
            visible: list.count === 0
            glyph: Glyph.Conversations
            title: model.emptyTitle
            text: model.emptyText
            actionText: root.retrying ? qsTr("Reconnect now") : root.app.session.state !== Session.Live && root.app.session.state !== Session.Polling ? "" : model.offered && !model.loading && model.error.length === 0 ? (root.sought ? qsTr("Show all") : qsTr("Open Chat test")) : ""
            onTriggered: {
                if (root.retrying) {
                    root.app.session.reconnectNow();
                    return;
                }
                if (!root.sought) {
                    root.app.open("chat-test");
                    return;
                }
                filter.clear();
                search.clear();
                model.search("");
            }
        }
    }
    Rectangle {
        x: Theme.mirrored ? left.x - 1 : left.width
        y: left.y
        width: 1
        height: left.height
        visible: left.visible && !root.narrow && !root.bare
        color: Theme.line
    }
    ConversationPane {
        id: detail
        readonly property real before: left.visible ? left.width + 1 : 0
        readonly property real after: side.visible ? side.width + 1 : 0
        x: Theme.mirrored ? after : before
        y: left.y
        width: parent.width - before - after
        height: left.height
        visible: root.looking
        app: root.app
        thread: model.thread
        onLeaving: {
            root.look("");
            list.forceActiveFocus();
        }
    }
    EmptyState {
        anchors.fill: detail
        visible: !root.looking && !root.narrow && list.count > 0
        glyph: Glyph.Conversations
        title: qsTr("No conversation chosen")
        text: qsTr("Choose one on the left. Those that wait for a person come first.")
    }
    Rectangle {
        anchors.right: side.left
        y: left.y
        width: 1
        height: left.height
        visible: side.visible
        color: Theme.line
    }
    ConversationSide {
        id: side
        anchors.right: parent.right
        y: left.y
        width: 258
        height: left.height
        visible: root.looking && root.width >= 1000
        app: root.app
        lens: model.lens
    }
}
