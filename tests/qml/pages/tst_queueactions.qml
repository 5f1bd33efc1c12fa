// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// Publish, purge and delete: nothing happens by accident, and what failed is said.
Item {
    id: root
    width: 1252
    height: 830

    readonly property string busy: "flow:tg:chunk-load:acme:ingest-us.embedder--acme--ingest-us--input"

    Component {
        id: page
        QueuesPage {
            width: 1252
            height: 830
            app: Stage.app
        }
    }
    TestCase {
        name: "QueueActions"
        when: windowShown

        property var shown: null
        property var action: null

        function begin(kind, isProtected, readOnly) {
            Stage.open("demo", isProtected, readOnly);
            shown = createTemporaryObject(page, root);
            tryVerify(() => Stage.loaded());
            tryVerify(() => shown.page.table.rowOf(root.busy) >= 0);
            shown.look(root.busy);
            tryCompare(shown.page, "currentKey", root.busy);
            shown.act(kind);
            action = shown.actionDialog.action;
            tryVerify(() => shown.actionDialog.opened);
        }
        function cleanup() {
            if (shown && shown.actionDialog)
                shown.actionDialog.close();
        }
        function find(item, test) {
            if (!item)
                return null;
            if (test(item))
                return item;
            const inner = item.contentItem && item.contentItem.children ? [item.contentItem] : [];
            for (const child of inner.concat(Array.from(item.children ?? []))) {
                const found = find(child, test);
                if (found)
                    return found;
            }
            return null;
        }
        function button(text) {
            return find(shown.actionDialog.contentItem, item => item.text === text && item.usable !== undefined && item.visible);
        }
        function field(name) {
            return find(shown.actionDialog.contentItem, item => item.name === name && item.cursorPosition !== undefined && item.visible);
        }
        function type(text) {
            for (const letter of text)
                keyClick(letter);
        }

        function test_theNameIsTypedFirst_data() {
            return [
                {
                    tag: "purge",
                    kind: QueueAction.Purge,
                    text: "Purge",
                    isProtected: false
                },
                {
                    tag: "delete-queue",
                    kind: QueueAction.Delete,
                    text: "Delete",
                    isProtected: true
                }
            ];
        }
        function test_theNameIsTypedFirst(data) {
            begin(data.kind, data.isProtected, false);
            action.ifUnused = false;
            verify(!button(data.text).usable);
            button(data.text).forceActiveFocus();
            keyClick(Qt.Key_Return);
            compare(Stage.asked("fabric", data.tag), 0);
            field("Type the name of the queue").forceActiveFocus();
            type(root.busy.slice(0, -1));
            verify(!button(data.text).usable, "not quite");
            type(root.busy.slice(-1));
            tryVerify(() => button(data.text).usable);
            button(data.text).forceActiveFocus();
            keyClick(Qt.Key_Return);
            compare(Stage.asked("fabric", data.tag), 1);
            compare(JSON.parse(Stage.lastBody(data.tag)).queue, root.busy);
        }
        function test_readOnlyRefusesWithItsReasonAndSendsNothing_data() {
            return [
                {
                    tag: "purge",
                    kind: QueueAction.Purge,
                    text: "Purge"
                },
                {
                    tag: "delete-queue",
                    kind: QueueAction.Delete,
                    text: "Delete"
                },
                {
                    tag: "publish",
                    kind: QueueAction.Publish,
                    text: "Publish"
                }
            ];
        }
        function test_readOnlyRefusesWithItsReasonAndSendsNothing(data) {
            begin(data.kind, false, true);
            action.payload = "{}";
            action.ifUnused = false;
            verify(action.whyNot.indexOf("read-only") >= 0, action.whyNot);
            mouseClick(button(data.text));
            compare(Stage.asked("fabric", data.tag), 0);
        }
        function test_aRefusalIsTold() {
            begin(QueueAction.Purge, false, false);
            Stage.failNext("fabric", "purge", "the queue has moved on: 18 204 were seen, 19 000 wait");
            field("Type the name of the queue").text = root.busy;
            mouseClick(button("Purge"));
            tryVerify(() => action.error.indexOf("moved on") > 0);
            compare(action.result, "");
            verify(button("Purge").usable, "it can be tried again");
        }
        function test_whatIsPublishedNeedsNoName() {
            begin(QueueAction.Publish, false, false);
            verify(!field("Type the name of the queue"));
        }
        function test_escapeChangesNothing() {
            begin(QueueAction.Purge, false, false);
            keyClick(Qt.Key_Escape);
            tryVerify(() => !shown.actionDialog.opened);
            compare(Stage.asked("fabric", "purge"), 0);
        }
    }
}
