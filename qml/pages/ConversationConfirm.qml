// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// What an agent wants to do and may not without a person: the call with its arguments, and the time that is left.
Rectangle {
    id: root

    required property ConversationThread thread
    property bool denying: false
    property string deniedCall: "" // that the reason is for
    property real argumentsHeight: 160

    function askWhy(): void {
        if (root.thread.confirmDenied.length > 0)
            return;
        root.deniedCall = root.thread.confirmId;
        root.denying = true;
        why.forceActiveFocus();
    }

    implicitHeight: column.implicitHeight + 24
    radius: 8
    color: Theme.cautionGround
    border.color: Theme.cautionLine
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Needs your confirmation: %1").arg(thread.confirmTool)
    onVisibleChanged: if (!visible)
        root.denying = false
    Connections {
        target: root.thread
        function onChanged(): void {
            if (root.deniedCall === root.thread.confirmId)
                return;
            root.deniedCall = root.thread.confirmId;
            root.denying = false;
            why.clear();
        }
    }
    ColumnLayout {
        id: column
        anchors.fill: parent
        anchors.margins: 12
        spacing: 8
        Item { // anchors: the time that is left grows and shrinks
            Layout.fillWidth: true
            Layout.preferredHeight: heading.implicitHeight
            Aspect {
                id: mark
                anchors.left: parent.left
                anchors.verticalCenter: parent.verticalCenter
                width: 12
                height: 12
                aspect: 1
            }
            Label {
                id: heading
                anchors.left: mark.right
                anchors.leftMargin: 8
                anchors.right: rest.left
                anchors.rightMargin: 8
                text: qsTr("Needs your confirmation")
                strong: true
                color: Theme.strong
            }
            Label {
                id: rest
                anchors.right: parent.right
                width: Math.ceil(implicitWidth)
                text: root.thread.confirmLeft
                color: root.thread.confirmExpired ? Theme.danger : Theme.caution
            }
        }
        Label {
            Layout.fillWidth: true
            mono: true
            text: root.thread.confirmTool
            color: Theme.strong
        }
        Flickable { // whole, however long: who says yes must be able to read all of it
            id: whole
            readonly property bool scrolls: contentHeight > height + 1
            Layout.fillWidth: true
            Layout.leftMargin: 14
            Layout.preferredHeight: Math.min(contentHeight, root.argumentsHeight)
            clip: true
            contentWidth: width
            contentHeight: rows.implicitHeight
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: scrolls
            Accessible.role: Accessible.Grouping
            Accessible.name: qsTr("Arguments")
            Keys.onUpPressed: bar.decrease()
            Keys.onDownPressed: bar.increase()
            T.ScrollBar.vertical: ScrollBar {
                id: bar
                policy: whole.scrolls ? T.ScrollBar.AlwaysOn : T.ScrollBar.AsNeeded
            }
            ColumnLayout {
                id: rows
                width: whole.width - 14
                spacing: 8
                Repeater {
                    model: root.thread.confirmNames
                    RowLayout {
                        id: argument
                        required property int index
                        required property string modelData
                        spacing: 12
                        Label {
                            Layout.preferredWidth: 110
                            Layout.alignment: Qt.AlignTop
                            mono: true
                            text: argument.modelData
                            color: Theme.muted
                        }
                        Label {
                            Layout.fillWidth: true
                            mono: true
                            elide: Text.ElideNone
                            wrapMode: Text.WrapAnywhere
                            text: root.thread.confirmValues[argument.index] ?? ""
                        }
                    }
                }
            }
        }
        Label {
            visible: whole.scrolls
            Layout.fillWidth: true
            Layout.leftMargin: 14
            text: whole.atYEnd ? qsTr("That was all of it.") : qsTr("There is more below: scroll to read all of it.")
            color: Theme.caution
        }
        RowLayout {
            visible: root.denying
            spacing: 8
            TextField {
                id: why
                Layout.fillWidth: true
                name: qsTr("Why it is denied")
                placeholderText: qsTr("Why? The agent and the record will say so.")
                Keys.onEscapePressed: root.denying = false
                onAccepted: deny.triggered()
            }
            Button {
                id: deny
                text: qsTr("Deny")
                kind: Button.Danger
                why: root.thread.confirmDenied
                onTriggered: {
                    root.thread.deny(why.text);
                    why.clear();
                    root.denying = false;
                }
            }
            Button {
                text: qsTr("Back")
                onTriggered: root.denying = false
            }
        }
        RowLayout {
            visible: !root.denying
            spacing: 8
            Button {
                text: qsTr("Approve")
                kind: Button.Primary
                keys: "A"
                why: root.thread.confirmExpired ? qsTr("It has expired.") : root.thread.confirmDenied
                enabled: !root.thread.busy
                onTriggered: root.thread.approve()
            }
            Button {
                text: qsTr("Deny…")
                kind: Button.Danger
                keys: "D"
                why: root.thread.confirmDenied
                enabled: !root.thread.busy
                onTriggered: root.askWhy()
            }
            Button {
                visible: !root.thread.mine
                text: qsTr("Take over")
                keys: "T"
                why: root.thread.takeDenied
                enabled: !root.thread.busy
                onTriggered: root.thread.takeOver()
            }
            Label {
                Layout.fillWidth: true
                horizontalAlignment: Text.AlignRight
                text: qsTr("expires → denied")
                color: Theme.faint
            }
        }
    }
}
