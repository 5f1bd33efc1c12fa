// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts
import Signalbox.Items

// A notice within a page: what happened, and what can be done about it. `tone` is Info, Caution or Danger.
Rectangle {
    id: root

    enum Tone { Info, Caution, Danger }

    property int tone: Banner.Info
    required property string text
    property string actionText: ""
    readonly property color ink: tone === Banner.Danger ? Theme.danger : tone === Banner.Caution ? Theme.caution : Theme.accent

    signal triggered

    implicitHeight: Math.max(36, words.implicitHeight + 16)
    color: tone === Banner.Danger ? Theme.dangerGround : tone === Banner.Caution ? Theme.cautionGround : Theme.accentGround
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text
    Rectangle {
        width: 3
        height: parent.height
        color: root.ink
    }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 14
        anchors.rightMargin: 12
        spacing: 10
        Glyph {
            Layout.preferredWidth: 14
            Layout.preferredHeight: 14
            shape: root.tone === Banner.Info ? Glyph.Info : Glyph.Alert
            color: root.ink
        }
        Label {
            id: words
            Layout.fillWidth: true
            text: root.text
            wrapMode: Text.Wrap
            maximumLineCount: 3
        }
        LinkText {
            visible: root.actionText.length > 0
            text: root.actionText
            onTriggered: root.triggered()
        }
    }
}
