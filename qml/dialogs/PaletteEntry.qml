// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items

// A line of the command palette.
T.AbstractButton {
    id: root

    required property int index
    required property string title
    required property string kind
    required property string detail
    required property string keys
    required property string why
    required property int glyph
    required property bool current
    readonly property bool usable: why.length === 0

    signal triggered

    onClicked: root.triggered()

    implicitHeight: 32
    hoverEnabled: true
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: title
    Accessible.description: kind + (detail.length > 0 ? ", " + detail : "") + (why.length > 0 ? ", " + why : "")
    Accessible.selectable: true
    Accessible.selected: current
    Accessible.onPressAction: root.clicked()
    leftPadding: 10
    rightPadding: 12
    contentItem: RowLayout {
        spacing: 10
        Glyph {
            Layout.preferredWidth: 14
            Layout.preferredHeight: 14
            shape: root.glyph
            color: root.usable ? Theme.muted : Theme.line
        }
        Label {
            Layout.maximumWidth: root.width * 0.66
            text: root.title
            elide: Text.ElideMiddle
            color: root.usable ? Theme.text : Theme.faint
            Accessible.ignored: true
        }
        Label {
            Layout.fillWidth: true
            text: root.usable ? root.detail : root.why
            color: Theme.faint
            font.pixelSize: Theme.smallSize
            Accessible.ignored: true
        }
        KeyHint {
            visible: root.keys.length > 0
            text: root.keys
        }
        Label {
            text: root.kind
            color: Theme.faint
            font.pixelSize: Theme.smallSize
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: 4
        color: root.current ? Theme.selected : root.hovered ? Theme.hover : "transparent"
    }
}
