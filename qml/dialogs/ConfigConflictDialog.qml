// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Controls
import Signalbox.Pages

// Two people changed one value: from where you began, what is there now, and yours. Nothing is written here.
Dialog {
    id: root

    required property AppState app
    required property ConfigPageModel page
    readonly property ConfigConflict conflict: model

    function begin(id: string): void {
        model.begin(id);
        root.open();
    }

    width: Math.min(1180, parent ? parent.width - 48 : 1180)
    height: Math.min(720, parent ? parent.height - 48 : 720)
    title: qsTr("Conflict in %1").arg(model.title)
    subtitle: model.subtitle
    note: qsTr("Nothing is written yet: what you take becomes your draft on top of their value.")
    actions: [
        Button {
            text: qsTr("Cancel")
            onTriggered: root.close()
        },
        Button {
            text: qsTr("Take theirs")
            tip: qsTr("Forgets your draft")
            why: model.open ? "" : qsTr("It is no conflict any more.")
            onTriggered: model.takeTheirs()
        },
        Button {
            text: qsTr("Take mine")
            tip: qsTr("Keeps your draft as it is; applying it replaces what they wrote")
            why: model.open ? "" : qsTr("It is no conflict any more.")
            onTriggered: model.takeMine()
        },
        Button {
            text: qsTr("Take the merge")
            kind: Button.Primary
            why: !model.open ? qsTr("It is no conflict any more.") : model.mergeable ? "" : qsTr("One side deletes it: take mine or theirs.")
            onTriggered: model.takeMerged()
        }
    ]

    ConfigConflict {
        id: model
        session: root.app.session
        onDecided: root.close()
    }
    ConflictView {
        width: parent ? parent.width : 0
        height: parent ? parent.height : 0
        implicitHeight: 620
        conflict: model
    }
}
