// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// One limit: on or off, how much, for how long.
Item {
    id: root

    required property int index
    required property string kind
    required property string scope
    required property bool on
    required property string limit
    required property string unit
    required property string seconds
    required property AlertRules rules
    readonly property string what: kind + ", " + scope

    implicitHeight: 40
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 14
        anchors.rightMargin: 14
        spacing: 8
        Switch {
            Layout.preferredWidth: 30
            Accessible.name: qsTr("Alert: %1").arg(root.what)
            checked: root.on
            onToggled: root.rules.setOn(root.index, checked)
        }
        Label {
            Layout.fillWidth: true
            Layout.leftMargin: 6
            text: root.kind
            color: root.on ? Theme.text : Theme.faint
        }
        Label {
            Layout.preferredWidth: 190
            text: root.scope
            color: root.scope === qsTr("everywhere") ? Theme.faint : Theme.text
            elide: Text.ElideMiddle
        }
        TextField {
            Layout.preferredWidth: 84
            visible: root.unit.length > 0
            enabled: root.on
            name: qsTr("Limit: %1").arg(root.what)
            horizontalAlignment: TextInput.AlignRight
            text: root.limit
            validator: DoubleValidator {
                bottom: 0
            }
            onEditingFinished: root.rules.setLimit(root.index, text)
        }
        Label {
            Layout.preferredWidth: root.unit.length > 0 ? 70 : 162
            text: root.unit
            color: Theme.muted
        }
        Label {
            text: qsTr("for")
            color: Theme.muted
        }
        TextField {
            Layout.preferredWidth: 64
            enabled: root.on
            name: qsTr("Seconds: %1").arg(root.what)
            horizontalAlignment: TextInput.AlignRight
            text: root.seconds
            validator: DoubleValidator {
                bottom: 0
            }
            onEditingFinished: root.rules.setSeconds(root.index, text)
        }
        Label {
            text: qsTr("s")
            color: Theme.muted
        }
        Button {
            kind: Button.Quiet
            text: root.scope === qsTr("everywhere") ? qsTr("Set back") : qsTr("Remove")
            onTriggered: root.rules.remove(root.index)
        }
    }
    Rectangle {
        y: parent.height - 1
        width: parent.width
        height: 1
        color: Theme.lineSoft
    }
}
