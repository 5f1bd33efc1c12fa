// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// The text of an entry: line numbers, colours, the fault at its place, find.
FocusScope {
    id: root

    required property ConfigEditor editor
    readonly property bool finding: bar.visible
    readonly property int cursor: area.cursorPosition
    readonly property bool frozen: root.editor.textFrozen.length > 0
    property string shown // entry
    readonly property bool typing: area.activeFocus

    function takeFocus(): void {
        area.forceActiveFocus();
    }
    function showFind(): void {
        bar.visible = true;
        needle.forceActiveFocus();
        needle.selectAll();
    }
    function hideFind(): void {
        bar.visible = false;
        needle.clear();
        area.forceActiveFocus();
    }
    function find(backwards: bool): void {
        const from = backwards ? area.selectionStart : area.selectionEnd;
        const at = root.editor.find(needle.text, from, backwards);
        if (at >= 0) {
            area.select(at, at + needle.text.length);
            root.reveal(at);
        }
    }
    function reveal(position: int): void {
        const at = area.positionToRectangle(position);
        if (at.y < flick.contentY || at.y + at.height > flick.contentY + flick.height)
            flick.contentY = Math.max(0, Math.min(at.y - flick.height / 3, flick.contentHeight - flick.height));
        if (at.x < flick.contentX || at.x > flick.contentX + flick.width - 20)
            flick.contentX = Math.max(0, at.x - flick.width / 2);
    }
    function goTo(position: int): void {
        area.forceActiveFocus();
        area.cursorPosition = position;
        root.reveal(position);
    }
    // Shows what the view model has: another entry from its beginning, the same where the cursor was.
    function show(): void {
        const position = root.editor.entry === root.shown ? area.cursorPosition : 0;
        root.shown = root.editor.entry;
        if (root.editor.holds(area.text))
            return;
        area.text = root.editor.text;
        area.cursorPosition = Math.min(position, area.length);
        if (position === 0)
            flick.contentX = flick.contentY = 0;
    }
    // A text that becomes editable, or ceases to be, takes its cursor to its end.
    function freeze(): void {
        const position = area.cursorPosition;
        area.readOnly = root.frozen;
        area.cursorPosition = position;
    }

    onFrozenChanged: freeze()
    Component.onCompleted: {
        root.freeze();
        root.show();
    }
    Connections {
        target: root.editor
        function onTextChanged(): void {
            root.show();
        }
    }
    RowLayout {
        id: bar
        visible: false
        x: 14
        width: parent.width - 28
        height: visible ? 40 : 0
        spacing: 8
        TextField {
            id: needle
            Layout.preferredWidth: 260
            mono: true
            name: qsTr("Find in the text")
            placeholderText: qsTr("Find")
            onTextChanged: if (text.length > 0)
                root.find(false)
            Keys.onReturnPressed: event => root.find(event.modifiers & Qt.ShiftModifier)
            Keys.onEscapePressed: root.hideFind()
        }
        ToolButton {
            glyph: Glyph.ChevronUp
            text: qsTr("The one before")
            onTriggered: root.find(true)
        }
        ToolButton {
            glyph: Glyph.ChevronDown
            text: qsTr("The next one")
            onTriggered: root.find(false)
        }
        Label {
            Layout.fillWidth: true
            text: needle.text.length === 0 ? "" : colours.found === 0 ? qsTr("not found") : colours.found === 1 ? qsTr("1 place") : qsTr("%1 places").arg(colours.found)
            color: colours.found === 0 ? Theme.caution : Theme.muted
        }
        ToolButton {
            glyph: Glyph.Close
            text: qsTr("Close")
            onTriggered: root.hideFind()
        }
    }
    Rectangle {
        id: gutter
        y: bar.y + bar.height
        width: Math.max(38, widest.advanceWidth + 22)
        height: parent.height - y - foot.height
        color: Theme.panel
        clip: true
        TextMetrics {
            id: widest
            font: area.font
            text: String(area.lineCount)
        }
        Text {
            // only those in sight: a text may have many thousand lines
            id: numbers
            readonly property real step: Math.max(1, area.contentHeight / Math.max(1, area.lineCount))
            readonly property int first: Math.max(0, Math.floor((flick.contentY - area.topPadding) / step))
            readonly property int lines: Math.max(0, Math.min(area.lineCount - first, Math.ceil(gutter.height / step) + 2))
            x: parent.width - width - 10
            y: area.topPadding + first * step - flick.contentY
            text: Array.from({
                length: lines
            }, (_, i) => first + i + 1).join("\n")
            lineHeightMode: Text.FixedHeight
            lineHeight: step
            textFormat: Text.PlainText
            horizontalAlignment: Text.AlignRight
            color: Theme.faint
            font: area.font
            Accessible.ignored: true
        }
        Repeater {
            model: root.editor.marks
            Rectangle {
                required property int modelData
                readonly property rect at: area.positionToRectangle(modelData)
                y: at.y - flick.contentY
                width: 3
                height: Math.max(at.height, 14)
                color: Theme.caution
            }
        }
        Rectangle {
            readonly property rect at: root.editor.faultAt >= 0 ? area.positionToRectangle(root.editor.faultAt) : Qt.rect(0, 0, 0, 0)
            visible: root.editor.faultAt >= 0
            y: at.y - flick.contentY
            width: 3
            height: Math.max(at.height, 14)
            color: Theme.danger
        }
    }
    Flickable {
        id: flick
        x: gutter.width
        y: gutter.y
        width: parent.width - x
        height: gutter.height
        clip: true
        contentWidth: Math.max(width, area.implicitWidth)
        contentHeight: Math.max(height, area.implicitHeight)
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollBar {}
        T.ScrollBar.horizontal: ScrollBar {}
        Rectangle {
            // the line of the fault
            readonly property rect at: root.editor.faultAt >= 0 ? area.positionToRectangle(root.editor.faultAt) : Qt.rect(0, 0, 0, 0)
            visible: root.editor.faultAt >= 0
            y: at.y
            width: flick.contentWidth
            height: Math.max(at.height, 14)
            color: Theme.dangerGround
        }
        TextArea {
            id: area
            width: flick.contentWidth
            height: flick.contentHeight
            focus: true
            framed: false
            wrapMode: TextEdit.NoWrap
            persistentSelection: true
            name: qsTr("Value of %1").arg(root.editor.title)
            onTextChanged: root.editor.edit(text)
            onCursorRectangleChanged: if (activeFocus)
                root.reveal(cursorPosition)
            Keys.onPressed: event => {
                if (event.key === Qt.Key_F && event.modifiers === Qt.ControlModifier) {
                    root.showFind();
                    event.accepted = true;
                } else if (event.key === Qt.Key_Tab && event.modifiers === Qt.ControlModifier) {
                    area.nextItemInFocusChain().forceActiveFocus();
                    event.accepted = true;
                }
            }
        }
    }
    JsonHighlighter {
        id: colours
        document: area.textDocument
        faultAt: root.editor.faultAt
        needle: needle.text
        nameInk: Theme.accent
        textInk: Theme.good
        numberInk: Theme.caution
        wordInk: Theme.danger
        faultInk: Theme.danger
        foundGround: Theme.cautionLine
    }
    Rectangle {
        id: foot
        y: parent.height - height
        width: parent.width
        height: 30
        color: root.editor.fault.length > 0 ? Theme.dangerGround : Theme.panel
        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: 14
            anchors.rightMargin: 14
            spacing: 12
            Label {
                Layout.fillWidth: true
                text: root.editor.checking ? qsTr("Checking…") : root.editor.textFrozen.length > 0 && root.editor.fault.length === 0 ? root.editor.textFrozen : root.editor.fault.length > 0 ? root.editor.fault : area.length === 0 ? qsTr("Empty") : qsTr("Valid JSON")
                color: root.editor.fault.length > 0 && !root.editor.checking ? Theme.danger : Theme.muted
                Accessible.role: Accessible.StatusBar
            }
            LinkText {
                visible: root.editor.faultAt >= 0
                text: qsTr("Go there")
                onTriggered: root.goTo(root.editor.faultAt)
            }
            LinkText {
                visible: root.editor.secret
                text: root.editor.revealed ? qsTr("Hide the secret") : qsTr("Reveal the secret")
                onTriggered: root.editor.revealed = !root.editor.revealed
            }
            LinkText {
                visible: root.editor.textFrozen.length === 0 && root.editor.fault.length === 0
                text: qsTr("Lay out")
                onTriggered: root.editor.tidy()
            }
            LinkText {
                text: qsTr("Find")
                onTriggered: root.showFind()
            }
        }
    }
}
