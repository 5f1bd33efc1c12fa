// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Controls
import Signalbox.Items

// What is not safe about the way to the far end, always in sight. Nothing where all is well.
Row {
    id: root

    required property string insecure // as Session.insecure
    required property bool anonymous
    readonly property real fullWidth: 17 + label.implicitWidth // also while terse
    property bool terse: false // when there is no room: the sign alone
    readonly property string words: insecure === "unencrypted" ? qsTr("not encrypted") : insecure === "unverified" ? qsTr("certificate not verified") : anonymous ? qsTr("anonymous") : ""
    readonly property string meaning: insecure === "unencrypted" ? qsTr("Everybody on the way can read the sign-in and all else.") : insecure === "unverified" ? qsTr("A certificate is taken that proves nothing: nobody knows who answers.") : anonymous ? qsTr("This connection signs in as nobody.") : ""

    visible: words.length > 0
    spacing: 5
    Accessible.role: Accessible.StaticText
    Accessible.name: words + (anonymous && insecure.length > 0 ? ", " + qsTr("anonymous") : "")
    Accessible.description: meaning
    Glyph {
        anchors.verticalCenter: parent.verticalCenter
        width: 12
        height: 12
        shape: Glyph.Alert
        color: root.insecure.length > 0 ? Theme.danger : Theme.caution
    }
    Label {
        id: label
        anchors.verticalCenter: parent.verticalCenter
        visible: !root.terse
        text: root.words
        color: root.insecure.length > 0 ? Theme.danger : Theme.caution
        font.pixelSize: Theme.smallSize
        Accessible.ignored: true
    }
    HoverHandler {
        id: hover
    }
    Tip {
        text: root.words + ". " + root.meaning
        shown: hover.hovered
    }
}
