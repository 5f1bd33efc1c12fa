// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// Looks and times. Everything takes effect at once, but the scale.
Dialog {
    id: root

    required property AppState app
    required property ConnectionList connections
    readonly property SettingsStore settings: app.settings
    readonly property var themes: ["dark", "light", "contrast"]
    readonly property var scales: [75, 90, 100, 110, 125, 150, 175, 200, 250, 300]
    readonly property bool restartNeeded: settings.scale !== settings.scaleInForce

    width: 560
    title: qsTr("Settings")
    note: settings.error
    noteInk: Theme.danger
    actions: Button {
        text: qsTr("Close")
        onTriggered: root.close()
    }
    Column {
        width: parent ? parent.width : 0
        padding: 16
        spacing: 10
        FormRow {
            width: parent.width - 32
            caption: qsTr("Theme")
            ComboBox {
                name: qsTr("Theme")
                focus: true
                model: [qsTr("Dark"), qsTr("Light"), qsTr("High contrast")]
                currentIndex: root.themes.indexOf(root.settings.theme)
                onActivated: index => root.settings.theme = root.themes[index]
            }
        }
        FormRow {
            width: parent.width - 32
            caption: qsTr("Times")
            ComboBox {
                name: qsTr("Times")
                model: [qsTr("Local time"), qsTr("UTC")]
                currentIndex: root.settings.utc ? 1 : 0
                onActivated: index => root.settings.utc = index === 1
            }
        }
        FormRow {
            width: parent.width - 32
            caption: qsTr("Scale")
            help: root.restartNeeded ? qsTr("Takes effect after a restart. Page, connection and drafts are kept.") : qsTr("On top of the screen's own scale.")
            ComboBox {
                name: qsTr("Scale")
                model: root.scales.map(scale => qsTr("%1 %").arg(scale))
                currentIndex: root.scales.indexOf(root.settings.scale)
                onActivated: index => root.settings.scale = root.scales[index]
            }
            Button {
                visible: root.restartNeeded
                text: qsTr("Restart now")
                onTriggered: root.app.restart()
            }
        }
        FormRow {
            width: parent.width - 32
            caption: qsTr("Motion")
            CheckBox {
                text: qsTr("Reduced: nothing moves by itself")
                checked: root.settings.reducedMotion
                onToggled: root.settings.reducedMotion = checked
            }
        }
        FormRow {
            width: parent.width - 32
            caption: qsTr("Kept in")
            Label {
                Layout.fillWidth: true
                mono: true
                elide: Text.ElideMiddle
                text: root.settings.folder.length > 0 ? root.settings.folder : qsTr("memory only")
            }
        }
    }
}
