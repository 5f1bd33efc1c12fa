// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// Two lines of one queue over time, with their scale and what they mean. The arrow keys walk along it as the pointer does.
FocusScope {
    id: root

    required property QueueTrend trend
    required property string title
    required property string firstName
    required property string secondName
    required property string summary
    property bool rates: false
    readonly property TimeSeries chart: series
    readonly property string then: root.rates ? root.trend.instantRates : root.trend.instantMessages
    readonly property string told: series.cursor < 0 ? root.then : root.rates ? root.trend.ratesAt(series.cursor) : root.trend.messagesAt(series.cursor)

    implicitHeight: 182
    activeFocusOnTab: true
    Accessible.role: Accessible.Graphic
    Accessible.name: root.title
    Accessible.description: root.told.length > 0 ? root.told : root.summary
    Accessible.focusable: true
    onActiveFocusChanged: if (!activeFocus)
        series.cursor = -1
    Keys.onPressed: event => {
        const at = series.cursor < 0 ? 1 : series.cursor;
        if (event.key === Qt.Key_Left)
            series.cursor = Math.max(0, at - 0.02);
        else if (event.key === Qt.Key_Right)
            series.cursor = Math.min(1, at + 0.02);
        else
            return;
        event.accepted = true;
    }

    Row {
        id: head
        width: parent.width
        height: 22
        spacing: 12
        Label {
            height: parent.height
            text: root.title
            strong: true
            Accessible.ignored: true
        }
        Row {
            height: parent.height
            spacing: 5
            Rectangle {
                width: 10
                height: 3
                anchors.verticalCenter: parent.verticalCenter
                color: series.firstColor
            }
            Label {
                height: parent.height
                text: root.firstName
                color: Theme.muted
                font.pixelSize: Theme.smallSize
                Accessible.ignored: true
            }
        }
        Row {
            height: parent.height
            spacing: 5
            Rectangle {
                width: 10
                height: 3
                anchors.verticalCenter: parent.verticalCenter
                color: series.secondColor
            }
            Label {
                height: parent.height
                text: root.secondName
                color: Theme.muted
                font.pixelSize: Theme.smallSize
                Accessible.ignored: true
            }
        }
    }
    Label {
        // the scale stands on the left whatever the direction of the words: time runs to the right everywhere
        id: top
        LayoutMirroring.enabled: false
        x: 0
        y: series.y - 6
        width: 46
        horizontalAlignment: Text.AlignRight
        text: root.trend.axisText(series.ceiling, root.rates)
        color: Theme.muted
        font.pixelSize: Theme.tinySize
        Accessible.ignored: true
    }
    Label {
        LayoutMirroring.enabled: false
        x: 0
        y: series.y + series.height - 9
        width: 46
        horizontalAlignment: Text.AlignRight
        text: "0"
        color: Theme.muted
        font.pixelSize: Theme.tinySize
        Accessible.ignored: true
    }
    TimeSeries {
        id: series
        x: 54
        y: head.height + 8
        width: root.width - x
        height: root.height - y - 56
        firstLow: root.rates ? root.trend.inLow : root.trend.readyLow
        firstHigh: root.rates ? root.trend.inHigh : root.trend.readyHigh
        secondLow: root.rates ? root.trend.outLow : root.trend.unackedLow
        secondHigh: root.rates ? root.trend.outHigh : root.trend.unackedHigh
        firstColor: Theme.accent
        secondColor: root.rates ? Theme.good : Theme.caution
        gridColor: Theme.lineSoft
        mark: root.trend.instant
        markColor: Theme.caution
        HoverHandler {
            id: hover
            onPointChanged: series.cursor = hovered ? Math.max(0, Math.min(1, point.position.x / series.width)) : -1
            onHoveredChanged: if (!hovered)
                series.cursor = -1
        }
    }
    FocusRing {
        shown: root.activeFocus
    }
    Label {
        x: series.x
        y: series.y + series.height + 3
        text: root.trend.fromText
        color: Theme.muted
        font.pixelSize: Theme.tinySize
        Accessible.ignored: true
    }
    Label {
        x: root.width - width
        y: series.y + series.height + 3
        text: qsTr("now")
        color: Theme.muted
        font.pixelSize: Theme.tinySize
        Accessible.ignored: true
    }
    Label {
        y: series.y + series.height + 20
        width: root.width
        height: root.height - y
        verticalAlignment: Text.AlignTop
        text: root.told.length > 0 ? root.told : root.summary
        color: root.told.length > 0 ? Theme.text : Theme.muted
        font.pixelSize: Theme.smallSize
        wrapMode: Text.Wrap
        maximumLineCount: 2
        Accessible.ignored: true
    }
}
