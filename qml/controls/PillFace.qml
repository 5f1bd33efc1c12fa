// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Items

// Mark, caption, value and chevron of a Pill. The value elides when the pill is made narrower than it would be.
Item {
    id: root

    required property string caption
    required property string value
    required property color ink
    required property int aspect
    required property int glyph
    required property color glyphInk
    required property bool chevron
    required property bool terse // no caption
    readonly property real marks: (aspect >= 0 ? 18 : 0) + (glyph !== Glyph.None ? 19 : 0) + (chevron ? 18 : 0)
    readonly property real captionWidth: caption.length > 0 ? captionText.implicitWidth + 7 : 0
    readonly property real valueWidth: Math.min(Math.ceil(valueText.implicitWidth), 240)
    readonly property real shownCaption: terse ? 0 : captionWidth

    implicitWidth: marks + shownCaption + valueWidth
    implicitHeight: valueText.implicitHeight
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
            id: captionText
            visible: root.shownCaption > 0
            height: parent.height
            verticalAlignment: Text.AlignVCenter
            text: root.caption
            textFormat: Text.PlainText
            color: Theme.muted
            font.family: Theme.family
            font.pixelSize: Theme.textSize
        }
        Text {
            id: valueText
            visible: root.value.length > 0
            height: parent.height
            width: Math.max(0, Math.min(root.valueWidth, root.width - root.marks - root.shownCaption))
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
