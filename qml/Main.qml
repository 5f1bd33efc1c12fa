// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Models
import Signalbox.Pages

// The frame: strip, top bar, rail, page, status line. Pages and dialogs are loaded when first wanted.
T.ApplicationWindow {
    id: root

    required property AppState app
    required property ConnectionList connections
    readonly property Session session: app.session
    readonly property var holder: pages.count > 0 ? pages.itemAt(app.pageIndex) : null
    readonly property var currentPage: holder ? holder.item : null

    // file of each page, in the order of the rail
    readonly property var pageFiles: ["OverviewPage", "FlowsPage", "BlueprintsPage", "QueuesPage", "ConfigPage", "TenantsPage", "ConversationsPage", "ChatTestPage", "AccessPage", "WirePage"]

    property int pageFocused: -1
    readonly property bool dialogOpen: dialogs.open
    readonly property var dialog: dialogs.popup

    function showDialog(file: string): void {
        dialogs.show(file);
    }
    function showPalette(): void {
        dialogs.show("CommandPaletteDialog");
    }
    function newConnection(): void {
        dialogs.show("ConnectionDialog");
        dialogs.popup.choose(-1);
    }
    function focusFilter(): void {
        if (currentPage?.focusFilter)
            currentPage.focusFilter();
    }
    function dropWorkspaces(): void {
        dialogs.drop("WorkspacePopup", top.workspacePill);
    }
    function startFlow(): void {
        if (currentPage?.startFlow)
            currentPage.startFlow();
    }
    function stopFlow(key: string): void {
        if (currentPage?.stopFlows)
            currentPage.stopFlows([key]);
    }
    function focusPage(): void {
        if (!root.dialogOpen)
            body.forceActiveFocus();
    }
    function closeAll(): void {
        dialogs.shut();
        if (currentPage?.closeDialogs)
            currentPage.closeDialogs();
    }

    LayoutMirroring.enabled: Theme.mirrored
    LayoutMirroring.childrenInherit: true
    minimumWidth: 640 // 1440 × 900 at 200 % is 720 × 450
    minimumHeight: 400
    title: qsTr("%1 · %2 — Signalbox").arg(app.pageTitle).arg(session.connectionName)
    color: Theme.ground
    // Of what is not ours: Qt's own file dialog, where the system has none.
    palette {
        window: Theme.panel
        windowText: Theme.text
        base: Theme.raised
        alternateBase: Theme.panel
        text: Theme.text
        placeholderText: Theme.muted
        button: Theme.pressed
        buttonText: Theme.text
        brightText: Theme.strong
        light: Theme.panel
        midlight: Theme.hover
        mid: Theme.line
        dark: Theme.track
        shadow: Theme.shade
        highlight: Theme.accent
        highlightedText: Theme.strong
        link: Theme.accent
    }
    font.family: Theme.family
    font.pixelSize: Theme.textSize

    Binding {
        target: Theme
        property: "mode"
        value: root.app.settings.theme
    }
    Binding {
        target: Theme
        property: "reducedMotion"
        value: root.app.settings.reducedMotion
    }
    StatusLine {
        id: status
        app: root.app
    }
    ReplayView {
        id: replay
        app: root.app
        property bool was: false
        onChanged: {
            if (was === active)
                return;
            was = active;
            if (active)
                pastSoon.start();
            else
                root.focusPage();
        }
    }
    Shortcut {
        sequence: "Ctrl+K"
        onActivated: root.showPalette()
    }
    Shortcut {
        sequence: "Ctrl+O"
        onActivated: root.showDialog("ConnectionDialog")
    }
    Shortcut {
        sequence: "Ctrl+J"
        onActivated: root.showDialog("JournalDialog")
    }
    Shortcut {
        sequence: "Ctrl+B"
        onActivated: root.showDialog("AlertsDialog")
    }
    Shortcut {
        sequence: "Ctrl+T"
        onActivated: root.app.commandRequested("replay")
    }
    Shortcut {
        sequence: "Ctrl+,"
        onActivated: root.showDialog("SettingsDialog")
    }
    Shortcut {
        sequences: ["?", "F1"]
        onActivated: root.showDialog("ShortcutsDialog")
    }
    Shortcut {
        sequences: ["F5", "Ctrl+R"]
        onActivated: root.session.refresh()
    }
    Shortcut {
        sequences: ["Ctrl+F", "/"]
        onActivated: root.focusFilter()
    }
    Shortcut {
        sequence: "Alt+Left"
        onActivated: {
            root.app.back();
            root.focusPage();
        }
    }
    Shortcut {
        sequence: "Alt+Right"
        onActivated: {
            root.app.forward();
            root.focusPage();
        }
    }
    Shortcut {
        sequence: "Ctrl+Q"
        onActivated: root.close()
    }
    Shortcut {
        sequence: "Ctrl+Shift+W"
        onActivated: root.dropWorkspaces()
    }
    Instantiator {
        model: 10
        delegate: Shortcut {
            required property int index
            sequence: "Ctrl+" + ((index + 1) % 10)
            onActivated: {
                root.app.openIndex(index);
                root.focusPage();
            }
        }
    }
    Timer {
        id: pastSoon // after the bar is there
        interval: 0
        onTriggered: past.focusSlider()
    }
    Timer {
        id: stopSoon // after the page is there
        interval: 0
        onTriggered: root.stopFlow(root.app.target)
    }
    Connections {
        target: root.app
        function onPlaceChanged(): void {
            // a click or a link in the page that is left must not keep the keys there
            if (root.pageFocused !== root.app.pageIndex) {
                root.pageFocused = root.app.pageIndex;
                root.focusPage();
            }
        }
        function onCommandRequested(command: string): void {
            switch (command) {
            case "connections":
                root.showDialog("ConnectionDialog");
                break;
            case "connection-state":
                root.showDialog("ConnectionStateDialog");
                break;
            case "connection-key":
                root.showDialog("ConnectionDialog");
                dialogs.popup.askKey();
                break;
            case "change-password":
                root.showDialog("PasswordDialog");
                break;
            case "ask-writing":
                root.showDialog("WritingDialog");
                break;
            case "stop-flow":
                stopSoon.start();
                break;
            case "open-address":
                root.showDialog("OpenAddressDialog");
                break;
            case "alerts":
                root.showDialog("AlertsDialog");
                break;
            case "reconciler":
                root.showDialog("ReconcilerDialog");
                break;
            case "journal":
                root.showDialog("JournalDialog");
                break;
            case "settings":
                root.showDialog("SettingsDialog");
                break;
            case "shortcuts":
                root.showDialog("ShortcutsDialog");
                break;
            case "about":
                root.showDialog("AboutDialog");
                break;
            case "filter":
                root.focusFilter();
                break;
            case "quit":
                root.close();
                break;
            }
        }
    }

    EnvironmentStrip {
        id: strip
        width: parent.width
        environment: root.session.environment
    }
    TopBar {
        id: top
        y: strip.height
        width: parent.width
        app: root.app
        status: status
        onConnectionsWanted: dialogs.drop("ConnectionPopup", connectionPill)
        onWorkspacesWanted: dialogs.drop("WorkspacePopup", workspacePill)
        onPaletteWanted: root.showPalette()
        onAlertsWanted: dialogs.drop("AlertsPopup", bell)
        onStateWanted: replay.active ? replay.live() : root.app.commandRequested("connection-state")
        onWritingWanted: replay.active ? replay.live() : root.app.commandRequested("read-only")
    }
    Rail {
        id: rail
        anchors.left: parent.left
        y: top.y + top.height
        width: implicitWidth
        height: parent.height - y - bar.height - past.height
        compact: root.width < 860
        app: root.app
    }
    FocusScope {
        id: body
        anchors.left: rail.right
        anchors.right: parent.right
        y: rail.y
        height: rail.height
        focus: true
        Repeater {
            id: pages
            model: root.pageFiles
            PageHolder {
                required property int index
                required property string modelData
                anchors.fill: parent
                app: root.app
                file: modelData
                pageIndex: index
            }
        }
    }
    ReplayBar {
        id: past
        y: bar.y - height
        width: parent.width
        height: implicitHeight
        replay: replay
    }
    StatusBar {
        id: bar
        y: parent.height - height
        width: parent.width
        status: status
        onReplayWanted: replay.toggle()
        notice: root.app.notice
        onJournalWanted: root.showDialog("JournalDialog")
    }
    DialogHost {
        id: dialogs
        app: root.app
        connections: root.connections
    }
}
