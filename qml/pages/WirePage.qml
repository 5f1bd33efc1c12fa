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

// Every request, answer and frame of this connection, as it went over the wire, secrets masked.
FocusScope {
    id: root

    required property AppState app
    readonly property Session session: app.session
    readonly property bool paused: model.store ? model.store.paused : false
    readonly property int total: model.table ? model.table.total : 0
    readonly property var exporter: exportLoader.item

    function focusFilter(): void {
        filter.forceActiveFocus();
        filter.selectAll();
    }
    function look(key: string): void {
        table.currentKey = key;
        model.currentKey = key;
    }

    Component.onCompleted: if (app.target.length > 0)
        look(app.target)
    Connections {
        target: root.app
        enabled: root.visible
        function onPlaceChanged(): void {
            if (root.app.page === "wire" && root.app.target.length > 0 && root.app.target !== model.currentKey)
                root.look(root.app.target);
        }
        function onFilterRequested(page: string, text: string): void {
            if (page === "wire")
                filter.text = text;
        }
    }
    WirePageModel {
        id: model
        session: root.app.session
    }
    PageHead {
        id: head
        width: parent.width
        title: qsTr("Wire")
        remark: model.summary
        FilterField {
            id: filter
            Layout.fillWidth: true
            Layout.maximumWidth: 360
            name: qsTr("Filter frames")
            placeholderText: qsTr("service:flow state:error latency>100")
            text: root.app.settings.value("wire/filter", "")
            fields: model.table ? model.table.filterFields : []
            fault: model.table ? model.table.filterError : ""
            faultPosition: model.table ? model.table.filterErrorPosition : -1
            onLeaving: table.forceActiveFocus()
            onTextChanged: {
                root.app.settings.setValue("wire/filter", text);
                if (model.table)
                    model.table.filter = text;
            }
            Component.onCompleted: if (model.table)
                model.table.filter = text
        }
        Item {
            Layout.fillWidth: true
        }
        Label {
            visible: root.paused
            text: qsTr("paused · %1 missed").arg(root.app.countText(model.store ? model.store.missed : -1))
            color: Theme.caution
        }
        Button {
            glyph: root.paused ? Glyph.Play : Glyph.Pause
            text: root.paused ? qsTr("Resume") : qsTr("Pause")
            tip: qsTr("New frames are only counted while paused.")
            onTriggered: model.store.paused = !model.store.paused
        }
        Button {
            text: qsTr("Clear")
            onTriggered: {
                model.store.clear();
                root.look("");
            }
        }
        Button {
            glyph: Glyph.Export
            text: qsTr("Export…")
            why: root.total === 0 ? qsTr("there is nothing to export") : ""
            onTriggered: {
                exportLoader.setSource(Qt.resolvedUrl("../dialogs/ExportDialog.qml"), {
                    app: root.app,
                    fileName: "signalbox-wire.jsonl",
                    what: qsTr("frames as JSON lines, secrets masked"),
                    content: model.store.exportJsonl()
                });
                root.exporter.open();
            }
        }
    }
    Loader {
        id: exportLoader
    }
    DataTable {
        id: table
        y: head.height
        width: parent.width - (detail.visible ? detail.width : 0)
        height: parent.height - y
        focus: true
        table: model.table
        name: qsTr("Frames")
        settings: root.app.settings
        tableId: "wire"
        multiple: false
        emptyGlyph: Glyph.Wire
        emptyTitle: root.total > 0 ? qsTr("No frame fits the filter") : qsTr("Nothing was sent yet")
        emptyText: root.total > 0 ? "" : qsTr("Requests and frames of this connection appear here as they happen.")
        emptyAction: root.total > 0 ? qsTr("Clear the filter") : ""
        onEmptyTriggered: filter.clear()
        onOpened: key => root.look(key)
        onMenuWanted: (x, y) => menu.popup(table, x, y)
    }
    Connections {
        target: table.selection
        function onCurrentKeyChanged(): void {
            model.currentKey = table.selection.currentKey;
        }
    }
    Menu {
        id: menu
        title: qsTr("Frame")
        MenuItem {
            text: qsTr("Copy as curl")
            keys: qsTr("Ctrl+Shift+C")
            onTriggered: root.app.copy(model.store.curlOf(model.currentKey), qsTr("curl command"))
        }
        MenuItem {
            text: qsTr("Copy cell")
            onTriggered: root.app.copy(table.cellText(), qsTr("cell"))
        }
        MenuItem {
            text: qsTr("Copy text")
            onTriggered: root.app.copy(model.text, qsTr("text of the frame"))
        }
        MenuItem {
            text: qsTr("Copy row as JSON")
            onTriggered: root.app.copy(model.table.jsonOf(model.table.rowOf(model.currentKey)), qsTr("row"))
        }
    }
    Shortcut {
        sequence: "Ctrl+Shift+C"
        enabled: root.visible && model.currentKey.length > 0
        onActivated: root.app.copy(model.store.curlOf(model.currentKey), qsTr("curl command"))
    }
    Rectangle {
        id: detail
        visible: model.currentKey.length > 0
        anchors.right: parent.right
        y: head.height
        width: Math.round(parent.width * 0.4)
        height: parent.height - y
        color: Theme.panel
        Accessible.role: Accessible.Pane
        Accessible.name: qsTr("Frame")
        Rectangle {
            width: 1
            height: parent.height
            color: Theme.line
        }
        ColumnLayout {
            anchors.fill: parent
            anchors.margins: 14
            spacing: 8
            RowLayout {
                Layout.fillWidth: true
                Label {
                    Layout.fillWidth: true
                    strong: true
                    color: Theme.strong
                    text: model.gone ? qsTr("This frame has left the ring") : model.title
                }
                Button {
                    text: qsTr("Copy as curl")
                    visible: !model.gone
                    onTriggered: root.app.copy(model.store.curlOf(model.currentKey), qsTr("curl command"))
                }
                ToolButton {
                    text: qsTr("Close")
                    glyph: Glyph.Close
                    onTriggered: {
                        root.look("");
                        table.forceActiveFocus();
                    }
                }
            }
            Label {
                Layout.fillWidth: true
                visible: text.length > 0
                text: model.facts
                color: Theme.muted
                font.pixelSize: Theme.smallSize
                wrapMode: Text.Wrap
            }
            Label {
                Layout.fillWidth: true
                visible: text.length > 0
                text: model.fault
                color: Theme.danger
                wrapMode: Text.Wrap
                maximumLineCount: 6
            }
            TabBar {
                name: qsTr("Show the frame as")
                visible: !model.gone
                Layout.fillWidth: true
                Layout.maximumWidth: implicitWidth
                currentIndex: model.raw ? 1 : 0
                TabButton {
                    text: qsTr("Laid out")
                    onClicked: model.raw = false
                }
                TabButton {
                    text: qsTr("As it went")
                    onClicked: model.raw = true
                }
            }
            Rectangle {
                Layout.fillWidth: true
                Layout.fillHeight: true
                color: Theme.ground
                border.color: Theme.line
                radius: Theme.radius
                Flickable {
                    id: flick
                    anchors.fill: parent
                    anchors.margins: 1
                    clip: true
                    contentWidth: width
                    contentHeight: payload.implicitHeight
                    boundsBehavior: Flickable.StopAtBounds
                    T.ScrollBar.vertical: ScrollBar {}
                    TextArea {
                        id: payload
                        width: flick.width
                        wrapMode: TextEdit.WrapAnywhere
                        name: qsTr("Text of the frame")
                        framed: false
                        readOnly: true
                        text: model.text
                    }
                }
            }
            Label {
                Layout.fillWidth: true
                visible: model.truncated
                text: qsTr("Cut off after 16 KiB.")
                color: Theme.caution
                font.pixelSize: Theme.smallSize
            }
        }
    }
}
