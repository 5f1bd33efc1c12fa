// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Controls
import Signalbox.Models
import Signalbox.Pages

// Whether changes are really wanted on a protected connection: its name has to be typed.
Dialog {
    id: root

    required property AppState app
    required property ConnectionList connections
    readonly property Session session: app.session
    readonly property string typeThis: session.connectionName

    width: Math.min(560, parent ? parent.width - 48 : 560)
    title: qsTr("Allow writing")
    subtitle: typeThis
    onAboutToShow: typed.forceActiveFocus()
    actions: [
        Button {
            text: qsTr("Stay read-only")
            onTriggered: root.close()
        },
        Button {
            id: allow
            text: qsTr("Allow writing")
            kind: Button.Danger
            why: typed.text === root.typeThis ? "" : qsTr("Type the name of the connection.")
            onTriggered: {
                root.close();
                root.app.commandRequested("allow-writing");
            }
        }
    ]
    Column {
        width: parent ? parent.width : 0
        padding: 16
        spacing: 12
        Label {
            width: parent.width - 32
            wrapMode: Text.Wrap
            lineHeight: 1.3
            text: qsTr("“%1” is protected (%2). Until it is read-only again, or another connection is opened, changes go to it. What destroys something asks for a name each time.").arg(root.typeThis).arg(root.session.environment)
        }
        FormRow {
            width: parent.width - 32
            caption: qsTr("Type %1").arg(root.typeThis)
            TextField {
                id: typed
                mono: true
                implicitWidth: 320
                name: qsTr("Type %1 to allow writing").arg(root.typeThis)
                Keys.onReturnPressed: allow.clicked()
                Keys.onEnterPressed: allow.clicked()
            }
        }
    }
}
