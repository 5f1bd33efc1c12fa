// SPDX-License-Identifier: GPL-3.0-only
import QtQuick

// Text of ours or from outside: always plain.
Text {
    id: root

    property bool strong: false
    property bool mono: false

    textFormat: Text.PlainText
    color: Theme.text
    font.family: mono ? Theme.monoFamily : Theme.family
    font.pixelSize: mono ? Theme.smallSize : Theme.textSize
    font.weight: strong ? Font.DemiBold : Font.Normal
    elide: Text.ElideRight
    horizontalAlignment: Text.AlignLeft // said, so that it is mirrored
    verticalAlignment: Text.AlignVCenter
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
