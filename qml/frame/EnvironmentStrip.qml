// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Controls

// The colour of the environment over the whole width. Staging is notched, production is thick: shape, not colour alone.
Rectangle {
    id: root

    required property string environment

    implicitHeight: environment === "production" ? 6 : 4
    color: Theme.environment(environment)
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("Environment: %1").arg(environment)
    Row {
        visible: root.environment === "development"
        Repeater {
            model: root.environment === "development" ? Math.ceil(root.width / 12) : 0
            Item {
                width: 12
                height: root.height
                Rectangle {
                    x: 8
                    width: 4
                    height: parent.height
                    color: Theme.panel
                }
            }
        }
    }
}
