// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Pages

// One dialog or popup at a time, loaded when wanted, let go when closed.
Item {
    id: root

    required property AppState app
    required property ConnectionList connections
    // Not typed on purpose: code compiled ahead by Qt 6.4 reads a wrong address when the type behind it changes.
    readonly property var popup: loader.item
    property bool open: false

    function show(file: string): void {
        shut();
        loader.setSource(Qt.resolvedUrl("../dialogs/" + file + ".qml"), {
            app: root.app,
            connections: root.connections
        });
        begin();
    }
    function drop(file: string, below: Item): void {
        shut();
        loader.setSource(Qt.resolvedUrl("../dialogs/" + file + ".qml"), {
            app: root.app,
            connections: root.connections,
            parent: below,
            y: below.height + 4
        });
        begin();
    }
    function begin(): void {
        later.stop();
        if (!root.popup)
            return;
        root.popup.open();
        root.open = true;
    }
    function shut(): void {
        if (root.popup && root.open)
            root.popup.close();
        root.open = false;
    }

    Loader {
        id: loader
    }
    Timer {
        // not within its own signal
        id: later
        interval: 0
        onTriggered: if (!root.open)
            loader.source = ""
    }
    Connections {
        target: loader.item
        ignoreUnknownSignals: true
        function onClosed(): void {
            root.open = false;
            later.restart();
        }
    }
}
