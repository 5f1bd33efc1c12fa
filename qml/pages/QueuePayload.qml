// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// The message looked at, as JSON, text or hex.
Item {
    id: root

    required property AppState app
    required property QueueDetailView queue
    required property int row
    signal resendWanted

    property int revision: 0
    readonly property string content: revision >= 0 && row >= 0 && visible ? queue.payload(row, view.currentIndex) : ""

    Connections {
        target: root.queue
        function onPayloadChanged(): void {
            root.revision += 1;
        }
    }
    ColumnLayout {
        anchors.fill: parent
        spacing: 4
        RowLayout {
            Layout.fillWidth: true
            Layout.margins: 8
            Layout.leftMargin: 14
            spacing: 6
            TabBar {
                id: view
                name: qsTr("Show the payload as")
                TabButton {
                    text: qsTr("JSON")
                }
                TabButton {
                    text: qsTr("Text")
                }
                TabButton {
                    text: qsTr("Hex")
                }
            }
            Item {
                Layout.fillWidth: true
            }
            Button {
                visible: root.row >= 0 && root.queue.tail.count > root.row && root.queue.tail.data(root.queue.tail.index(root.row, 0), TailModel.TruncatedRole) === true
                text: qsTr("Fetch the whole")
                tip: qsTr("Only the first 64 KiB came with the tail")
                onTriggered: root.queue.fetchWhole(root.row)
            }
            Button {
                text: qsTr("Send again…")
                why: root.revision >= 0 && root.row >= 0 && root.visible ? root.queue.resendDenied(root.row) : ""
                onTriggered: root.resendWanted()
            }
            Button {
                text: qsTr("Copy")
                onTriggered: root.app.copy(root.content, qsTr("payload"))
            }
        }
        Label {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            text: root.row >= 0 && root.visible ? root.queue.messageFacts(root.row) : ""
            color: Theme.muted
            font.pixelSize: Theme.smallSize
            maximumLineCount: 4
        }
        Flickable {
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            contentWidth: width
            contentHeight: body.implicitHeight
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            TextArea {
                id: body
                width: parent.width
                readOnly: true
                framed: false
                wrapMode: TextEdit.WrapAnywhere
                name: qsTr("Payload")
                text: root.content
            }
        }
    }
}
