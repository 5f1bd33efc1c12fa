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
    readonly property LeaseStore leases: session.leases
    property alias connectionPill: connectionPill
    property alias workspacePill: workspacePill
    property alias bell: bell

    // When there is no room, first the search becomes an icon, then captions go, then texts elide; no pill ever leaves.
    readonly property real room: width - 24
    readonly property real full: title.implicitWidth + connectionPill.fullWidth + tag.implicitWidth + (safety.visible ? safety.fullWidth + 10 : 0) + workspacePill.fullWidth + bell.fullWidth + statePill.fullWidth + writingPill.fullWidth + 100
    readonly property bool searchFits: room >= full + 160
    readonly property bool captionsFit: room >= full + 40

    signal connectionsWanted
    signal workspacesWanted
    signal paletteWanted
    signal alertsWanted
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
        id: row
        anchors.fill: parent
        anchors.leftMargin: 12
        anchors.rightMargin: 12
        anchors.bottomMargin: 1
        spacing: root.captionsFit ? 10 : 6
        Label {
            id: title
            visible: root.captionsFit
            text: qsTr("Signalbox")
            strong: true
            color: Theme.strong
        }
        Pill {
            id: connectionPill
            Layout.fillWidth: true
            Layout.minimumWidth: 72
            Layout.maximumWidth: implicitWidth
            caption: qsTr("Connection")
            terse: !root.captionsFit
            value: root.session.connectionName.length > 0 ? root.session.connectionName : qsTr("none")
            chevron: true
            tip: root.session.url
            onTriggered: root.connectionsWanted()
        }
        EnvironmentTag {
            id: tag
            environment: root.session.environment
        }
        SafetyTag {
            id: safety
            insecure: root.session.insecure
            anonymous: root.session.anonymous
            terse: !root.captionsFit
        }
        Pill {
            id: workspacePill
            Layout.fillWidth: true
            Layout.minimumWidth: 72
            Layout.maximumWidth: implicitWidth
            caption: qsTr("Workspace")
            terse: !root.captionsFit
            value: root.session.workspace.length > 0 ? root.session.workspace : qsTr("All workspaces")
            chevron: true
            onTriggered: root.workspacesWanted()
        }
        Item {
            Layout.fillWidth: true
            Layout.preferredWidth: 0
        }
        PaletteField {
            iconOnly: !root.searchFits
            Layout.fillWidth: root.searchFits
            // what it may take without pressing any pill: a layout shortens all that may be short alike
            Layout.preferredWidth: root.searchFits ? Math.max(120, Math.min(implicitWidth, root.room - root.full)) : implicitWidth
            Layout.maximumWidth: implicitWidth
            Layout.minimumWidth: root.searchFits ? 120 : implicitWidth
            onTriggered: root.paletteWanted()
        }
        Item {
            Layout.fillWidth: true
            Layout.preferredWidth: 0
        }
        AlertBell {
            id: bell
            alerts: root.app.alerts
            onTriggered: root.alertsWanted()
        }
        Pill {
            id: statePill
            Layout.fillWidth: true
            Layout.minimumWidth: 60
            Layout.maximumWidth: implicitWidth
            name: qsTr("Connection state: %1").arg(root.status.state)
            value: root.status.state
            aspect: root.status.aspect
            tip: root.status.stateDetail
            onTriggered: root.stateWanted()
        }
        Pill {
            id: writingPill
            name: (root.leases.held && !closed ? qsTr("Writing, a lease runs") : value) + (root.session.protectedConnection ? ", " + qsTr("protected") : "")
            readonly property bool closed: root.session.readOnly || !root.status.mayChange
            value: root.session.readOnly ? qsTr("Read-only") : !root.status.mayChange ? qsTr("Read-only role") : root.leases.held ? qsTr("Writing %1").arg(root.leases.remaining) : qsTr("Writing")
            ink: closed ? Theme.text : root.leases.held && root.leases.remainingS <= 60 ? Theme.danger : root.leases.held || root.session.environment === "production" ? Theme.caution : Theme.muted
            glyph: closed ? Glyph.Lock : Glyph.Pencil
            glyphInk: ink
            tip: root.status.past ? qsTr("A past instant is shown: every change is refused until you are back to now.") : root.session.readOnly ? (root.leases.ended.length > 0 ? root.leases.ended + " " : "") + (root.leases.needed ? qsTr("Changes need a lease.") : qsTr("Changes are refused below the window.")) : !root.status.mayChange ? qsTr("Your role (%1) allows no change of flows, configuration, queues or access. In a tenant its own roles count.").arg(root.session.role) : root.leases.held ? qsTr("%1: %2").arg(root.leases.scopeText).arg(root.leases.reason) : qsTr("Changes are allowed.")
            onTriggered: root.writingWanted()
        }
    }
}
