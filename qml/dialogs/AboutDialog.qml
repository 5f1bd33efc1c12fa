// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Controls
import Signalbox.Pages

// What this is, its version and licences.
Dialog {
    id: root

    required property AppState app
    required property ConnectionList connections

    readonly property string facts: qsTr("Signalbox %1\nConnected to: %2\nBack end: %3\nProfile: %4").arg(app.version).arg(app.session.url.length > 0 ? app.session.url : qsTr("nothing")).arg(app.session.backend.length > 0 ? app.session.backend : qsTr("not known")).arg(app.settings.folder)

    width: 560
    title: qsTr("About Signalbox")
    subtitle: app.version
    actions: [
        Button {
            text: qsTr("Copy")
            onTriggered: root.app.copy(root.facts, qsTr("version and connection"))
        },
        Button {
            text: qsTr("Close")
            focus: true
            onTriggered: root.close()
        }
    ]
    Column {
        width: parent ? parent.width : 0
        padding: 16
        spacing: 12
        Label {
            width: parent.width - 32
            wrapMode: Text.Wrap
            text: qsTr("A native console for the people who run a workspace-based message platform.")
        }
        Label {
            width: parent.width - 32
            mono: true
            wrapMode: Text.WrapAnywhere
            lineHeight: 1.4
            text: root.facts
        }
        Label {
            width: parent.width - 32
            color: Theme.muted
            wrapMode: Text.Wrap
            lineHeight: 1.3
            text: qsTr("Free software under the GNU General Public License, version 3. Made with Qt (GPL-3.0 and LGPL-3.0), nlohmann_json (MIT), and the fonts Inter and JetBrains Mono (SIL Open Font License 1.1). It comes without any warranty.")
        }
    }
}
