// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Items

// Mark, caption and value of a Pill.
Item {
    id: root

    required property string caption
    required property string value
    required property color ink
    required property int aspect
    required property int glyph
    required property color glyphInk
    required property bool chevron

    implicitWidth: row.implicitWidth
    implicitHeight: row.implicitHeight
    Row {
        id: row
        height: parent.height
        spacing: 7
        Aspect {
            visible: root.aspect >= 0
            aspect: root.aspect
            width: 11
            height: 11
            anchors.verticalCenter: parent.verticalCenter
            Accessible.ignored: true
        }
        Glyph {
            visible: root.glyph !== Glyph.None
            shape: root.glyph
            color: root.glyphInk
            width: 12
            height: 12
            anchors.verticalCenter: parent.verticalCenter
        }
        Text {
            visible: root.caption.length > 0
            height: parent.height
            verticalAlignment: Text.AlignVCenter
            text: root.caption
            textFormat: Text.PlainText
            color: Theme.muted
            font.family: Theme.family
            font.pixelSize: Theme.textSize
        }
        Text {
            visible: root.value.length > 0
            height: parent.height
            width: Math.min(implicitWidth, 240)
            elide: Text.ElideRight
            verticalAlignment: Text.AlignVCenter
            text: root.value
            textFormat: Text.PlainText
            color: root.ink
            font.family: Theme.family
            font.pixelSize: Theme.textSize
        }
        Glyph {
            visible: root.chevron
            shape: Glyph.ChevronDown
            color: Theme.muted
            width: 11
            height: 11
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
