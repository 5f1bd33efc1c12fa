// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T
import Signalbox.Items

// Beside a field that names a file: opens a dialog to choose it; a file can also be dropped on the field.
ToolButton {
    id: root

    required property TextField field
    property bool saving: false
    property string title: qsTr("Choose a file")
    readonly property var picker: host.item
    readonly property Item overlay: T.Overlay.overlay

    signal chosen(string path) // the field holds it already

    function pathOf(file: url): string {
        const text = decodeURIComponent(String(file));
        return text.startsWith("file://") ? text.substring(Qt.platform.os === "windows" ? 8 : 7) : "";
    }
    function take(file: url): void {
        const path = root.pathOf(file);
        if (path.length === 0)
            return;
        root.field.text = path;
        root.chosen(path);
        root.field.forceActiveFocus();
    }
    function folderOf(path: string): url {
        const slash = path.lastIndexOf("/");
        return slash > 0 ? "file://" + encodeURI(path.substring(0, slash)) : "";
    }
    function pick(): void {
        if (!root.picker)
            host.setSource(Qt.resolvedUrl("FilePicker.qml"), {
                title: root.title,
                saving: root.saving
            });
        if (!root.picker)
            return;
        const folder = root.folderOf(root.field.text);
        if (String(folder).length > 0)
            root.picker.currentFolder = folder;
        root.picker.open();
    }

    // Qt's own dialog draws the path on white, whatever the palette says.
    function dress(item: Item): void {
        const bar = item as T.Control;
        if (bar?.background && bar["upButton"] !== undefined)
            bar.background["color"] = Theme.ground;
        for (let i = 0; i < item.children.length; ++i)
            root.dress(item.children[i]);
    }

    glyph: Glyph.More
    text: qsTr("%1: choose a file…").arg(root.field.name)
    onTriggered: pick()

    Loader {
        id: host
    }
    Connections {
        target: root.picker
        function onChosen(file: url): void {
            root.take(file);
        }
        function onVisibleChanged(): void {
            if (root.picker.visible && root.overlay)
                root.dress(root.overlay);
        }
    }
    DropArea {
        id: area
        parent: root.field
        anchors.fill: parent
        keys: ["text/uri-list"]
        onDropped: drop => {
            if (drop.urls.length === 1)
                root.take(drop.urls[0]);
        }
        Rectangle {
            anchors.fill: parent
            visible: area.containsDrag
            color: "transparent"
            border.color: Theme.accent
            border.width: 2
            radius: Theme.radius
        }
    }
}
