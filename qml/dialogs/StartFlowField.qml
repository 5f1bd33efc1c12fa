// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// One parameter of a start form: the control that its type wants, help and fault below it.
FormRow {
    id: root

    required property StartForm form
    required property string name
    required property string title
    required property int widget
    required property string value
    required property string problem
    required help
    required property string placeholder
    required property var choiceIds
    required property var choiceTexts
    required property bool advanced
    required property bool edited
    required property bool needed
    required property bool secret
    property bool frozen: false

    caption: title + (needed ? "\u00a0*" : "")
    fault: problem
    captionWidth: 170

    ComboBox {
        visible: root.widget === StartForm.Choice
        enabled: !root.frozen
        Layout.fillWidth: true
        name: root.title
        fault: root.problem
        model: root.choiceTexts
        currentIndex: root.choiceIds.indexOf(root.value)
        displayText: currentIndex >= 0 ? root.choiceTexts[currentIndex] : root.value
        onActivated: index => root.form.setValue(root.name, root.choiceIds[index])
    }
    Switch {
        visible: root.widget === StartForm.Toggle
        enabled: !root.frozen
        text: checked ? qsTr("on") : qsTr("off")
        Accessible.name: root.title
        checked: root.value === "true"
        onToggled: root.form.setValue(root.name, checked ? "true" : "false")
    }
    TextField {
        visible: root.widget === StartForm.Number || root.widget === StartForm.Line
        readOnly: root.frozen
        Layout.fillWidth: root.widget === StartForm.Line
        Layout.preferredWidth: root.widget === StartForm.Number ? 140 : 240
        name: root.title
        fault: root.problem
        mono: root.widget === StartForm.Number
        echoMode: root.secret ? TextInput.Password : TextInput.Normal
        placeholderText: root.placeholder
        inputMethodHints: root.widget === StartForm.Number ? Qt.ImhFormattedNumbersOnly : Qt.ImhNone
        text: root.value
        onTextEdited: root.form.setValue(root.name, text)
    }
    ToolButton {
        visible: root.edited && !root.frozen
        glyph: Glyph.Refresh
        text: qsTr("Back to the default of %1").arg(root.title)
        onTriggered: root.form.revert(root.name)
    }
}
