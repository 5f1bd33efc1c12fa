// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Models

// A line of a list on the overview: aspect, name, why, number. Leads to the thing itself.
T.AbstractButton {
    id: root

    required property int index
    required property int aspect
    required property string title
    required property string detail
    required property string value
    required property int tone
    required property string workspace
    required property string page
    required property string target
    required property string filter
    required property var series // of numbers; may be empty
    property bool mono: false
    property bool current: false
    property bool showWorkspace: true

    signal triggered

    onClicked: root.triggered()

    implicitHeight: 42
    hoverEnabled: true
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: title
    Accessible.description: detail + (workspace.length > 0 ? ", " + workspace : "") + (value.length > 0 ? ", " + value : "")
    Accessible.onPressAction: root.clicked()
    background: Rectangle {
        color: root.current ? Theme.selected : root.hovered ? Theme.hover : "transparent"
        Rectangle {
            y: parent.height - 1
            width: parent.width
            height: 1
            color: Theme.lineSoft
        }
    }
    leftPadding: 14
    rightPadding: 14
    contentItem: RowLayout {
        spacing: 10
        Aspect {
            Layout.preferredWidth: 11
            Layout.preferredHeight: 11
            Layout.alignment: Qt.AlignTop
            Layout.topMargin: 9 // beside the title
            aspect: root.aspect
        }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0
            RowLayout {
                Layout.fillWidth: true
                spacing: 8
                Label {
                    Layout.maximumWidth: root.width * 0.7
                    text: root.title
                    strong: !root.mono
                    mono: root.mono
                    elide: Text.ElideMiddle
                    Accessible.ignored: true
                }
                Label {
                    Layout.fillWidth: true
                    visible: root.showWorkspace
                    text: root.workspace
                    color: Theme.faint
                    Accessible.ignored: true
                }
            }
            Label {
                Layout.fillWidth: true
                text: root.detail
                color: Theme.muted
                font.pixelSize: Theme.smallSize
                Accessible.ignored: true
            }
        }
        Sparkline {
            Layout.preferredWidth: 72
            Layout.preferredHeight: 18
            visible: root.series.length > 1 && root.width > 420
            values: root.series
            color: root.tone === Cell.Normal || root.tone === Cell.Muted ? Theme.accent : Theme.tone(root.tone)
            Accessible.ignored: true
        }
        Label {
            Layout.minimumWidth: root.series.length > 1 ? 44 : 0
            text: root.value
            color: Theme.tone(root.tone)
            horizontalAlignment: Text.AlignRight
            Accessible.ignored: true
        }
    }
    Tip {
        text: root.title + "\n" + root.detail
        shown: root.hovered
    }
}
