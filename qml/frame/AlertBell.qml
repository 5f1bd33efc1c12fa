// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Models

// How many alerts call for a person; the colour is that of the worst.
Pill {
    id: root

    required property AlertStore alerts
    readonly property int quiet: alerts.total - alerts.count

    rightPadding: value.length > 0 ? 11 : 4
    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    name: alerts.count > 0 ? qsTr("Alerts: %1 raised").arg(alerts.count) : alerts.known ? qsTr("No alert is raised") : qsTr("Alerts: not known")
    value: alerts.count > 0 ? alerts.count : ""
    glyph: Glyph.Bell
    ink: alerts.aspect === Cell.Stop ? Theme.danger : Theme.caution
    glyphInk: alerts.count > 0 ? ink : Theme.muted
    tip: quiet > 0 ? qsTr("%1 are taken or muted.").arg(quiet) : !alerts.known ? qsTr("Not known now: nothing comes from the back end.") : alerts.count === 0 ? qsTr("Nothing calls for you.") : ""
}
