// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// A key or password that is shown this once: the field can be selected and copied, nothing keeps it.
ColumnLayout {
    id: root

    required property AppState app
    required property string caption
    required property string secret
    readonly property Item copyButton: copy

    spacing: 8
    Label {
        Layout.fillWidth: true
        text: root.caption
        strong: true
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: 8
        TextField {
            id: field
            Layout.fillWidth: true
            readOnly: true
            mono: true
            name: root.caption
            text: root.secret
        }
        Button {
            id: copy
            text: qsTr("Copy")
            glyph: Glyph.Copy
            onTriggered: root.app.copy(root.secret, root.caption)
        }
    }
    Label {
        Layout.fillWidth: true
        text: qsTr("It is shown this once. Neither this window nor the gateway can show it again.")
        color: Theme.caution
        wrapMode: Text.Wrap
    }
}
