// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Items

// The chosen element in words; else what the marks mean.
Item {
    id: root

    required property TrackDiagram diagram
    required property string notes
    property string legend: qsTr("fill = backlog, logarithmic, full at 10 000 · number = waiting, then rate out · aspect: ring clear, half caution, bar danger, dash unknown · answers return on the track of the request")
    readonly property bool chosen: diagram.current >= 0

    function words(element: int, revision: int): string {
        if (revision < 0)
            return "";
        const tip = root.diagram.tipOf(element).split("\n").join(" · ");
        return root.diagram.nameOf(element) + (tip.length > 0 ? " · " + tip : "");
    }

    height: 26
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 14
        anchors.rightMargin: 8
        spacing: 14
        Label {
            Layout.fillWidth: true
            text: root.chosen ? root.words(root.diagram.current, root.diagram.revision) : root.legend
            font.pixelSize: Theme.tinySize
            color: root.chosen ? Theme.text : Theme.muted
        }
        Label {
            visible: root.notes.length > 0
            Layout.fillWidth: true
            Layout.minimumWidth: 0
            Layout.maximumWidth: implicitWidth
            text: root.notes
            font.pixelSize: Theme.tinySize
            color: Theme.caution
        }
        Label {
            text: Math.round(root.diagram.zoom * 100) + " %"
            font.pixelSize: Theme.tinySize
            color: Theme.muted
        }
    }
}
