// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Controls
import Signalbox.Items

// The environment as shape, colour and word.
Row {
    id: root

    required property string environment

    spacing: 5
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("Environment: %1").arg(environment)
    Glyph {
        anchors.verticalCenter: parent.verticalCenter
        width: 11
        height: 11
        shape: root.environment === "production" ? Glyph.Production : root.environment === "staging" ? Glyph.Staging : Glyph.Development
        color: Theme.environment(root.environment)
    }
    Label {
        anchors.verticalCenter: parent.verticalCenter
        text: root.environment === "production" ? qsTr("production") : root.environment === "staging" ? qsTr("staging") : qsTr("development")
        strong: root.environment === "production"
        color: root.environment === "production" ? Theme.danger : Theme.muted
        font.pixelSize: Theme.smallSize
        Accessible.ignored: true
    }
}
