// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items

// A line of the connection list.
T.AbstractButton {
    id: root

    required property string name
    required property string url
    required property string environment
    required property string insecure
    required property bool builtIn
    required property bool chosen
    required property bool open
    required property string stateText
    required property color stateInk
    required property bool listFocused
    property string heading: "" // of its group, over the first one

    signal triggered

    onClicked: root.triggered()

    implicitHeight: 44 + topInset
    topInset: heading.length > 0 ? 26 : 0
    topPadding: topInset
    hoverEnabled: true
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: name
    Accessible.description: (builtIn ? qsTr("on this machine") : url) + (insecure.length > 0 ? ", " + qsTr("not secure") : "") + (open ? ", " + stateText : "")
    Accessible.selectable: true
    Accessible.selected: chosen
    Accessible.onPressAction: root.clicked()
    Label {
        x: 10
        width: root.width - 20
        height: 26
        visible: root.heading.length > 0
        text: root.heading
        color: Theme.muted
        font.pixelSize: Theme.smallSize
        Accessible.role: Accessible.Heading
    }
    contentItem: Item {
        Glyph {
            anchors.left: parent.left
            anchors.leftMargin: 10
            y: 9
            width: 11
            height: 11
            shape: root.environment === "production" ? Glyph.Production : root.environment === "staging" ? Glyph.Staging : Glyph.Development
            color: Theme.environment(root.environment)
        }
        RowLayout {
            x: 30
            y: 4
            width: parent.width - 30 - 10
            spacing: 6
            Label {
                Layout.fillWidth: true
                text: root.name
                strong: root.open
                Accessible.ignored: true
            }
            Label {
                visible: root.open
                text: root.stateText
                color: root.stateInk
                font.pixelSize: Theme.tinySize
                Accessible.ignored: true
            }
        }
        Label {
            anchors.left: parent.left
            anchors.leftMargin: 30
            y: 22
            width: parent.width - 30 - 10
            text: root.builtIn ? qsTr("on this machine") : root.url
            color: root.insecure.length > 0 ? Theme.danger : Theme.faint
            font.pixelSize: Theme.smallSize
            elide: Text.ElideMiddle
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: 4
        color: root.chosen ? Theme.selected : root.hovered ? Theme.hover : "transparent"
        border.width: root.chosen && root.listFocused ? 1 : 0
        border.color: Theme.accent
    }
}
