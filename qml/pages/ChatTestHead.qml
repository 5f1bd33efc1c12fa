// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// What a test is called and whom it is for.
Item {
    id: root

    required property ChatTestForm form

    implicitHeight: grid.implicitHeight + 8
    GridLayout {
        id: grid
        width: parent.width
        columns: root.width < 440 ? 2 : 4
        columnSpacing: 8
        rowSpacing: 6
        TextField {
            Layout.fillWidth: true
            name: qsTr("Name of the test")
            placeholderText: qsTr("Name")
            text: root.form.name
            onTextEdited: root.form.name = text
        }
        TextField {
            Layout.fillWidth: true
            name: qsTr("Tenant of the test")
            placeholderText: qsTr("Tenant: slug or id")
            fault: text.length === 0 ? qsTr("Name the tenant.") : ""
            text: root.form.tenant
            onTextEdited: root.form.tenant = text
        }
        TextField {
            Layout.fillWidth: true
            name: qsTr("Agent of the test")
            placeholderText: qsTr("Agent: name or id")
            fault: text.length === 0 ? qsTr("Name the agent.") : ""
            text: root.form.agent
            onTextEdited: root.form.agent = text
        }
        ComboBox {
            Layout.fillWidth: true
            name: qsTr("Role that the chat claims")
            model: root.form.roles
            currentIndex: root.form.role
            onActivated: index => root.form.role = index
        }
    }
}
