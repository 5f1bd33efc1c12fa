// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Pages

// One line of a DiffView.
Rectangle {
    id: root

    required property int kind
    required property string before
    required property string after
    required property string content
    readonly property bool added: kind === DiffLines.Added
    readonly property bool removed: kind === DiffLines.Removed
    readonly property bool plain: kind === DiffLines.Gap || kind === DiffLines.Place

    implicitHeight: Math.max(20, words.implicitHeight + 4)
    color: added ? Theme.addedGround : removed ? Theme.removedGround : plain ? Theme.panel : "transparent"
    Accessible.role: Accessible.ListItem
    Accessible.name: (added ? qsTr("added: ") : removed ? qsTr("removed: ") : "") + content
    Label {
        x: 6
        width: 36
        height: 20
        text: root.before
        mono: true
        color: Theme.faint
        horizontalAlignment: Text.AlignRight
        Accessible.ignored: true
    }
    Label {
        x: 46
        width: 36
        height: 20
        text: root.after
        mono: true
        color: Theme.faint
        horizontalAlignment: Text.AlignRight
        Accessible.ignored: true
    }
    Label {
        x: 92
        width: 12
        height: 20
        text: root.added ? "+" : root.removed ? "−" : ""
        mono: true
        color: root.added ? Theme.good : Theme.danger
        Accessible.ignored: true
    }
    Label {
        id: words
        x: root.kind === DiffLines.Place ? 14 : 108
        y: 2
        width: parent.width - x - 14
        text: root.content
        mono: root.kind !== DiffLines.Gap
        strong: root.kind === DiffLines.Place
        color: root.kind === DiffLines.Gap ? Theme.faint : Theme.text
        wrapMode: Text.WrapAnywhere
        elide: Text.ElideNone
        Accessible.ignored: true
    }
}
