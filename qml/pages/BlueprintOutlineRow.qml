// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Controls
import Signalbox.Items

// One member of a blueprint: its name and value, and what is wrong with it.
Item {
    id: root

    required property int index
    required property int level
    required property string name
    required property string value
    required property string scope
    required property string duty
    required property string parts
    required property int severity // -1 none, 0 note, 1 caution, 2 fault
    required property string remark
    required property bool foldable
    required property bool unfolded
    property bool current: false
    property bool focused: false
    readonly property color ink: severity === 2 ? Theme.danger : severity === 1 ? Theme.caution : Theme.muted

    function also(word: string): string {
        return word.length > 0 ? ", " + word : "";
    }

    signal chosen
    signal opened
    signal toggled

    implicitHeight: Theme.rowHeight - 2
    Accessible.role: Accessible.TreeItem
    Accessible.name: name + also(duty) + also(value) + also(scope) + also(parts) + also(remark)
    Accessible.selected: current
    Accessible.focusable: true
    Accessible.onPressAction: root.opened()
    Rectangle {
        anchors.fill: parent
        anchors.leftMargin: 6
        anchors.rightMargin: 8
        radius: Theme.radius
        color: root.current ? Theme.railSelected : hover.hovered ? Theme.hover : root.severity === 2 ? Theme.dangerGround : "transparent"
        FocusRing {
            shown: root.focused
        }
    }
    HoverHandler {
        id: hover
    }
    Tip {
        text: root.remark.length > 0 ? root.remark + "\n" + root.value : root.value
        shown: hover.hovered && (root.remark.length > 0 || valueText.truncated)
    }
    TapHandler {
        onTapped: point => {
            if (root.foldable && point.position.x < 26 + root.level * 14)
                root.toggled();
            else
                root.chosen();
        }
        onDoubleTapped: root.opened()
    }
    Glyph {
        x: 12 + root.level * 14
        y: (parent.height - height) / 2
        width: 12
        height: 12
        visible: root.foldable
        shape: root.unfolded ? Glyph.ChevronDown : Glyph.ChevronRight
        color: Theme.muted
    }
    Label {
        id: nameText
        x: 30 + root.level * 14
        width: Math.min(implicitWidth, valueText.text.length === 0 ? side.x - x - 8 : Math.max(90, root.width * 0.45 - x))
        height: parent.height
        text: root.name
        strong: root.level === 0
        mono: root.level > 0
        color: root.severity === 2 ? Theme.danger : root.level < 2 ? Theme.strong : Theme.text
        Accessible.ignored: true
    }
    Label {
        id: dutyText
        x: nameText.x + nameText.width + 10
        height: parent.height
        visible: text.length > 0
        text: root.duty
        color: Theme.faint
        font.pixelSize: Theme.smallSize
        Accessible.ignored: true
    }
    Label {
        id: valueText
        x: dutyText.visible ? dutyText.x + dutyText.implicitWidth + 10 : dutyText.x
        width: Math.max(0, side.x - x - 8)
        height: parent.height
        text: root.severity > 0 && root.remark.length > 0 ? root.remark : root.value
        mono: root.level === 2 && root.severity <= 0
        color: root.severity > 0 ? root.ink : Theme.muted
        font.pixelSize: Theme.smallSize
        Accessible.ignored: true
    }
    Label {
        id: side
        x: parent.width - width - 16
        width: implicitWidth
        height: parent.height
        text: root.parts.length > 0 && root.scope.length > 0 ? qsTr("%1 · %2").arg(root.parts).arg(root.scope) : root.parts + root.scope
        color: Theme.faint
        font.pixelSize: Theme.tinySize
        Accessible.ignored: true
    }
}
