// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// What a queue did over time: messages and rates.
FocusScope {
    id: root

    required property AppState app
    required property QueueTrend trend

    onVisibleChanged: root.trend.setSeen(visible)
    Component.onCompleted: {
        root.trend.span = Number(root.app.settings.value("queues/span", 0));
        root.trend.setSeen(visible);
    }
    Component.onDestruction: root.trend.setSeen(false)
    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.rightMargin: 14
            Layout.bottomMargin: 4
            spacing: 8
            TabBar {
                name: qsTr("How far back")
                currentIndex: root.trend.span
                onCurrentIndexChanged: if (currentIndex !== root.trend.span) {
                    root.trend.span = currentIndex;
                    root.app.settings.setValue("queues/span", currentIndex);
                }
                TabButton {
                    text: qsTr("10 min")
                }
                TabButton {
                    text: qsTr("1 h")
                }
                TabButton {
                    text: qsTr("24 h")
                }
            }
            Label {
                Layout.fillWidth: true
                text: root.trend.sinceText
                color: Theme.muted
                font.pixelSize: Theme.smallSize
                horizontalAlignment: Text.AlignRight
            }
        }
        Flickable {
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            contentWidth: width
            contentHeight: charts.implicitHeight + 16
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            Column {
                id: charts
                x: 14
                y: 8
                width: parent.width - 28
                spacing: 14
                QueueTrendChart {
                    width: parent.width
                    trend: root.trend
                    title: qsTr("Messages")
                    firstName: qsTr("ready")
                    secondName: qsTr("unacked")
                    summary: root.trend.messagesSummary
                }
                QueueTrendChart {
                    width: parent.width
                    trend: root.trend
                    title: qsTr("Rates")
                    firstName: qsTr("in")
                    secondName: qsTr("out")
                    summary: root.trend.ratesSummary
                    rates: true
                }
                Label {
                    width: parent.width
                    text: root.trend.keptText
                    color: Theme.muted
                    font.pixelSize: Theme.smallSize
                    wrapMode: Text.Wrap
                }
            }
        }
    }
}
