// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// A step of a test, or one thing that is expected of its answer.
Item {
    id: root

    required property ChatTestForm form
    required property int index
    required property bool step
    required property int number
    required property int kind
    required property string value
    required property string fault
    required property bool canUp
    required property bool canDown

    implicitHeight: body.implicitHeight + (step ? 10 : 4)
    Accessible.role: Accessible.ListItem
    Accessible.name: step ? qsTr("Step %1").arg(number) : qsTr("Step %1 expects").arg(number)
    ColumnLayout {
        id: body
        y: root.step ? 8 : 2
        x: root.step ? 0 : 22
        width: parent.width - x
        spacing: 2
        RowLayout {
            spacing: 6
            Label {
                visible: root.step
                Layout.preferredWidth: 46
                text: qsTr("Step %1").arg(root.number)
                strong: true
                color: Theme.strong
            }
            ComboBox {
                visible: !root.step
                Layout.preferredWidth: 150
                Layout.minimumWidth: 90
                name: qsTr("What is expected in step %1").arg(root.number)
                model: root.form.kinds
                currentIndex: root.kind
                onActivated: index => root.form.setKind(root.index, index)
            }
            ComboBox {
                id: whether
                visible: !root.step && root.kind === ChatTestForm.HandedOver
                Layout.fillWidth: true
                name: qsTr("Whether it is handed to a person")
                model: [qsTr("yes"), qsTr("no")]
                currentIndex: root.value === "yes" ? 0 : 1
                onActivated: index => root.form.setValue(root.index, index === 0 ? "yes" : "no")
            }
            TextField {
                visible: !whether.visible
                Layout.fillWidth: true
                mono: !root.step && root.kind === ChatTestForm.Matches
                name: root.step ? qsTr("What step %1 says").arg(root.number) : qsTr("Expected in step %1: %2").arg(root.number).arg(root.form.kinds[root.kind])
                placeholderText: root.step ? qsTr("What the user says") : ""
                fault: root.value.length > 0 ? root.fault : "" // one just added is not at fault yet
                text: root.value
                onTextEdited: root.form.setValue(root.index, text)
            }
            ToolButton {
                visible: root.step
                glyph: Glyph.Plus
                text: qsTr("Expect something of step %1").arg(root.number)
                onTriggered: root.form.addExpectation(root.index)
            }
            ToolButton {
                glyph: Glyph.ChevronUp
                text: qsTr("Up")
                why: root.canUp ? "" : qsTr("it is the first")
                onTriggered: root.form.move(root.index, -1)
            }
            ToolButton {
                glyph: Glyph.ChevronDown
                text: qsTr("Down")
                why: root.canDown ? "" : qsTr("it is the last")
                onTriggered: root.form.move(root.index, 1)
            }
            ToolButton {
                glyph: Glyph.Trash
                text: root.step ? qsTr("Remove step %1 and what it expects").arg(root.number) : qsTr("Remove")
                onTriggered: root.form.remove(root.index)
            }
        }
        Label {
            visible: root.fault.length > 0 && root.value.length > 0
            Layout.fillWidth: true
            Layout.leftMargin: 156
            text: root.fault
            color: Theme.danger
            font.pixelSize: Theme.smallSize
        }
    }
}
