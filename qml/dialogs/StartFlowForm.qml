// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// The parameters of a blueprint; the advanced ones behind a line that says how many they are.
ColumnLayout {
    id: root

    required property StartForm form
    property bool frozen: false
    property bool showAdvanced: false

    spacing: 10
    Label {
        visible: root.form.count === 0
        text: qsTr("This blueprint takes no parameters.")
        color: Theme.muted
    }
    Repeater {
        model: root.form
        StartFlowField {
            form: root.form
            frozen: root.frozen
            visible: !advanced || root.showAdvanced
            Layout.fillWidth: true
        }
    }
    LinkText {
        visible: root.form.advancedCount > 0
        ink: root.form.advancedProblems > 0 && !root.showAdvanced ? Theme.danger : Theme.accent
        text: root.showAdvanced ? qsTr("Hide the advanced parameters (%1)").arg(root.form.advancedCount) : root.form.advancedProblems > 0 ? qsTr("Show the advanced parameters: %1 of %2 need a look").arg(root.form.advancedProblems).arg(root.form.advancedCount) : qsTr("Show the advanced parameters (%1)").arg(root.form.advancedCount)
        onTriggered: root.showAdvanced = !root.showAdvanced
    }
}
