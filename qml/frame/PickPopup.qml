// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Signalbox.Controls

// A list to choose one from, with a field that narrows it. `choices` are {name, detail, value}.
Popup {
    id: root

    required property string name
    required property var choices
    required property string current
    property string lastText: "" // an extra entry below the list

    readonly property var shown: choices.filter(choice => search.text.length === 0 || choice.name.toLowerCase().includes(search.text.toLowerCase()))

    signal picked(string value)
    signal lastPicked

    function take(index: int): void {
        if (index >= 0 && index < shown.length)
            root.picked(shown[index].value);
        root.close();
    }

    width: 320
    padding: 4
    onAboutToShow: {
        search.clear();
        search.forceActiveFocus();
        list.currentIndex = Math.max(0, shown.findIndex(choice => choice.value === root.current));
    }
    contentWidth: body.width
    contentHeight: body.implicitHeight
    Column {
        id: body
        width: root.width - root.leftPadding - root.rightPadding
        spacing: 4
        TextField {
            id: search
            width: parent.width
            name: qsTr("Find")
            placeholderText: root.name
            Keys.onDownPressed: list.incrementCurrentIndex()
            Keys.onUpPressed: list.decrementCurrentIndex()
            Keys.onReturnPressed: root.take(list.currentIndex)
            Keys.onEnterPressed: root.take(list.currentIndex)
            onTextEdited: list.currentIndex = 0
        }
        ListView {
            id: list
            width: parent.width
            height: Math.min(contentHeight, 12 * Theme.rowHeight)
            clip: true
            model: root.shown
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: root.name
            delegate: PickEntry {
                required property var modelData
                required property int index
                width: list.width
                name: modelData.name
                detail: modelData.detail
                chosen: modelData.value === root.current
                highlighted: list.currentIndex === index
                onTriggered: root.take(index)
            }
        }
        Label {
            visible: root.shown.length === 0
            width: parent.width
            leftPadding: 10
            height: Theme.rowHeight
            text: qsTr("Nothing fits.")
            color: Theme.muted
        }
        Rectangle {
            visible: root.lastText.length > 0
            width: parent.width
            height: 1
            color: Theme.line
        }
        PickEntry {
            visible: root.lastText.length > 0
            width: parent.width
            name: root.lastText
            detail: ""
            chosen: false
            onTriggered: {
                root.close();
                root.lastPicked();
            }
        }
    }
}
