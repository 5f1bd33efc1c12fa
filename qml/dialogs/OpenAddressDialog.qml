// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// A link leads out of this window: where to, and whether to go.
Dialog {
    id: root

    required property AppState app
    required property ConnectionList connections

    function go(): void {
        root.app.openAddress();
        root.close();
    }

    width: 620
    title: qsTr("Open the logs in the browser?")
    subtitle: qsTr("The address comes from the template of this connection and from names of the back end.")
    actions: [
        Button {
            text: qsTr("Cancel")
            onTriggered: root.close()
        },
        Button {
            text: qsTr("Copy")
            onTriggered: {
                root.app.copy(root.app.address, qsTr("address"));
                root.close();
            }
        },
        Button {
            text: qsTr("Open")
            kind: Button.Primary
            focus: true
            onTriggered: root.go()
        }
    ]
    ColumnLayout {
        width: parent ? parent.width : 0
        Label {
            Layout.fillWidth: true
            Layout.margins: 16
            text: root.app.address
            mono: true
            wrapMode: Text.WrapAnywhere
            maximumLineCount: 12
            color: Theme.strong
            Accessible.name: qsTr("Address: %1").arg(root.app.address)
        }
    }
}
