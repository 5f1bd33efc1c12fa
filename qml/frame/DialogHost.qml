// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// One dialog or popup at a time, loaded when wanted, let go when closed.
Item {
    id: root

    required property AppState app
    required property ConnectionList connections
    readonly property bool open: (loader.item as T.Popup)?.visible ?? false

    function show(file: string): void {
        shut();
        loader.setSource(Qt.resolvedUrl("../dialogs/" + file + ".qml"), {
            app: root.app,
            connections: root.connections
        });
        (loader.item as T.Popup)?.open();
    }
    function drop(file: string, below: Item): void {
        shut();
        loader.setSource(Qt.resolvedUrl("../dialogs/" + file + ".qml"), {
            app: root.app,
            connections: root.connections,
            parent: below,
            y: below.height + 4
        });
        (loader.item as T.Popup)?.open();
    }
    function shut(): void {
        const popup = loader.item as T.Popup;
        if (popup?.visible)
            popup.close();
    }

    Loader {
        id: loader
    }
    Timer {
        // not within its own signal
        id: later
        interval: 0
        onTriggered: root.letGo()
    }
    Connections {
        target: loader.item as T.Popup
        function onClosed(): void {
            later.restart();
        }
    }
    function letGo(): void {
        const popup = loader.item as T.Popup;
        if (popup && !popup.visible)
            loader.source = "";
    }
}
