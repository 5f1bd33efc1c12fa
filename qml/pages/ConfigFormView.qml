// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// The form of a known type. An edit changes the one place in the text and nothing else.
FocusScope {
    id: root

    required property ConfigForm form
    property bool frozen: false

    Flickable {
        id: flick
        anchors.fill: parent
        clip: true
        contentWidth: width
        contentHeight: column.implicitHeight + 28
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollBar {}
        ColumnLayout {
            id: column
            x: 14
            y: 12
            width: Math.min(860, flick.width - 28)
            spacing: 10
            Repeater {
                model: root.form
                ConfigFormField {
                    form: root.form
                    frozen: root.frozen
                    Layout.fillWidth: true
                }
            }
            RowLayout {
                visible: root.form.variables.length > 0
                spacing: 12
                Label {
                    Layout.preferredWidth: 150
                    text: qsTr("Variables")
                    color: Theme.muted
                }
                Flow {
                    Layout.fillWidth: true
                    spacing: 6
                    Repeater {
                        model: root.form.variables
                        Rectangle {
                            id: chip
                            required property string modelData
                            width: word.implicitWidth + 16
                            height: 22
                            radius: 11
                            color: Theme.accentGround
                            Label {
                                id: word
                                anchors.centerIn: parent
                                text: chip.modelData
                                mono: true
                                color: Theme.accent
                            }
                        }
                    }
                }
            }
        }
    }
}
