// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// The conversation as a test, and tests of a folder run here.
Item {
    id: root

    required property AppState app
    required property ChatTestPageModel page
    readonly property ChatTestRuns runs: page.runs

    ColumnLayout {
        anchors.fill: parent
        anchors.leftMargin: 14
        anchors.rightMargin: 14
        anchors.bottomMargin: 10
        spacing: 8
        RowLayout {
            spacing: 8
            TextField {
                id: folder
                Layout.fillWidth: true
                name: qsTr("Folder or file with chat tests")
                placeholderText: qsTr("Folder or file with *.chat.json")
                text: root.app.settings.value("chat-test/folder", "")
                onEditingFinished: root.app.settings.setValue("chat-test/folder", text)
                onAccepted: root.runs.run(text)
            }
            Button {
                text: root.runs.running ? qsTr("Stop") : qsTr("Run")
                why: root.runs.running ? "" : folder.text.length === 0 ? qsTr("Name a folder or a file.") : root.page.runDenied
                onTriggered: root.runs.running ? root.runs.stop() : root.runs.run(folder.text)
            }
            Button {
                text: qsTr("Save JUnit")
                why: root.runs.results.length === 0 ? qsTr("Nothing was run yet.") : ""
                onTriggered: {
                    const path = root.app.exportPath("chat-tests.xml");
                    const fault = root.app.save(path, root.runs.junit(), false);
                    root.app.say(fault.length > 0 ? fault : qsTr("Saved as %1").arg(path));
                }
            }
        }
        Label {
            Layout.fillWidth: true
            visible: text.length > 0
            text: root.runs.error.length > 0 ? root.runs.error : root.runs.running ? root.runs.progress : root.runs.summary
            color: root.runs.error.length > 0 ? Theme.danger : Theme.muted
        }
        ListView {
            id: list
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.minimumHeight: 60
            clip: true
            activeFocusOnTab: true
            model: root.runs.results
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Results")
            delegate: Item {
                id: result
                required property var modelData
                width: list.width
                height: faults.y + faults.height + 8
                Accessible.role: Accessible.ListItem
                Accessible.name: result.modelData.name + ", " + (result.modelData.passed ? qsTr("passed") : qsTr("failed"))
                Aspect {
                    y: 7
                    width: 12
                    height: 12
                    aspect: result.modelData.passed ? 0 : 2
                }
                Label {
                    x: 20
                    y: 4
                    width: parent.width - 20 - 150
                    text: result.modelData.name
                    strong: !result.modelData.passed
                }
                Label {
                    anchors.right: parent.right
                    y: 4
                    width: 140
                    horizontalAlignment: Text.AlignRight
                    text: result.modelData.time
                    color: Theme.muted
                }
                Column {
                    id: faults
                    x: 20
                    y: 24
                    width: parent.width - 20
                    Repeater {
                        model: result.modelData.faults
                        Label {
                            required property string modelData
                            width: faults.width
                            text: modelData
                            color: Theme.danger
                            wrapMode: Text.Wrap
                            elide: Text.ElideNone
                            font.pixelSize: Theme.smallSize
                        }
                    }
                }
            }
            EmptyState {
                anchors.fill: parent
                visible: list.count === 0
                title: qsTr("No test was run")
                text: qsTr("The same tests run without a window: signalbox test-chats DIR --url …")
            }
        }
        ChatTestEditor {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(170, root.height * 0.55)
            app: root.app
            page: root.page
        }
    }
}
