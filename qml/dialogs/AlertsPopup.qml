// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox
import Signalbox.Controls
import Signalbox.Pages

// What calls for a person now; each line leads to the thing.
Popup {
    id: root

    required property AppState app
    required property ConnectionList connections

    width: Math.min(560, parent ? parent.Window.width - 32 : 560)
    padding: 4
    onAboutToShow: list.forceActiveFocus()
    contentWidth: width - leftPadding - rightPadding
    contentHeight: body.implicitHeight
    AlertsView {
        id: model
        alerts: root.app.alerts
        causesOnly: true
    }
    ColumnLayout {
        id: body
        width: root.contentWidth
        spacing: 0
        OverviewList {
            id: list
            Layout.fillWidth: true
            Layout.preferredHeight: 33 + Math.min(8, Math.max(1, model.active.count)) * 42
            focus: true
            title: qsTr("Alerts")
            remark: model.summary
            lines: model.active
            emptyText: model.calm
            onChosen: (page, target, filter) => {
                root.close();
                root.app.open(page, target, filter);
            }
        }
        Button {
            Layout.alignment: Qt.AlignRight
            Layout.margins: 6
            kind: Button.Quiet
            text: qsTr("Acknowledge, mute, history, rules…")
            keys: "Ctrl+B"
            onTriggered: {
                root.close();
                root.app.commandRequested("alerts");
            }
        }
    }
}
