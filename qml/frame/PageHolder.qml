// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Pages

// Loads its page when first shown and keeps it, with its state, from then on.
Loader {
    id: root

    required property AppState app
    required property string file
    required property int pageIndex
    readonly property bool current: app.pageIndex === pageIndex
    property bool wanted: false

    function follow(): void {
        if (!current || wanted)
            return;
        wanted = true;
        root.setSource(Qt.resolvedUrl("../pages/" + root.file + ".qml"), {
            app: root.app
        });
    }

    visible: current
    focus: current
    onLoaded: (item as Item).focus = true // of this scope
    onCurrentChanged: follow()
    Component.onCompleted: follow()
}
