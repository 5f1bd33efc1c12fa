// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// A name for the filter in use.
Dialog {
    id: root

    required property AppState app
    required property SavedFilters saved
    required property string filter
    readonly property string why: root.saved.whyNotSave(name.text, root.filter)
    readonly property bool replaces: root.saved.filter(name.text.trim()).length > 0

    function begin(): void {
        name.clear();
        root.open();
        name.forceActiveFocus();
    }
    function keep(): void {
        if (root.why.length > 0)
            return;
        root.saved.save(name.text, root.filter);
        root.app.say(qsTr("Kept: %1").arg(name.text.trim()));
        root.close();
    }

    width: 520
    title: qsTr("Keep this filter")
    subtitle: root.filter
    note: name.text.length > 0 ? (root.why.length > 0 ? root.why : root.replaces ? qsTr("It takes the place of the one with this name.") : "") : ""
    actions: [
        Button {
            text: qsTr("Cancel")
            onTriggered: root.close()
        },
        Button {
            text: root.replaces ? qsTr("Replace") : qsTr("Keep")
            kind: Button.Primary
            why: root.why
            onTriggered: root.keep()
        }
    ]
    ColumnLayout {
        width: parent ? parent.width : 0
        TextField {
            id: name
            Layout.fillWidth: true
            Layout.margins: 16
            name: qsTr("Name of the filter")
            placeholderText: qsTr("for this connection, also found with Ctrl+K")
            Keys.onReturnPressed: root.keep()
        }
    }
}
