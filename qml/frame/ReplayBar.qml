// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Items
import Signalbox.Pages

// A past instant is shown: which one, how far back one can go, and the way back to now.
Rectangle {
    id: root

    required property ReplayView replay
    readonly property bool narrow: width < 900
    readonly property T.Slider slider: slider

    function focusSlider(): void {
        slider.forceActiveFocus(Qt.OtherFocusReason);
    }

    visible: replay.active
    implicitHeight: visible ? 58 : 0
    color: Theme.panel
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Replay")
    Keys.onEscapePressed: root.replay.live()
    Rectangle {
        width: parent.width
        height: 2
        color: Theme.caution
    }
    RowLayout {
        x: 14
        y: 6
        width: parent.width - 28
        spacing: 10
        Label {
            text: root.replay.instantText
            mono: true
            strong: true
            color: Theme.caution
            font.pixelSize: Theme.titleSize
            Accessible.name: qsTr("Shown instant %1, %2").arg(root.replay.instantText).arg(root.replay.agoText)
        }
        Label {
            visible: !root.narrow
            Layout.preferredWidth: 84
            text: root.replay.agoText
            color: Theme.muted
        }
        ToolButton {
            glyph: Glyph.Back
            text: qsTr("Ten seconds earlier")
            onTriggered: root.replay.step(-10)
        }
        Label {
            visible: !root.narrow
            text: root.replay.fromText
            mono: true
            color: Theme.muted
            font.pixelSize: Theme.smallSize
        }
        T.Slider {
            id: slider
            // time runs to the right everywhere
            LayoutMirroring.enabled: false
            Layout.fillWidth: true
            implicitHeight: 24
            from: root.replay.from
            to: Math.max(root.replay.from + 1, root.replay.to)
            value: root.replay.instant
            focusPolicy: Qt.StrongFocus
            live: true
            Accessible.role: Accessible.Slider
            Accessible.name: qsTr("Instant that is shown")
            Accessible.description: root.replay.instantText
            onMoved: root.replay.seek(value)
            Keys.onPressed: event => {
                const steps = {
                    [Qt.Key_Left]: -10,
                    [Qt.Key_Right]: 10,
                    [Qt.Key_PageUp]: -300,
                    [Qt.Key_PageDown]: 300,
                    [Qt.Key_Home]: -86400,
                    [Qt.Key_End]: 86400
                };
                if (!(event.key in steps))
                    return;
                root.replay.step(steps[event.key]);
                event.accepted = true;
            }
            background: Rectangle {
                y: slider.topPadding + slider.availableHeight / 2 - 2
                width: slider.width
                height: 4
                radius: 2
                color: Theme.line
                Rectangle {
                    width: slider.visualPosition * parent.width
                    height: parent.height
                    radius: 2
                    color: Theme.caution
                }
            }
            handle: Rectangle {
                x: slider.visualPosition * (slider.width - width)
                y: slider.topPadding + (slider.availableHeight - height) / 2
                width: 14
                height: 14
                radius: 7
                color: slider.pressed ? Theme.strong : Theme.caution
                border.color: Theme.ground
                FocusRing {
                    shown: slider.visualFocus
                }
            }
        }
        Label {
            visible: !root.narrow
            text: root.replay.toText
            mono: true
            color: Theme.muted
            font.pixelSize: Theme.smallSize
        }
        ToolButton {
            glyph: Glyph.Forward
            text: qsTr("Ten seconds later")
            onTriggered: root.replay.step(10)
        }
        Button {
            text: qsTr("Back to now")
            kind: Button.Primary
            tip: qsTr("Ctrl+T, or Esc on the slider")
            onTriggered: root.replay.live()
        }
    }
    Label {
        x: 14
        y: 38
        width: parent.width - 28
        text: root.replay.words
        color: root.replay.follows && root.replay.known ? Theme.muted : Theme.caution
        font.pixelSize: Theme.smallSize
    }
}
