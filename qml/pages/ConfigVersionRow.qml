// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// One version: what it is, and whether the comparison begins or ends with it.
Item {
    id: root

    required property ConfigVersions versions
    required property string frozen
    required property int index
    required property string title
    required property string when
    required property string who
    required property string size
    required property bool restorable

    implicitHeight: 46
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1 %2").arg(title).arg(when)
    Rectangle {
        anchors.fill: parent
        color: root.versions.first === root.index || root.versions.second === root.index ? Theme.selected : "transparent"
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.lineSoft
    }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 14
        anchors.rightMargin: 12
        spacing: 6
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0
            Label {
                Layout.fillWidth: true
                text: root.who.length > 0 ? qsTr("%1 · %2").arg(root.title).arg(root.who) : root.title
                color: Theme.strong
            }
            Label {
                Layout.fillWidth: true
                text: root.when.length > 0 ? qsTr("%1 · %2").arg(root.when).arg(root.size) : root.size
                color: Theme.muted
                font.pixelSize: Theme.smallSize
            }
        }
        TabButton {
            text: qsTr("from")
            checkable: false
            checked: root.versions.first === root.index
            Accessible.name: qsTr("Compare from %1 %2").arg(root.title).arg(root.when)
            onClicked: root.versions.first = root.index
        }
        TabButton {
            text: qsTr("to")
            checkable: false
            checked: root.versions.second === root.index
            Accessible.name: qsTr("Compare to %1 %2").arg(root.title).arg(root.when)
            onClicked: root.versions.second = root.index
        }
        Button {
            visible: root.restorable
            text: qsTr("Restore…")
            why: root.frozen
            tip: qsTr("Makes it your draft; nothing is written before you apply it")
            onTriggered: root.versions.restore(root.index)
        }
    }
}
