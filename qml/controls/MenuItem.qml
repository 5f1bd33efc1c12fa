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
    implicitWidth: Math.max(200, implicitContentWidth)
    implicitHeight: implicitContentHeight
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.MenuItem
    Accessible.name: text
    Accessible.description: why.length > 0 ? qsTr("Not available: %1").arg(why) : ""
    Accessible.onPressAction: if (root.enabled) {
        root.triggered();
        root.menu?.dismiss();
    }
    contentItem: MenuItemFace {
        text: root.text
        why: root.why
        keys: root.keys
        glyph: root.checked ? Glyph.Check : root.glyph
        ink: root.ink
    }
    background: Rectangle {
        radius: 4
        color: root.highlighted || root.hovered ? Theme.selected : "transparent"
    }
}
