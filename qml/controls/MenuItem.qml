// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T
import Signalbox.Items

// An entry of a Menu. With a reason in `why` it tells it instead of acting. Use onTriggered, guarded by `why`:
// a blocked entry is disabled, so triggered() does not come.
T.MenuItem {
    id: root

    property string keys: ""
    property string why: ""
    property bool danger: false
    property int glyph: Glyph.None
    readonly property color ink: !enabled ? Theme.faint : danger ? Theme.danger : Theme.text

    enabled: why.length === 0
    implicitWidth: Math.max(200, words.implicitWidth + hint.implicitWidth + 60)
    implicitHeight: why.length > 0 ? Theme.rowHeight + 16 : Theme.rowHeight
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.MenuItem
    Accessible.name: text
    Accessible.description: why
    Accessible.onPressAction: if (root.enabled) {
        root.triggered();
        root.menu?.dismiss();
    }
    contentItem: Item {
        Glyph {
            x: 6
            y: 6
            width: 14
            height: 14
            visible: root.checked || root.glyph !== Glyph.None
            shape: root.checked ? Glyph.Check : root.glyph
            color: root.ink
        }
        Column {
            x: 28
            width: parent.width - x - hint.implicitWidth - 8
            anchors.verticalCenter: parent.verticalCenter
            Text {
                id: words
                width: parent.width
                text: root.text
                textFormat: Text.PlainText
                elide: Text.ElideRight
                color: root.ink
                font.family: Theme.family
                font.pixelSize: Theme.textSize
            }
            Text {
                width: parent.width
                visible: root.why.length > 0
                text: root.why
                textFormat: Text.PlainText
                elide: Text.ElideRight
                color: Theme.faint
                font.family: Theme.family
                font.pixelSize: Theme.tinySize
            }
        }
        Text {
            id: hint
            anchors.right: parent.right
            anchors.rightMargin: 8
            anchors.verticalCenter: parent.verticalCenter
            text: root.keys
            textFormat: Text.PlainText
            color: Theme.faint
            font.family: Theme.monoFamily
            font.pixelSize: Theme.tinySize
        }
    }
    background: Rectangle {
        radius: 4
        color: root.highlighted || root.hovered ? Theme.selected : "transparent"
    }
}
