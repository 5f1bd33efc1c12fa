// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Models
import Signalbox.Pages

// The track diagram of a flow, or of what a start would make, with its tools; the same figures as a list where there is no picture, or on request.
FocusScope {
    id: root

    required property AppState app
    required property string workspace
    required property string flow
    property BlueprintPreview preview: null // instead of a flow that runs
    property string emptyText: qsTr("The blueprint of this flow makes no processor entry, or it is not known.")
    property bool active: visible
    property bool stale: false // what is shown is old: nothing glows, nothing runs
    property bool whole: false // takes the whole page
    readonly property FlowDiagramModel diagram: model
    readonly property TrackDiagram picture: tracks
    readonly property bool drawn: !model.listed && model.known
    readonly property var exporter: exportHost.item

    signal wholeWanted(bool whole)
    signal leaving

    function openKey(key: string, tail: bool): void {
        const queue = model.queueOf(key);
        if (queue.length > 0) {
            root.app.open("queues", queue);
            if (tail)
                root.app.commandRequested("tail-queue");
        } else if (model.processorOf(key).length > 0) {
            root.app.open("queues", "", "processor:" + model.processorOf(key) + " flow:" + root.flow + " ws:" + root.workspace);
        }
    }
    function exportPicture(kind: string): void {
        exportHost.setSource(Qt.resolvedUrl("../dialogs/ExportDialog.qml"), {
            app: root.app,
            fileName: root.flow + "-tracks." + kind,
            what: qsTr("the whole track diagram as it looks now"),
            content: "",
            writer: (path, replace) => model.save(path, kind === "svg" ? tracks.svg() : tracks.png(2), replace)
        });
        root.exporter.open();
    }

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Track diagram")

    FlowDiagramModel {
        id: model
        session: root.app.session
        workspace: root.workspace
        flow: root.flow
        preview: root.preview
        profile: root.app.settings.folder
        active: root.active
    }
    Banner {
        id: fault
        width: parent.width
        visible: model.fault.length > 0
        height: visible ? implicitHeight : 0
        tone: Banner.Caution
        text: model.fault
        actionText: qsTr("Try again")
        onTriggered: model.retry()
    }
    FlowPartTable {
        id: list
        y: fault.height
        width: parent.width
        height: parent.height - y - tools.height
        visible: model.listed && model.known
        focus: visible
        app: root.app
        table: model.list
        part: "diagram"
        name: qsTr("Stations and tracks of the flow")
        emptyTitle: qsTr("No station")
        emptyText: qsTr("The blueprint makes none, or it is not known.")
        onOpened: key => root.openKey(key, false)
    }
    EmptyState {
        anchors.fill: parent
        visible: !model.known
        glyph: Glyph.Flows
        title: qsTr("No track to draw")
        text: root.emptyText
    }
    TrackDiagram {
        id: tracks
        width: parent.width
        height: parent.height - foot.height
        visible: root.drawn
        focus: visible
        title: qsTr("Tracks of %1, %2").arg(root.flow).arg(model.summary)
        source: model.picture
        reducedMotion: root.stale || Theme.reducedMotion || root.app.session.attention !== Session.Watched // nobody looks closely: no frame for it
        ground: Theme.ground
        stationColor: Theme.raised
        lineColor: Theme.line
        textColor: Theme.strong
        mutedColor: Theme.muted
        trackColor: Theme.track
        accentColor: Theme.accent
        clearColor: root.stale ? Theme.muted : Theme.aspect(0)
        warningColor: root.stale ? Theme.muted : Theme.aspect(1)
        stopColor: root.stale ? Theme.muted : Theme.aspect(2)
        unknownColor: root.stale ? Theme.muted : Theme.aspect(3)
        fontFamily: Theme.family
        Accessible.role: Accessible.List
        Accessible.name: title
        onActivated: element => root.openKey(keyOf(element), false)
        onMenuWanted: (x, y) => menu.popup(tracks, x, y)
        onLeaving: root.leaving()
    }
    Label {
        anchors.centerIn: tracks
        visible: root.drawn && model.working
        text: qsTr("Laying out %1…").arg(model.summary)
        color: Theme.muted
    }
    FlowDiagramTip {
        diagram: tracks
    }
    Row {
        id: tools
        anchors.right: parent.right
        anchors.rightMargin: 8
        anchors.bottom: parent.bottom // beside the legend: above they would cover stations
        visible: model.known
        spacing: 2
        ToolButton {
            visible: root.drawn
            glyph: Glyph.Plus
            text: qsTr("Zoom in")
            keys: "+"
            onTriggered: tracks.zoomStep(1)
        }
        ToolButton {
            visible: root.drawn
            glyph: Glyph.Minus
            text: qsTr("Zoom out")
            keys: "-"
            onTriggered: tracks.zoomStep(-1)
        }
        ToolButton {
            visible: root.drawn
            glyph: Glyph.Fit
            text: qsTr("Show everything")
            keys: "0"
            onTriggered: tracks.fit()
        }
        ToolButton {
            glyph: root.whole ? Glyph.ChevronDown : Glyph.ChevronUp
            text: root.whole ? qsTr("Show the table again") : qsTr("Take the whole page")
            onTriggered: root.wholeWanted(!root.whole)
        }
        ToolButton {
            glyph: Glyph.Columns
            text: model.listed ? qsTr("As a diagram") : qsTr("As a list")
            why: model.fault.length > 0 ? qsTr("there is no picture") : ""
            onTriggered: model.listed = !model.listed
        }
        ToolButton {
            id: more
            glyph: Glyph.Export
            text: qsTr("Export")
            why: root.drawn && !model.working ? "" : qsTr("there is no picture")
            onTriggered: exportMenu.popup(more, 0, more.height)
        }
    }
    FlowDiagramFoot {
        id: foot
        anchors.left: parent.left // the other side of the tools, also where reading begins at the right
        anchors.bottom: parent.bottom
        width: parent.width - tools.width - 8
        height: tools.height
        visible: root.drawn
        diagram: tracks
        notes: model.notes
    }
    Binding {
        when: root.preview !== null
        target: foot
        property: "legend"
        value: qsTr("a plan: nothing of it runs, so there are no figures; enlarged, each station says who shares it · answers return on the track of the request")
    }
    Menu {
        id: menu
        readonly property string queue: model.queueOf(tracks.currentKey)
        readonly property string whyNoQueue: queue.length > 0 ? "" : qsTr("no queue of it is known")
        title: tracks.nameOf(tracks.current)
        MenuItem {
            text: tracks.currentIsTrack ? qsTr("Open the queue") : qsTr("Show its queues")
            why: tracks.currentIsTrack ? menu.whyNoQueue : ""
            onTriggered: root.openKey(tracks.currentKey, false)
        }
        MenuItem {
            text: qsTr("Tail the queue")
            why: tracks.currentIsTrack ? menu.whyNoQueue : qsTr("choose a track")
            onTriggered: root.openKey(tracks.currentKey, true)
        }
        MenuItem {
            readonly property string processor: tracks.currentIsTrack ? "" : model.processorOf(tracks.currentKey)
            text: qsTr("Open its logs…")
            why: processor.length === 0 ? qsTr("choose a station") : menu.visible ? root.app.whyNoLogs("processor", root.workspace, root.flow, processor) : ""
            onTriggered: root.app.askForLogs("processor", root.workspace, root.flow, processor)
        }
        MenuSeparator {}
        MenuItem {
            text: tracks.currentIsTrack ? qsTr("Copy name of the queue") : qsTr("Copy name")
            why: tracks.currentIsTrack ? menu.whyNoQueue : ""
            onTriggered: root.app.copy(tracks.currentIsTrack ? menu.queue : model.processorOf(tracks.currentKey), qsTr("name"))
        }
        MenuItem {
            text: qsTr("Copy topic")
            why: tracks.currentIsTrack ? "" : qsTr("choose a track")
            onTriggered: root.app.copy(model.topicOf(tracks.currentKey), qsTr("topic"))
        }
    }
    Menu {
        id: exportMenu
        title: qsTr("Export")
        MenuItem {
            text: qsTr("As SVG…")
            onTriggered: root.exportPicture("svg")
        }
        MenuItem {
            text: qsTr("As PNG…")
            onTriggered: root.exportPicture("png")
        }
    }
    Loader {
        id: exportHost
    }
}
