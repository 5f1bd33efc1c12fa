// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T

// Words that lead somewhere. Use onTriggered.
T.AbstractButton {
    id: root

    property color ink: Theme.accent
    property bool strong: false
    property string tip: ""
    property bool small: false

    signal triggered

    onClicked: root.triggered()

    implicitWidth: implicitContentWidth
    implicitHeight: implicitContentHeight
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    Keys.onReturnPressed: root.clicked()
    Keys.onEnterPressed: root.clicked()
    Accessible.role: Accessible.Link
    Accessible.name: text
    Accessible.description: tip
    Accessible.focusable: true
    Accessible.onPressAction: root.clicked()
    contentItem: Text {
        text: root.text
        textFormat: Text.PlainText
        color: root.ink
        elide: Text.ElideRight
        font.family: Theme.family
        font.pixelSize: root.small ? Theme.smallSize : Theme.textSize
        font.weight: root.strong ? Font.DemiBold : Font.Normal
        font.underline: root.hovered
    }
    background: Item {
        FocusRing {
            shown: root.visualFocus
        }
    }
    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
    Tip {
        text: root.tip
        shown: root.hovered
    }
}
