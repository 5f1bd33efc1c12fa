// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// Publish, purge and delete as the far end answers them.
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
        name: "QueueResults"
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

        function test_aPurgeShowsItsConsequenceAndSendsTheCountThatWasSeen() {
            begin(QueueAction.Purge, false, false);
            verify(action.consequence.indexOf("deleted for good") > 0);
            verify(!button("Purge").usable);
            field("Type the name of the queue").text = root.busy;
            verify(button("Purge").usable);
            mouseClick(button("Purge"));
            compare(Stage.asked("fabric", "purge"), 1);
            const body = JSON.parse(Stage.lastBody("purge"));
            compare(body.queue, root.busy);
            verify(body["expected-ready"] > 0);
            tryVerify(() => action.result.length > 0);
            verify(!button("Purge"), "it is over");
            verify(button("Close"));
        }
        function test_aRefusedPurgeIsToldAndCanBeTriedAgain() {
            begin(QueueAction.Purge, false, false);
            Stage.failNext("fabric", "purge", "the queue has moved on: 18 204 were seen, 19 000 wait");
            field("Type the name of the queue").text = root.busy;
            mouseClick(button("Purge"));
            tryVerify(() => action.error.indexOf("moved on") > 0);
            compare(action.result, "");
            verify(button("Purge").usable);
            mouseClick(button("Purge"));
            tryVerify(() => action.result.length > 0);
            compare(action.error, "");
            compare(Stage.asked("fabric", "purge"), 2);
        }
        function test_aSecondSendAgainWantsTheNameAgain() {
            begin(QueueAction.Publish, false, false);
            shown.actionDialog.close();
            tryVerify(() => !shown.actionDialog.opened);
            shown.actionDialog.resend(root.busy, "id: 7", "{\"text\":\"hello\"}");
            tryVerify(() => shown.actionDialog.opened);
            verify(!button("Send again").usable);
            field("Type the name of the queue").text = root.busy;
            verify(button("Send again").usable);
            mouseClick(button("Send again"));
            tryVerify(() => action.result.indexOf("Published") === 0);
            compare(field("Type the name of the queue").text, "");
            verify(!button("Send again").usable);
            compare(Stage.asked("fabric", "publish"), 1);
        }
        function test_aQueueInUseIsDeletedOnlyWhenThatIsSaid() {
            begin(QueueAction.Delete, false, false);
            verify(action.ifUnused);
            verify(!button("Delete").usable);
            verify(action.whyNot.indexOf("only if nobody uses it") > 0);
            const only = find(shown.actionDialog.contentItem, item => item.text === "only if nobody uses it");
            mouseClick(only);
            verify(!action.ifUnused);
            field("Type the name of the queue").text = root.busy;
            mouseClick(button("Delete"));
            tryVerify(() => action.result.length > 0);
            compare(JSON.parse(Stage.lastBody("delete-queue"))["if-unused"] ?? false, false);
            tryVerify(() => shown.page.table.rowOf(root.busy) < 0);
        }
        function test_aMessageIsPublishedToTheTopicOfTheQueue() {
            begin(QueueAction.Publish, false, false);
            verify(!button("Publish").usable, "nothing to publish yet");
            action.properties = "id: 7\nno colon here";
            action.payload = "{\"text\":\"hello\"}";
            verify(action.whyNot.indexOf("2") > 0, action.whyNot);
            action.properties = "id: 7";
            verify(button("Publish").usable);
            mouseClick(button("Publish"));
            tryVerify(() => action.result.indexOf("Published") === 0);
            const body = JSON.parse(Stage.lastBody("publish"));
            compare(body.topic, root.busy.split(".")[0]);
            compare(body.properties.id, "7");
            compare(Stage.asked("fabric", "publish"), 1);
        }
    }
}
