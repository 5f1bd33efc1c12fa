// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// Conversations and Chat test in the page's own window, by keyboard; pictures of their states.
Item {
    id: root
    width: 1252
    height: 830
    LayoutMirroring.enabled: Theme.mirrored // as in the window: run with -reverse
    LayoutMirroring.childrenInherit: true

    Rectangle {
        anchors.fill: parent
        color: Theme.ground
    }
    Loader {
        id: holder
        anchors.fill: parent
        focus: true
    }
    TestCase {
        name: "Conversations"
        when: windowShown

        function show(file, platform, readOnly) {
            holder.source = "";
            Stage.open(platform, false, readOnly ?? false);
            Stage.app.open(file === "ChatTestPage" ? "chat-test" : "conversations");
            holder.setSource("qrc:/qt/qml/Signalbox/pages/" + file + ".qml", {
                app: Stage.app
            });
            compare(holder.status, Loader.Ready);
            tryVerify(() => Stage.loaded());
            return holder.item;
        }
        function keep(name) {
            const image = grabImage(root);
            verify(image.width > 0);
            if (Stage.pictures.length > 0)
                image.save(Stage.pictures + "/" + name + ".png");
        }
        function cleanup() {
            Theme.mode = "dark";
            root.width = 1252;
            holder.source = "";
        }
        function test_pictures_data() {
            return [
                {
                    tag: "dark"
                },
                {
                    tag: "light"
                },
                {
                    tag: "contrast"
                }
            ];
        }
        function test_pictures(data) {
            Theme.mode = data.tag;
            const page = show("ConversationsPage", "talks");
            tryCompare(page.page.list, "count", 6);
            page.look("acme/C04-8841");
            tryCompare(page.page.thread, "confirming", true);
            tryVerify(() => page.page.lens.known);
            tryCompare(page.page.thread.transcript, "count", 2);
            wait(100);
            keep("conversations-" + data.tag);
        }
        function test_theKeyboardApproves() {
            const page = show("ConversationsPage", "talks");
            tryCompare(page.page.list, "count", 6);
            page.look("acme/C04-8841");
            tryCompare(page.page.thread, "confirming", true);
            page.pane.transcript.forceActiveFocus();
            keyClick(Qt.Key_D);
            wait(20);
            keep("conversations-deny");
            keyClick(Qt.Key_Escape);
            page.pane.transcript.forceActiveFocus();
            keyClick(Qt.Key_A);
            tryCompare(page.page.thread, "confirming", false);
            compare(Stage.asked("ops", "POST /confirmations/acme/C04-8841"), 1);
        }
        function test_takenOver() {
            const page = show("ConversationsPage", "talks");
            tryCompare(page.page.list, "count", 6);
            page.look("acme/c-8840");
            tryVerify(() => page.page.thread.waits);
            wait(50);
            keep("conversations-escalated");
            page.pane.transcript.forceActiveFocus();
            keyClick(Qt.Key_T);
            tryCompare(page.page.thread, "mine", true);
            page.page.thread.draft = "Hello Nora, I am a person.";
            wait(50);
            keep("conversations-mine");
        }
        function test_aNoteStaysUntilItWasTakenAndWithItsConversation() {
            const page = show("ConversationsPage", "talks");
            tryCompare(page.page.list, "count", 6);
            page.look("acme/c-8840");
            tryVerify(() => page.page.thread.waits);
            page.page.thread.takeOver();
            tryCompare(page.page.thread, "mine", true);
            page.pane.askNote("return");
            for (const letter of "credited")
                keyClick(letter);
            Stage.failNext("ops", "POST /escalations/acme/c-8840", "the cache is away");
            keyClick(Qt.Key_Return);
            tryVerify(() => page.page.thread.fault.length > 0);
            verify(page.pane.noting);
            compare(root.Window.activeFocusItem.text, "credited");
            page.look("acme/C04-8841");
            tryVerify(() => !page.pane.noting);
            page.look("acme/c-8840");
            tryCompare(page.page.thread, "mine", true);
            page.pane.askNote("return");
            compare(root.Window.activeFocusItem.text, "");
            keyClick("x");
            keyClick(Qt.Key_Return);
            tryCompare(page.page.thread, "mine", false);
            tryVerify(() => !page.pane.noting);
        }
        function test_somebodyWasFirst() {
            const page = show("ConversationsPage", "talks");
            tryCompare(page.page.list, "count", 6);
            page.look("acme/c-8840");
            tryVerify(() => page.page.thread.waits);
            Stage.takeBy("lena", "c-8840");
            page.page.thread.takeOver();
            tryVerify(() => page.page.thread.fault.length > 0);
            wait(50);
            keep("conversations-second");
        }
        function test_whatWasNotSentIsSentAgainByKeyboard() {
            const page = show("ConversationsPage", "talks");
            tryCompare(page.page.list, "count", 6);
            page.look("acme/wa-4670");
            tryCompare(page.page.thread.transcript, "count", 2);
            const view = page.pane.transcript.view;
            view.forceActiveFocus();
            view.currentIndex = 1;
            wait(50);
            keep("conversations-unsent");
            keyClick(Qt.Key_R);
            tryVerify(() => page.page.thread.againQuestion.length > 0);
            wait(50);
            keep("conversations-send-again");
            keyClick(Qt.Key_Escape);
            compare(page.page.thread.againQuestion, "");
            tryCompare(view, "activeFocus", true);
            const lines = page.page.thread.transcript;
            const unsent = () => lines.data(lines.index(1, 0), TranscriptModel.UnsentRole);
            verify(unsent());
            keyClick(Qt.Key_R);
            tryVerify(() => page.page.thread.againQuestion.length > 0);
            wait(20);
            keyClick(Qt.Key_Return);
            tryCompare(page.page.thread, "againQuestion", "");
            tryVerify(() => !unsent());
            Theme.mode = "light";
            wait(50);
            keep("conversations-sent-again-light");
        }
        function test_whatOneReadsStaysWhereItIs() {
            const page = show("ConversationsPage", "talks");
            Stage.longTalk("c-2", 250);
            tryCompare(page.page.list, "count", 6);
            page.look("acme/c-2");
            tryCompare(page.page.thread.transcript, "count", 100);
            const view = page.pane.transcript.view;
            tryVerify(() => view.atYEnd);
            view.forceActiveFocus();
            keyClick(Qt.Key_PageUp);
            verify(!page.pane.transcript.following);
            wait(20);
            const item = view.itemAt(100, view.contentY + 200);
            verify(item);
            const before = item.mapToItem(root, 0, 0).y;
            Stage.talk("c-2", "user", "something new at the end");
            Stage.chunk("c-2", "m9999", 0, "an answer that grows\nand grows\nand grows");
            tryCompare(page.page.thread.transcript, "count", 102);
            wait(50);
            compare(Math.round(item.mapToItem(root, 0, 0).y), Math.round(before));
            // older messages come before it
            page.page.thread.loadOlder();
            tryCompare(page.page.thread.transcript, "count", 202);
            wait(50);
            fuzzyCompare(item.mapToItem(root, 0, 0).y, before, 1);
            keyClick(Qt.Key_End);
            tryVerify(() => view.atYEnd);
            Stage.talk("c-2", "user", "and now it follows");
            tryVerify(() => view.atYEnd);
            keep("conversations-long");
        }
        function test_hostile() {
            const page = show("ConversationsPage", "talks");
            Stage.talk("c-2", "user", "<b>bold</b> <img src='http://127.0.0.1:1/x.png'> &amp; <a href='http://x'>link</a>");
            Stage.talk("c-2", "assistant", "invoice\u202efdp.exe \u0001 \u0007 ~~~ **not bold** [a](http://b)");
            Stage.talk("c-2", "user", "a".repeat(2000));
            tryCompare(page.page.list, "count", 6);
            page.look("acme/c-2");
            tryCompare(page.page.thread.transcript, "count", 3);
            wait(50);
            keep("conversations-hostile");
        }
        function test_longNames() {
            const page = show("ConversationsPage", "talks");
            tryCompare(page.page.list, "count", 6);
            Stage.longNames();
            page.look("acme/C04-8841");
            tryCompare(page.page.thread.transcript, "count", 2);
            tryCompare(page.page.thread, "confirming", true);
            wait(50);
            keep("conversations-long-names");
        }
        function test_readOnlyAndOthers() {
            let page = show("ConversationsPage", "talks", true);
            tryCompare(page.page.list, "count", 6);
            page.look("acme/C04-8841");
            tryCompare(page.page.thread, "confirming", true);
            wait(50);
            keep("conversations-read-only");
            root.width = 700;
            wait(50);
            keep("conversations-narrow");
            page.look("");
            wait(50);
            keep("conversations-narrow-list");
            root.width = 1252;
            page = show("ConversationsPage", "demo");
            tryVerify(() => page.page.emptyTitle.length > 0);
            wait(50);
            keep("conversations-none");
        }
        function test_chat() {
            const page = show("ChatTestPage", "talks");
            tryCompare(page.page, "agent", 0);
            wait(50);
            keep("chat-begin");
            page.page.start();
            tryCompare(page.page, "sayDenied", "");
            verify(page.page.say("tool"));
            tryVerify(() => page.page.turns.length === 1 && !page.page.turns[0].open);
            verify(page.page.say("confirm"));
            tryVerify(() => page.page.pending.length > 0);
            wait(50);
            keep("chat-turns");
            page.part = 1;
            wait(50);
            keep("chat-frames");
            page.part = 2;
            page.page.runs.text = page.page.asTest("orders");
            wait(50);
            keep("chat-test");
            page.page.stop();
            page.page.runs.runText();
            tryVerify(() => page.page.runs.results.length === 1 && !page.page.runs.running);
            wait(50);
            keep("chat-test-results");
            page.part = 3;
            page.page.replayRecorded();
            tryVerify(() => page.page.replay.rows.length === 2 && !page.page.replay.running);
            Theme.mode = "light";
            wait(50);
            keep("chat-replay-light");
        }
        function test_aTestIsWrittenByForm() {
            const page = show("ChatTestPage", "talks");
            tryCompare(page.page, "agent", 0);
            page.part = 2;
            const form = page.page.runs.form;
            page.page.newTest();
            compare(form.count, 1);
            verify(page.page.runs.textFault.length > 0);
            form.setValue(0, "Where is my parcel?");
            form.setKind(form.addExpectation(0), ChatTestForm.Matches);
            form.setValue(1, "(oops");
            wait(50);
            keep("chat-form-fault");
            form.setValue(1, "^You said");
            compare(page.page.runs.textFault, "");
            Theme.mode = "light";
            wait(50);
            keep("chat-form-light");
            page.page.runs.runText();
            tryVerify(() => page.page.runs.results.length === 1 && !page.page.runs.running);
            compare(page.page.runs.results[0].passed, true);
        }
        function test_aRecordedConversationIsReplayed() {
            const page = show("ChatTestPage", "talks");
            tryCompare(page.page, "agent", 0);
            Stage.app.open("chat-test", "acme/c-8840");
            tryVerify(() => page.page.replay.recorded && !page.page.replay.reading);
            compare(page.part, 3);
            compare(page.page.replay.error, "");
            page.page.replayRecorded();
            tryVerify(() => !page.page.replay.running && page.page.replay.rows.length > 0);
            wait(50);
            keep("chat-replay-recorded");
            Stage.app.open("chat-test", "nowhere/x");
            tryVerify(() => page.page.replay.error.length > 0);
            wait(50);
            keep("chat-replay-refused");
        }
        function test_anotherTenantsFrameStopsTheChat() {
            const page = show("ChatTestPage", "talks");
            tryCompare(page.page, "agent", 0);
            page.page.start();
            tryCompare(page.page, "sayDenied", "");
            Stage.hostileChat("frame");
            page.page.say("hello");
            tryVerify(() => page.page.evidence.indexOf("intruder") > 0);
            wait(50);
            keep("chat-evidence");
            Stage.hostileChat("");
            page.page.resume();
            tryCompare(page.page, "evidence", "");
        }
        function test_chatNone() {
            show("ChatTestPage", "demo");
            wait(50);
            keep("chat-none");
            root.width = 640;
            show("ChatTestPage", "talks");
            wait(50);
            keep("chat-narrow");
        }
    }
}
