// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// What a tenant used: totals, a bar a day for cost and for turns, and agents near their budget.
ColumnLayout {
    id: root

    required property TenantsPageModel page

    component Bars: Item {
        id: bars

        required property string caption
        required property var values
        required property color ink
        readonly property real most: Math.max(1e-9, ...values)

        implicitHeight: 92
        Accessible.role: Accessible.Graphic
        Accessible.name: caption
        Accessible.description: root.page.dayText(values.length - 1)
        Label {
            id: head
            width: parent.width
            text: bars.caption
            color: Theme.muted
            font.pixelSize: Theme.smallSize
            Accessible.ignored: true
        }
        Row {
            id: row
            readonly property real step: width / Math.max(1, bars.values.length)
            y: head.height + 4
            width: parent.width
            height: parent.height - y - 1
            Repeater {
                model: bars.values.length
                Item {
                    id: day
                    required property int index
                    width: row.step
                    height: row.height
                    Rectangle {
                        x: 1
                        width: Math.max(1, parent.width - 2)
                        height: Math.max(bars.values[day.index] > 0 ? 2 : 0, parent.height * bars.values[day.index] / bars.most)
                        y: parent.height - height
                        radius: 1
                        color: bars.ink
                        opacity: hover.hovered ? 1 : 0.75
                    }
                    HoverHandler {
                        id: hover
                    }
                    Tip {
                        text: root.page.dayText(day.index)
                        shown: hover.hovered
                    }
                }
            }
        }
        Rectangle {
            y: parent.height - 1
            width: parent.width
            height: 1
            color: Theme.line
        }
    }

    spacing: 0
    Repeater {
        model: root.page.budgetAlerts
        Banner {
            required property string modelData
            Layout.fillWidth: true
            tone: Banner.Caution
            text: modelData
        }
    }
    Flow { // figures are as wide as they are: in a narrow pane they go on below
        id: figures
        Layout.fillWidth: true
        Layout.margins: 14
        Layout.topMargin: 4
        spacing: 18
        Repeater {
            model: root.page.totals.length / 2
            Column {
                id: figure
                required property int index
                spacing: 2
                Label {
                    text: root.page.totals[figure.index * 2] ?? ""
                    color: Theme.muted
                    font.pixelSize: Theme.smallSize
                }
                Label {
                    width: Math.min(implicitWidth, figures.width)
                    text: root.page.totals[figure.index * 2 + 1] ?? ""
                    color: Theme.strong
                    strong: true
                    font.pixelSize: Theme.titleSize
                }
            }
        }
    }
    RowLayout {
        Layout.fillWidth: true
        Layout.leftMargin: 14
        Layout.rightMargin: 14
        Layout.bottomMargin: 2
        spacing: 18
        Bars {
            Layout.fillWidth: true
            caption: qsTr("Cost a day")
            values: root.page.costs
            ink: Theme.accent
        }
        Bars {
            Layout.fillWidth: true
            caption: qsTr("Turns a day")
            values: root.page.turns
            ink: Theme.good
        }
    }
    RowLayout {
        Layout.fillWidth: true
        Layout.leftMargin: 14
        Layout.rightMargin: 14
        Layout.bottomMargin: 10
        spacing: 18
        Repeater {
            model: 2 // below each chart: its first and its last day
            RowLayout {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                Label {
                    Layout.fillWidth: true
                    text: root.page.days[0] ?? ""
                    color: Theme.faint
                    font.pixelSize: Theme.smallSize
                }
                Label {
                    text: root.page.days[root.page.days.length - 1] ?? ""
                    color: Theme.faint
                    font.pixelSize: Theme.smallSize
                }
            }
        }
    }
}
