// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// What calls for a person, what did, and by which limits.
Dialog {
    id: root

    required property AppState app
    required property ConnectionList connections
    readonly property AlertsView view: model

    function go(page: string, target: string): void {
        root.close();
        root.app.open(page, target);
    }

    // A note belongs to the alert that it is written about.
    function showNote(): void {
        draft.begin(model.currentKey);
        noteField.text = draft.text("note");
    }

    width: parent ? Math.min(920, parent.width - 48) : 920
    title: qsTr("Alerts")
    subtitle: model.summary
    note: tabs.currentIndex === 0 ? model.currentText : ""
    onAboutToShow: {
        root.showNote();
        active.forceActiveFocus();
    }
    actions: [
        Button {
            text: qsTr("Close")
            onTriggered: root.close()
        }
    ]
    AlertsView {
        id: model
        alerts: root.app.alerts
        readonly property string about: currentKey
        onAboutChanged: root.showNote()
    }
    FormDraft {
        id: draft
        session: root.app.session
        form: "alert-note"
        onStartedOver: root.showNote()
    }
    Item {
        width: parent ? parent.width : 0
        implicitHeight: 520
        Banner {
            id: fault
            width: parent.width
            visible: text.length > 0
            height: visible ? implicitHeight : 0
            tone: Banner.Danger
            text: model.error
        }
        TabBar {
            id: tabs
            x: 14
            y: fault.height + 8
            width: parent.width - 28
            name: qsTr("Alerts")
            TabButton {
                text: qsTr("Now")
                count: model.active.count > 0 ? model.active.count : ""
            }
            TabButton {
                text: qsTr("History")
                count: model.history.count > 0 ? model.history.count : ""
            }
            TabButton {
                text: qsTr("Rules and calls")
            }
        }
        ColumnLayout {
            y: tabs.y + tabs.height + 4
            width: parent.width
            height: parent.height - y
            visible: tabs.currentIndex === 0
            spacing: 0
            OverviewList {
                id: active
                Layout.fillWidth: true
                Layout.fillHeight: true
                title: qsTr("What calls now")
                remark: qsTr("causes first, what they explain below")
                lines: model.active
                selects: true
                emptyText: model.calm
                onCurrentRowChanged: model.choose(currentRow)
                onChosen: (page, target) => root.go(page, target)
            }
            RowLayout {
                Layout.fillWidth: true
                Layout.margins: 12
                visible: model.active.count > 0
                spacing: 8
                TextField {
                    id: noteField
                    Layout.fillWidth: true
                    name: qsTr("Note")
                    placeholderText: qsTr("What you know or do about it")
                    maximumLength: 1000
                    onTextEdited: draft.keep("note", text)
                    onAccepted: take.triggered()
                }
                Button {
                    id: take
                    text: qsTr("Acknowledge")
                    kind: Button.Primary
                    why: model.whyNotTake
                    onTriggered: {
                        model.acknowledge(noteField.text);
                        draft.drop();
                        noteField.clear();
                    }
                }
                Button {
                    id: muteButton
                    text: model.currentMuted ? qsTr("Unmute") : qsTr("Mute…")
                    why: model.whyNotMute
                    onTriggered: {
                        if (model.currentMuted)
                            model.unmute();
                        else
                            muteMenu.popup(muteButton, 0, muteButton.height);
                    }
                    Menu {
                        id: muteMenu
                        title: qsTr("Mute for")
                        MenuItem {
                            text: qsTr("15 minutes")
                            onTriggered: model.mute(15)
                        }
                        MenuItem {
                            text: qsTr("1 hour")
                            onTriggered: model.mute(60)
                        }
                        MenuItem {
                            text: qsTr("8 hours")
                            onTriggered: model.mute(480)
                        }
                        MenuItem {
                            text: qsTr("7 days")
                            onTriggered: model.mute(10080)
                        }
                    }
                }
            }
        }
        OverviewList {
            y: tabs.y + tabs.height + 4
            width: parent.width
            height: parent.height - y
            visible: tabs.currentIndex === 1
            title: qsTr("What called")
            remark: lines.more > 0 ? qsTr("%1 shown, %2 older").arg(lines.count).arg(lines.more) : qsTr("newest first, kept in the profile")
            lines: model.history
            selects: true
            emptyText: qsTr("Nothing called on this connection yet.")
        }
        AlertRulesPane {
            y: tabs.y + tabs.height + 4
            width: parent.width
            height: parent.height - y
            visible: tabs.currentIndex === 2
            app: root.app
            view: model
        }
    }
}
