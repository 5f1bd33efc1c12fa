// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// The way to a back end step by step: what was found, how long it took, what to do.
ColumnLayout {
    id: root

    required property ConnectionForm form

    signal startWanted

    spacing: 0
    EmptyState {
        Layout.fillWidth: true
        Layout.fillHeight: true
        visible: !root.form.tested
        title: qsTr("Walk the way step by step")
        text: qsTr("Name, port, encryption, back end, sign-in, workspace and metrics, with what stands in the settings. Nothing is saved by it.")
        actionText: qsTr("Test now")
        onTriggered: root.startWanted()
    }
    Label {
        Layout.fillWidth: true
        Layout.margins: 16
        Layout.bottomMargin: 8
        visible: root.form.tested
        text: root.form.verdict
        strong: true
        color: root.form.testing ? Theme.text : root.form.passed ? Theme.good : Theme.danger
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
    ListView {
        id: list
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.leftMargin: 8
        Layout.rightMargin: 8
        visible: root.form.tested
        clip: true
        activeFocusOnTab: true
        model: root.form.steps
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollBar {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Steps of the test")
        delegate: ConnectionStep {
            width: list.width
        }
    }
    Label {
        Layout.fillWidth: true
        Layout.leftMargin: 16
        Layout.rightMargin: 16
        Layout.bottomMargin: 8
        visible: root.form.tested && text.length > 0
        text: root.form.certificate
        color: Theme.muted
        font.pixelSize: Theme.smallSize
        wrapMode: Text.Wrap
        maximumLineCount: 3
        Accessible.name: qsTr("Certificate: %1").arg(text)
    }
    RowLayout {
        Layout.fillWidth: true
        Layout.leftMargin: 16
        Layout.rightMargin: 16
        Layout.bottomMargin: 12
        visible: root.form.mayAccept
        spacing: 10
        Label {
            Layout.fillWidth: true
            wrapMode: Text.Wrap
            maximumLineCount: 3
            color: Theme.danger
            text: qsTr("Taking it means that whoever shows it is believed. Compare the SHA-256 with its owner's first.")
        }
        Button {
            kind: Button.Danger
            text: qsTr("Take this certificate")
            onTriggered: {
                root.form.accept();
                root.startWanted();
            }
        }
    }
}
