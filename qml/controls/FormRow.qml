// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Layouts

// One line of a form: caption left, control right, help or fault below.
ColumnLayout {
    id: root

    required property string caption
    property string help: ""
    property string fault: ""
    property int captionWidth: 140
    default property alias control: slot.data

    spacing: 3
    RowLayout {
        Layout.fillWidth: true
        spacing: 12
        Label {
            id: captionText
            readonly property bool beside: slot.implicitHeight < 2 * Theme.controlHeight // a tall control: beside its first line
            Layout.alignment: beside ? Qt.AlignVCenter : Qt.AlignTop
            Layout.topMargin: beside ? 0 : 6
            Layout.preferredWidth: root.captionWidth
            Layout.maximumWidth: root.captionWidth
            text: root.caption
            color: Theme.muted
            wrapMode: Text.Wrap
            maximumLineCount: 3
            HoverHandler {
                id: hover
            }
            Tip {
                text: root.caption
                shown: hover.hovered && captionText.truncated
            }
        }
        RowLayout {
            id: slot
            Layout.fillWidth: true
            spacing: 10
        }
    }
    Label {
        Layout.fillWidth: true
        Layout.leftMargin: root.captionWidth + 12
        visible: text.length > 0
        text: root.fault.length > 0 ? root.fault : root.help
        color: root.fault.length > 0 ? Theme.danger : Theme.faint
        font.pixelSize: Theme.smallSize
        wrapMode: Text.Wrap
        maximumLineCount: 8
    }
}
