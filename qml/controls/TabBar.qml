// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T

// Left and right arrows move between its TabButtons.
T.TabBar {
    id: root

    property string name: ""

    implicitWidth: contentWidth
    implicitHeight: Theme.controlHeight
    spacing: 4
    Keys.onLeftPressed: Theme.mirrored ? incrementCurrentIndex() : decrementCurrentIndex()
    Keys.onRightPressed: Theme.mirrored ? decrementCurrentIndex() : incrementCurrentIndex()
    Accessible.role: Accessible.PageTabList
    Accessible.name: name
    contentItem: ListView {
        implicitWidth: contentWidth
        model: root.contentModel
        currentIndex: root.currentIndex
        spacing: root.spacing
        orientation: ListView.Horizontal
        boundsBehavior: Flickable.StopAtBounds
        clip: contentWidth > width
        interactive: contentWidth > width // narrow: it scrolls
        highlightRangeMode: ListView.ApplyRange
        preferredHighlightBegin: 0
        preferredHighlightEnd: width
        highlightMoveDuration: Theme.motion
    }
}
