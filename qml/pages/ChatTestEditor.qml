// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// The test that is being written: as a form or as its JSON, both on the same text.
ColumnLayout {
    id: root

    required property AppState app
    required property ChatTestPageModel page
    readonly property ChatTestRuns runs: page.runs
    readonly property ChatTestForm form: runs.form
    readonly property bool written: form.count > 0 || runs.text.length > 0
    property bool json: false

    spacing: 6
    RowLayout {
        spacing: 8
        TabBar {
            name: qsTr("How to write the test")
            currentIndex: root.json ? 1 : 0
            TabButton {
                text: qsTr("Form")
                onClicked: root.json = false
            }
            TabButton {
                text: qsTr("JSON")
                onClicked: root.json = true
            }
        }
        Item {
            Layout.fillWidth: true
        }
        Button {
            text: qsTr("New")
            tip: qsTr("An empty test for the tenant and the agent chosen above.")
            onTriggered: root.page.newTest()
        }
        Button {
            text: qsTr("Make of this chat")
            why: root.page.transcript.count === 0 ? qsTr("Nothing was said yet.") : ""
            onTriggered: root.runs.text = root.page.asTest(qsTr("My test"))
        }
        Button {
            text: qsTr("Run it")
            why: !root.written ? qsTr("Nothing is written.") : root.runs.textFault.length > 0 ? root.runs.textFault : root.page.runDenied
            enabled: !root.runs.running
            onTriggered: root.runs.runText()
        }
        Button {
            text: qsTr("Save")
            why: !root.written ? qsTr("Nothing is written.") : root.runs.textFault
            onTriggered: {
                const path = root.app.exportPath("my-test.chat.json");
                const fault = root.app.save(path, root.runs.text, false);
                root.app.say(fault.length > 0 ? fault : qsTr("Saved as %1").arg(path));
            }
        }
    }
    Label {
        Layout.fillWidth: true
        visible: text.length > 0
        text: root.runs.textFault
        color: Theme.danger
        wrapMode: Text.Wrap
        maximumLineCount: 2
    }
    Item {
        Layout.fillWidth: true
        Layout.fillHeight: true
        ChatTestHead {
            id: about
            width: parent.width
            height: list.visible ? implicitHeight : 0
            visible: list.visible
            form: root.form
        }
        ListView {
            id: list
            anchors.fill: parent
            anchors.topMargin: about.height
            anchors.bottomMargin: 38
            visible: !root.json && root.runs.readable && root.form.count > 0
            clip: true
            activeFocusOnTab: true
            model: root.form
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Steps and what is expected")
            delegate: ChatTestFormRow {
                width: list.width - 12
                form: root.form
            }
        }
        Button {
            anchors.bottom: parent.bottom
            visible: list.visible
            text: qsTr("Add a step")
            glyph: Glyph.Plus
            onTriggered: {
                root.form.addStep();
                list.positionViewAtEnd();
            }
        }
        EmptyState {
            anchors.fill: parent
            visible: !root.json && !list.visible
            title: root.runs.readable ? qsTr("No test is being written") : qsTr("The JSON is no test")
            text: root.runs.readable ? qsTr("Begin a new one, or make one of the chat.") : qsTr("Mend it under JSON, then it is a form again.")
        }
        Flickable {
            anchors.fill: parent
            visible: root.json
            contentHeight: editor.implicitHeight
            contentWidth: width
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            TextArea {
                id: editor
                width: parent.width
                name: qsTr("The test as JSON")
                wrapMode: TextEdit.WrapAnywhere
                text: root.runs.text
                onTextChanged: if (text !== root.runs.text)
                    root.runs.text = text
                Connections {
                    target: root.runs
                    function onTextChanged(): void {
                        if (editor.text !== root.runs.text)
                            editor.text = root.runs.text;
                    }
                }
            }
        }
    }
}
