// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox.Controls
import Signalbox.Pages

// What is to be written, change by change, before it is: the chosen ones go out together.
Dialog {
    id: root

    required property AppState app
    required property ConfigPageModel page
    readonly property ConfigReview review: model
    readonly property bool over: model.result.length > 0
    property bool fromFile: false

    signal conflictWanted(string id)

    function beginDrafts(ids: var): void {
        root.fromFile = false;
        model.beginDrafts(ids);
        typed.clear();
        root.open();
        changes.forceActiveFocus();
    }
    function beginFile(path: string): string {
        root.fromFile = true;
        const fault = model.beginFile(path, root.page.workspace);
        if (fault.length > 0)
            return fault;
        typed.clear();
        root.open();
        changes.forceActiveFocus();
        return "";
    }

    width: Math.min(1080, parent ? parent.width - 48 : 1080)
    height: Math.min(680, parent ? parent.height - 48 : 680)
    title: fromFile ? qsTr("Import into %1").arg(page.workspace) : qsTr("Apply changes")
    subtitle: over ? "" : model.summary
    note: over ? model.result : model.typingWanted.length > 0 ? qsTr("Protected connection: type %1").arg(model.typingWanted) : model.whyNot.length > 0 ? model.whyNot : fromFile ? qsTr("Nothing is written before you apply.") : ""
    noteInk: over ? Theme.good : Theme.muted
    actions: [
        TextField {
            id: typed
            visible: model.typingWanted.length > 0 && !root.over
            Layout.preferredWidth: 200
            mono: true
            name: qsTr("Type %1 to delete").arg(model.typingWanted)
            onTextChanged: model.typed = text
        },
        Button {
            visible: root.fromFile && !root.over
            text: qsTr("Copy the list")
            tip: qsTr("The dry run as text")
            onTriggered: root.app.copy(model.report, qsTr("dry run"))
        },
        Button {
            text: root.over ? qsTr("Close") : qsTr("Cancel")
            onTriggered: root.close()
        },
        Button {
            visible: !root.over
            text: model.chosen === 1 ? qsTr("Apply 1 change") : qsTr("Apply %1 changes").arg(model.chosen)
            kind: model.typingWanted.length > 0 ? Button.Danger : Button.Primary
            why: model.whyNot
            onTriggered: model.run()
        }
    ]

    ConfigReview {
        id: model
        session: root.app.session
        onApplied: root.app.say(model.result)
    }
    Item {
        width: parent ? parent.width : 0
        height: parent ? parent.height : 0
        implicitHeight: 560
        Banner {
            id: fault
            width: parent.width
            visible: root.review.error.length > 0
            height: visible ? implicitHeight : 0
            tone: Banner.Danger
            text: root.review.error
        }
        FocusScope {
            id: leftSide
            y: fault.height
            width: Math.min(380, parent.width * 0.38)
            height: parent.height - y
            ListView {
                id: changes
                width: parent.width
                height: parent.height - (rest.visible ? rest.height : 0)
                clip: true
                focus: true
                activeFocusOnTab: true
                model: root.review
                currentIndex: root.review.current
                boundsBehavior: Flickable.StopAtBounds
                keyNavigationEnabled: false
                T.ScrollBar.vertical: ScrollBar {}
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Changes")
                Keys.onUpPressed: root.review.current = Math.max(0, root.review.current - 1)
                Keys.onDownPressed: root.review.current = Math.min(root.review.count - 1, root.review.current + 1)
                Keys.onSpacePressed: {
                    const row = currentItem as ConfigReviewRow;
                    if (row)
                        root.review.choose(row.index, !row.chosen);
                }
                delegate: ConfigReviewRow {
                    width: ListView.view.width
                    review: root.review
                    current: ListView.isCurrentItem
                    frozen: root.over || root.review.busy
                    onDecideWanted: root.conflictWanted(root.review.idAt(index))
                }
            }
            Label {
                anchors.centerIn: parent
                visible: root.review.count === 0
                text: root.fromFile ? qsTr("The file changes nothing here.") : qsTr("There is nothing to apply.")
                color: Theme.muted
            }
            Label {
                id: rest
                y: parent.height - height
                x: 14
                width: parent.width - 20
                topPadding: 8
                bottomPadding: 8
                visible: text.length > 0
                text: root.review.left
                color: Theme.muted
                wrapMode: Text.Wrap
                elide: Text.ElideNone
            }
        }
        Rectangle {
            x: leftSide.width
            y: leftSide.y
            width: 1
            height: leftSide.height
            color: Theme.line
        }
        ColumnLayout {
            x: leftSide.width + 1
            y: leftSide.y
            width: parent.width - x
            height: leftSide.height
            spacing: 0
            Banner {
                Layout.fillWidth: true
                visible: root.review.consequence.length > 0
                tone: root.review.consequenceHurts ? Banner.Caution : Banner.Info
                text: root.review.consequence
            }
            DiffView {
                Layout.fillWidth: true
                Layout.fillHeight: true
                lines: root.review.diff
                emptyText: root.review.count > 0 ? qsTr("Only white space differs.") : ""
            }
        }
    }
}
