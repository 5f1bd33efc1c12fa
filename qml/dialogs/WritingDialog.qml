// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Models
import Signalbox.Pages

// A lease of writing: what may be changed, where, how long and why. While one is held: what is left of it, renew, end.
Dialog {
    id: root

    required property AppState app
    required property ConnectionList connections
    readonly property Session session: app.session
    readonly property LeaseStore leases: session.leases
    readonly property var chosen: form.scopes
    readonly property var places: form.places
    readonly property var minuteChoices: form.minuteChoices

    function restore(): void {
        reason.text = draft.text("reason");
        form.scopes = draft.has("scopes") ? draft.text("scopes").split(",") : ["flows", "config"];
        form.minutes = draft.has("minutes") ? Number(draft.text("minutes")) : 15;
        const where = draft.text("where");
        if (where === "all")
            form.workspace = "";
        else if (where.length > 0 && root.places.includes(where.substring(3)))
            form.workspace = where.substring(3); // "in " and its name
    }
    function ask(): void {
        if (form.whyNot.length === 0)
            form.take();
    }

    width: Math.min(620, parent ? parent.width - 48 : 620)
    title: leases.held ? qsTr("Writing is allowed") : qsTr("Allow writing")
    subtitle: session.connectionName
    note: leases.error.length > 0 ? leases.error : leases.held ? "" : form.whyNot
    noteInk: leases.error.length > 0 ? Theme.danger : Theme.muted
    onAboutToShow: {
        draft.begin();
        root.restore();
        if (root.leases.held)
            extend.forceActiveFocus();
        else
            reason.forceActiveFocus();
    }
    actions: [
        Button {
            text: root.leases.held ? qsTr("Close") : qsTr("Stay read-only")
            onTriggered: root.close()
        },
        Button {
            visible: root.leases.held
            text: qsTr("End now")
            onTriggered: root.leases.stop()
        },
        Button {
            id: extend
            visible: root.leases.held
            text: qsTr("Renew for %1 minutes").arg(form.minutes)
            kind: Button.Primary
            why: root.leases.busy ? qsTr("Asking…") : ""
            onTriggered: form.renew()
        },
        Button {
            id: allow
            visible: !root.leases.held
            text: qsTr("Allow for %1 minutes").arg(form.minutes)
            kind: Button.Danger
            why: form.whyNot
            onTriggered: root.ask()
        }
    ]
    LeaseForm {
        id: form
        session: root.session
        onTaken: {
            draft.drop();
            root.app.say(qsTr("Changes are allowed: %1.").arg(root.leases.scopeText));
            root.close();
        }
    }
    FormDraft {
        id: draft
        session: root.session
        form: "lease"
        onStartedOver: root.restore()
    }
    ColumnLayout {
        width: parent ? parent.width : 0
        spacing: 12
        Banner {
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: 0
            visible: text.length > 0 && !root.leases.held
            text: root.leases.ended
        }
        DraftNote {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Layout.topMargin: 12
            visible: text.length > 0 && !root.leases.held
            text: draft.restored
            onStartOver: draft.startOver()
        }
        Label {
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: 0
            wrapMode: Text.Wrap
            maximumLineCount: 6
            lineHeight: 1.3
            text: root.leases.held ? qsTr("%1 left for %2. Reason: %3").arg(root.leases.remaining).arg(root.leases.scopeText).arg(root.leases.reason) : root.leases.atServer ? qsTr("“%1” (%2) takes changes only from who holds a lease; the gateway counts its time. What destroys something asks for a name each time.").arg(root.session.connectionName).arg(root.session.environment) : qsTr("“%1” is protected (%2): this console sends changes only while a lease runs. What destroys something asks for a name each time.").arg(root.session.connectionName).arg(root.session.environment)
        }
        FormRow {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            visible: !root.leases.held
            caption: qsTr("What")
            ColumnLayout {
                spacing: 0
                Repeater {
                    model: form.scopeNames
                    CheckBox {
                        id: box
                        required property int index
                        required property string modelData
                        text: form.scopeTitles[index] + " — " + form.scopeHelps[index]
                        checked: root.chosen.includes(modelData)
                        onToggled: {
                            form.choose(modelData, checked);
                            draft.keep("scopes", root.chosen.join(","), "flows,config");
                        }
                    }
                }
            }
        }
        FormRow {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            visible: !root.leases.held
            caption: qsTr("Where")
            ComboBox {
                Layout.fillWidth: true
                name: qsTr("Where")
                model: root.places.map(place => place.length > 0 ? place : qsTr("All workspaces"))
                currentIndex: Math.max(0, root.places.indexOf(form.workspace))
                onActivated: index => {
                    form.workspace = form.places[index];
                    draft.keep("where", form.workspace.length > 0 ? "in " + form.workspace : "all");
                }
            }
        }
        FormRow {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            caption: qsTr("How long")
            ComboBox {
                Layout.preferredWidth: 180
                name: qsTr("How long")
                model: root.minuteChoices.map(minutes => qsTr("%1 minutes").arg(minutes))
                currentIndex: root.minuteChoices.indexOf(form.minutes)
                onActivated: index => {
                    form.minutes = form.minuteChoices[index];
                    draft.keep("minutes", String(form.minutes), "15");
                }
            }
        }
        FormRow {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            visible: !root.leases.held
            caption: qsTr("Why")
            help: qsTr("Kept in the journal with every change.")
            TextField {
                id: reason
                Layout.fillWidth: true
                name: qsTr("Why")
                onTextChanged: {
                    form.reason = text;
                    draft.keep("reason", text);
                }
                Keys.onReturnPressed: root.ask()
                Keys.onEnterPressed: root.ask()
            }
        }
        FormRow {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Layout.bottomMargin: 16
            visible: root.session.protectedConnection && !root.leases.held
            caption: qsTr("Type %1").arg(root.session.connectionName)
            TextField {
                id: typed
                Layout.fillWidth: true
                mono: true
                name: qsTr("Type %1 to allow writing").arg(root.session.connectionName)
                onTextChanged: form.typed = text
                Keys.onReturnPressed: root.ask()
                Keys.onEnterPressed: root.ask()
            }
        }
        Item {
            implicitHeight: 4
            visible: root.leases.held || !root.session.protectedConnection
        }
    }
}
