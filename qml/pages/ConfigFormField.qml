// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// One line of a form: the control that its kind wants.
FormRow {
    id: root

    required property ConfigForm form
    required property int index
    required property int widget
    required property string label
    required property string value
    required property string problem
    required help
    required property var choices
    required property bool needed
    required property int level
    property bool frozen: false
    readonly property bool chosen: widget === ConfigForm.Words && choices.length > 0 // several of those that there are
    readonly property var words: chosen ? value.split("\n").filter(word => word.length > 0) : []
    readonly property bool many: widget === ConfigForm.Text || (widget === ConfigForm.Words && !chosen) || widget === ConfigForm.Json
    readonly property bool picks: widget === ConfigForm.Choice || (widget === ConfigForm.Line && choices.length > 0)

    caption: widget === ConfigForm.Add ? "" : label + (needed ? "\u00a0*" : "")
    fault: problem.length > 0 ? qsTr("%1 %2").arg(label).arg(problem) : ""
    captionWidth: 150
    Layout.leftMargin: level * 16
    Layout.topMargin: widget === ConfigForm.Group ? 6 : 0

    ComboBox {
        visible: root.picks
        enabled: !root.frozen
        Layout.preferredWidth: 280
        name: root.label
        fault: root.problem
        model: root.choices
        currentIndex: root.choices.indexOf(root.value)
        displayText: root.value.length > 0 ? root.value : qsTr("not set")
        onActivated: index => root.form.setValue(root.index, root.choices[index])
        onActiveFocusChanged: if (!activeFocus && !popup.visible)
            root.form.leave(root.index)
    }
    Flow {
        visible: root.chosen
        Layout.fillWidth: true
        spacing: 14
        Repeater {
            // What the value has and the registry does not stays, and is told apart.
            model: root.chosen ? root.choices.concat(root.words.filter(word => root.choices.indexOf(word) < 0)) : []
            CheckBox {
                required property string modelData
                readonly property bool known: root.choices.indexOf(modelData) >= 0
                enabled: !root.frozen
                text: known ? modelData : qsTr("%1 (not known here)").arg(modelData)
                checked: root.words.indexOf(modelData) >= 0
                onToggled: root.form.setValue(root.index, (checked ? root.words.concat([modelData]) : root.words.filter(word => word !== modelData)).join("\n"))
            }
        }
    }
    Switch {
        visible: root.widget === ConfigForm.Flag
        enabled: !root.frozen
        text: checked ? qsTr("yes") : qsTr("no")
        Accessible.name: root.label
        checked: root.value === "true"
        onToggled: root.form.setValue(root.index, checked ? "true" : "false")
    }
    TextField {
        visible: !root.picks && (root.widget === ConfigForm.Line || root.widget === ConfigForm.Number || root.widget === ConfigForm.Secret)
        readOnly: root.frozen
        Layout.fillWidth: root.widget !== ConfigForm.Number
        Layout.preferredWidth: root.widget === ConfigForm.Number ? 160 : 280
        name: root.label
        fault: root.problem
        mono: root.widget === ConfigForm.Number
        echoMode: root.widget === ConfigForm.Secret ? TextInput.Password : TextInput.Normal
        text: root.value
        onTextEdited: root.form.setValue(root.index, text)
        onEditingFinished: root.form.leave(root.index)
    }
    Flickable {
        id: flick
        visible: root.many
        Layout.fillWidth: true
        Layout.preferredHeight: Math.min(260, Math.max(root.widget === ConfigForm.Text ? 62 : 34, area.implicitHeight))
        clip: true
        contentWidth: width
        contentHeight: area.height
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollBar {}
        TextArea {
            id: area
            width: flick.width
            height: Math.max(implicitHeight, flick.height)
            padding: 8
            mono: root.widget !== ConfigForm.Text || root.label === qsTr("Template")
            readOnly: root.frozen
            wrapMode: TextEdit.Wrap
            name: root.label
            text: root.many ? root.value : ""
            onTextChanged: if (root.many && text !== root.value)
                root.form.setValue(root.index, text)
            onEditingFinished: root.form.leave(root.index)
            onCursorRectangleChanged: {
                if (cursorRectangle.y < flick.contentY)
                    flick.contentY = cursorRectangle.y;
                else if (cursorRectangle.y + cursorRectangle.height > flick.contentY + flick.height)
                    flick.contentY = Math.max(0, cursorRectangle.y + cursorRectangle.height - flick.height);
            }
            KeyNavigation.priority: KeyNavigation.BeforeItem
            Keys.onTabPressed: area.nextItemInFocusChain().forceActiveFocus()
            Keys.onBacktabPressed: area.nextItemInFocusChain(false).forceActiveFocus()
        }
    }
    Rectangle {
        visible: root.widget === ConfigForm.Group
        Layout.fillWidth: true
        Layout.preferredHeight: 1
        color: Theme.lineSoft
    }
    ToolButton {
        visible: root.widget === ConfigForm.Group && !root.frozen
        glyph: Glyph.Trash
        text: qsTr("Remove %1").arg(root.label)
        onTriggered: root.form.removeItem(root.index)
    }
    Button {
        visible: root.widget === ConfigForm.Add && !root.frozen
        text: root.label
        glyph: Glyph.Plus
        onTriggered: root.form.addItem(root.index)
    }
    Item {
        visible: root.picks || root.widget === ConfigForm.Flag || root.widget === ConfigForm.Number || root.widget === ConfigForm.Add
        Layout.fillWidth: true
    }
}
