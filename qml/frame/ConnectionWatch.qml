// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Models

// Tells when another connection took the place of the one that was shown: what a page has open is of the old one.
// The same one again (a reconnect, or read-only switched) is no other.
Item {
    id: root

    required property Session session
    readonly property string name: session.connectionName
    property string shown: ""

    signal replaced

    visible: false
    onNameChanged: {
        if (root.name.length === 0 || root.name === root.shown)
            return;
        const another = root.shown.length > 0;
        root.shown = root.name;
        if (another)
            root.replaced();
    }
    Component.onCompleted: if (root.shown.length === 0)
        root.shown = root.name
}
