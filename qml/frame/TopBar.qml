// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Models
import Signalbox.Pages

// Name, where we are connected, which workspace, the palette, how live it is, and whether we may write.
Rectangle {
    id: root

    required property AppState app
    required property StatusLine status
    readonly property Session session: app.session
    property alias connectionPill: connectionPill
    property alias workspacePill: workspacePill

    signal connectionsWanted
    signal workspacesWanted
    signal paletteWanted
    signal stateWanted
    signal writingWanted

    implicitHeight: Theme.topHeight
    color: Theme.panel
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.line
    }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 12
        anchors.rightMargin: 12
        anchors.bottomMargin: 1
        spacing: 10
        Label {
            text: qsTr("Signalbox")
            strong: true
            color: Theme.strong
        }
        Pill {
            id: connectionPill
            caption: qsTr("Connection")
            value: root.session.connectionName.length > 0 ? root.session.connectionName : qsTr("none")
            chevron: true
            tip: root.session.url
            onTriggered: root.connectionsWanted()
        }
        EnvironmentTag {
            environment: root.session.environment
        }
        Pill {
            id: workspacePill
            caption: qsTr("Workspace")
            value: root.session.workspace.length > 0 ? root.session.workspace : qsTr("All workspaces")
            chevron: true
            onTriggered: root.workspacesWanted()
        }
        Item {
            Layout.fillWidth: true
        }
        PaletteField {
            Layout.fillWidth: true
            Layout.maximumWidth: 420
            Layout.minimumWidth: 120
            Layout.preferredWidth: 420
            onTriggered: root.paletteWanted()
        }
        Item {
            Layout.fillWidth: true
        }
        Pill {
            name: qsTr("Connection state: %1").arg(root.status.state)
            value: root.status.state
            aspect: root.status.aspect
            tip: root.status.stateDetail
            onTriggered: root.stateWanted()
        }
        Pill {
            name: value + (root.session.protectedConnection ? ", " + qsTr("protected") : "")
            value: root.session.readOnly ? qsTr("Read-only") : qsTr("Writing")
            ink: root.session.readOnly ? Theme.text : root.session.environment === "production" ? Theme.caution : Theme.muted
            glyph: root.session.readOnly ? Glyph.Lock : Glyph.Pencil
            glyphInk: ink
            tip: root.session.readOnly ? qsTr("Changes are refused below the window.") : qsTr("Changes are allowed.")
            onTriggered: root.writingWanted()
        }
    }
}
