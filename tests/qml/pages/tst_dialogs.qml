// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// Start and stop by keyboard alone.
Item {
    id: root
    width: 1252
    height: 830

    Component {
        id: page
        FlowsPage {
            width: 1252
            height: 830
            app: Stage.app
        }
    }
    TestCase {
        name: "Dialogs"
        when: windowShown

        property var shown: null

        function begin(isProtected, readOnly) {
            Stage.open("demo", isProtected, readOnly);
            shown = createTemporaryObject(page, root);
            tryVerify(() => Stage.loaded());
            tryVerify(() => shown.page.table.count === 6);
        }
        function find(item, test) {
            if (!item)
                return null;
            if (test(item))
                return item;
            const children = item.contentItem && item.contentItem.children ? [item.contentItem] : [];
            for (const child of children.concat(Array.from(item.children ?? []))) {
                const found = find(child, test);
                if (found)
                    return found;
            }
            return null;
        }
        function overlayItem(test) {
            let top = root;
            while (top.parent)
                top = top.parent;
            return find(top, test);
        }
        function focusedName() {
            const item = root.Window.activeFocusItem;
            return item ? (item.name ?? item.text ?? "") : "";
        }
        function tabTo(test) {
            for (let i = 0; i < 60; ++i) {
                const item = root.Window.activeFocusItem;
                if (item && test(item))
                    return true;
                keyClick(Qt.Key_Tab);
            }
            return false;
        }
        function type(text) {
            for (const letter of text)
                keyClick(letter);
        }
        function test_startByKeyboard() {
            begin(false, false);
            Stage.setWorkspace("acme");
            shown.startFlow();
            verify(tabTo(item => item.name === "Flow id"));
            type("keyed");
            verify(tabTo(item => item.name === "Blueprint"));
            tryVerify(() => root.Window.activeFocusItem.count > 0);
            keyClick(Qt.Key_Down);
            tryVerify(() => overlayItem(item => item.text === "Start flow" && item.why !== undefined && item.usable));
            verify(tabTo(item => item.text === "Start flow"));
            keyClick(Qt.Key_Return);
            tryVerify(() => Stage.runs("acme", "keyed"));
            const body = Stage.lastBody("start-flow");
            verify(body.indexOf("\"chunk-size\":\"2000\"") > 0 || body.indexOf("mirror") > 0);
            keyClick(Qt.Key_Escape);
        }
        function test_stopByKeyboardWantsTheNameOnAProtectedConnection() {
            begin(true, false);
            shown.stopFlows(["globex/news"]);
            tryVerify(() => root.Window.activeFocusItem && root.Window.activeFocusItem.name === "Type news to stop");
            keyClick(Qt.Key_Return);
            compare(Stage.asked("flow", "stop-flow"), 0);
            type("news");
            tryVerify(() => overlayItem(item => item.text === "Stop flow" && item.usable === true));
            keyClick(Qt.Key_Return);
            tryVerify(() => !Stage.runs("globex", "news"));
            compare(Stage.asked("flow", "stop-flow"), 1);
        }
        function test_aPartlyFailedStopSaysWhichAndOffersThoseAgain() {
            begin(false, false);
            Stage.failNext("flow", "stop-flow", "the broker is away");
            shown.stopFlows(["globex/news", "acme/support-rag"]);
            const stop = shown.stopDialog.stop;
            tryVerify(() => overlayItem(item => item.text === "Stop 2 flows" && item.usable === true));
            mouseClick(overlayItem(item => item.text === "Stop 2 flows" && item.usable === true));
            tryCompare(stop, "step", StopFlow.Finished);
            compare(stop.failed, 1);
            compare(Stage.asked("flow", "stop-flow"), 2);
            verify(stop.report().indexOf("the broker is away") > 0, stop.report());
            tryVerify(() => Stage.runs("globex", "news") !== Stage.runs("acme", "support-rag"));
            verify(overlayItem(item => item.text === "Look at the failed again" && item.visible));
            shown.stopDialog.close();
        }
        function test_escapeLeavesWithoutStopping() {
            begin(false, false);
            shown.stopFlows(["globex/news"]);
            wait(100);
            keyClick(Qt.Key_Escape);
            compare(Stage.asked("flow", "stop-flow"), 0);
            verify(Stage.runs("globex", "news"));
        }
        function test_readOnlyDisablesWithAReason() {
            begin(true, true);
            verify(shown.page.startDenied.indexOf("read-only") >= 0);
            verify(shown.page.whyNotStop(["globex/news"]).indexOf("read-only") >= 0);
        }
    }
}
