// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// Every state of the pages comes up and draws; with SIGNALBOX_PICTURES=<folder> the pictures are kept.
Item {
    id: root
    width: 1252
    height: 830

    readonly property string busyQueue: "flow:tg:chunk-load:acme:ingest-us.embedder--acme--ingest-us--input"

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
        name: "Pictures"
        when: windowShown

        function show(file, platform, isProtected, readOnly) {
            holder.source = "";
            Stage.open(platform, isProtected ?? false, readOnly ?? false);
            holder.setSource("qrc:/qt/qml/Signalbox/pages/" + file + ".qml", {
                app: Stage.app
            });
            compare(holder.status, Loader.Ready);
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
            holder.source = "";
        }
        function test_flows_data() {
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
        function test_flows(data) {
            Theme.mode = data.tag;
            const page = show("FlowsPage", "demo");
            Stage.setWorkspace("acme");
            tryVerify(() => Stage.loaded());
            tryVerify(() => page.page.table.count === 5);
            page.look("acme/ingest-us");
            tryVerify(() => page.page.detail.queues.total > 3);
            wait(100);
            keep("flows-" + data.tag);
        }
        function test_flowsEmpty() {
            const page = show("FlowsPage", "empty");
            tryVerify(() => Stage.loaded());
            tryVerify(() => page.page.emptyTitle.length > 0);
            wait(50);
            keep("flows-empty");
        }
        function test_flowsReadOnly() {
            const page = show("FlowsPage", "demo", true, true);
            tryVerify(() => Stage.loaded());
            verify(page.page.startDenied.length > 0);
            wait(50);
            keep("flows-readonly");
        }
        function test_flowsFailing() {
            const page = show("FlowsPage", "failing");
            tryVerify(() => page.page.error.length > 0);
            wait(50);
            keep("flows-error");
        }
        function test_flowsLost() {
            const page = show("FlowsPage", "demo");
            tryVerify(() => Stage.loaded());
            tryVerify(() => page.page.table.count > 3);
            page.look("acme/ingest-us");
            tryVerify(() => page.page.detail.queues.total > 3);
            Stage.traffic(50);
            tryVerify(() => Stage.app.session.ageMs >= 0);
            compare(page.page.staleness, "");
            Stage.drop("the far end closed the connection");
            verify(page.page.staleness.length > 0); // at once
            waitForRendering(root);
            keep("flows-lost");
        }
        function test_flowsLong() {
            const page = show("FlowsPage", "demo");
            tryVerify(() => Stage.loaded());
            Stage.fill(300);
            tryVerify(() => page.page.table.count > 300);
            wait(300);
            keep("flows-long");
        }
        function test_states_data() {
            const rows = [];
            for (const page of ["OverviewPage", "FlowsPage", "QueuesPage"])
                for (const platform of ["slow", "empty", "failing", "real"])
                    rows.push({
                        tag: page.replace("Page", "").toLowerCase() + "-" + platform,
                        page: page,
                        platform: platform
                    });
            return rows;
        }
        function test_states(data) {
            const page = show(data.page, data.platform);
            verify(page.width > 0);
            wait(300);
            keep("state-" + data.tag);
            if (data.platform !== "slow")
                return;
            verify(!Stage.loaded());
            Stage.hold(false);
            tryVerify(() => Stage.loaded());
        }
        function test_lost_data() {
            return ["OverviewPage", "FlowsPage", "QueuesPage"].map(page => ({
                        tag: page
                    }));
        }
        function test_lost(data) {
            show(data.tag, "demo");
            tryVerify(() => Stage.loaded());
            Stage.drop("the far end closed the connection");
            wait(300);
            keep("lost-" + data.tag.replace("Page", "").toLowerCase());
        }
        function test_tenThousandRows() {
            const page = show("QueuesPage", "demo");
            tryVerify(() => Stage.loaded());
            Stage.fillQueues(10000);
            tryVerify(() => page.page.table.count > 10000, 20000);
            wait(100);
            keep("queues-10000");
            page.page.filter = "ready>95";
            tryVerify(() => page.page.table.count > 0 && page.page.table.count < 500);
        }
        function test_stop_data() {
            return [
                {
                    tag: "stop",
                    platform: "demo",
                    isProtected: true,
                    keys: ["acme/ingest-us"]
                },
                {
                    tag: "stop-real",
                    platform: "real",
                    isProtected: false,
                    keys: ["globex/news"]
                },
                {
                    tag: "stop-many",
                    platform: "demo",
                    isProtected: false,
                    keys: ["acme/ingest-us", "acme/ingest-eu", "globex/news"]
                }
            ];
        }
        function test_stop(data) {
            const page = show("FlowsPage", data.platform, data.isProtected);
            tryVerify(() => Stage.loaded());
            page.look(data.keys[0]);
            page.stopFlows(data.keys);
            wait(500);
            keep(data.tag);
        }
        function test_start() {
            const page = show("FlowsPage", "demo");
            Stage.setWorkspace("acme");
            tryVerify(() => Stage.loaded());
            page.startFlow();
            const start = page.startDialog.start;
            tryVerify(() => start.blueprints.length === 2);
            keep("start-empty");
            start.blueprint = "document-rag";
            start.id = "ingest-new";
            tryVerify(() => start.planned && start.whyNot === "");
            start.form.setValue("chunk-size", "9");
            tryVerify(() => start.whyNot.length > 0);
            wait(100);
            keep("start");
        }
        function test_restart() {
            const page = show("FlowsPage", "demo");
            tryVerify(() => Stage.loaded());
            page.restartFlow("acme/ingest-us");
            wait(500);
            keep("restart");
        }
        function test_queues() {
            const page = show("QueuesPage", "demo");
            tryVerify(() => page.page.table.count > 10);
            page.look("flow:tg:chunk-load:acme:ingest-us.embedder--acme--ingest-us--input");
            page.page.detail.startTail();
            tryVerify(() => page.page.detail.tail.count === 1);
            wait(300);
            keep("queues");
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
        function showQueues(isProtected, readOnly) {
            const page = show("QueuesPage", "demo", isProtected, readOnly);
            tryVerify(() => page.page.table.count > 10);
            return page;
        }
        function part(page, name) {
            const tab = find(page, item => item.text === name && item.checked !== undefined);
            verify(tab !== null, name);
            mouseClick(tab);
        }
        function test_queueHistory_data() {
            return ["dark", "light", "contrast"].map(mode => ({
                        tag: mode
                    }));
        }
        function test_queueHistory(data) {
            Theme.mode = data.tag;
            const page = showQueues(false, false);
            page.look(root.busyQueue);
            Stage.traffic(20);
            part(page, "History");
            tryVerify(() => page.page.detail.trend.readyHigh.length === 600);
            tryVerify(() => page.page.detail.trend.readyHigh.filter(value => value > 0).length > 3, 10000);
            keep("queue-history-" + data.tag);
            Stage.traffic(0);
        }
        function test_queueTree_data() {
            return ["dark", "light"].map(mode => ({
                        tag: mode
                    }));
        }
        function test_queueTree(data) {
            Theme.mode = data.tag;
            const page = showQueues(false, false);
            page.showTree(true);
            tryVerify(() => page.page.tree.count > 3);
            page.page.tree.setOpen(1, true);
            tryVerify(() => page.page.tree.queueAt(2).length > 0);
            keep("queue-tree-" + data.tag);
            page.look(page.page.tree.queueAt(2));
            wait(100);
            keep("queue-tree-detail-" + data.tag);
            page.treeView.forceActiveFocus();
            keyClick(Qt.Key_Home);
            keyClick(Qt.Key_Down);
            keyClick(Qt.Key_Left); // folds the owner
            compare(page.page.tree.queueAt(2), "");
            keyClick(Qt.Key_Right);
            verify(page.page.tree.queueAt(2).length > 0);
            page.showTree(false);
        }
        function test_queueTail() {
            const page = showQueues(false, false);
            page.look(root.busyQueue);
            page.listen();
            tryVerify(() => page.page.detail.tail.count === 1);
            Stage.traffic(20);
            for (let i = 0; i < 12; ++i)
                Stage.publish(page.page.detail.topic, JSON.stringify({
                    number: i,
                    text: "what passes by"
                }));
            tryVerify(() => page.page.detail.tail.shown === 13);
            keep("queue-tail-running");
            page.page.detail.tail.paused = true;
            Stage.publish(page.page.detail.topic, "{}");
            tryVerify(() => page.page.detail.tail.held === 1);
            keep("queue-tail-paused");
            Stage.traffic(0);
        }
        function test_queueBulk() {
            const page = showQueues(true, false);
            page.flatView.forceActiveFocus();
            page.flatView.selection.selectAll();
            tryVerify(() => page.flatView.selectedCount > 10);
            keep("queues-selected");
            page.bulk(QueueBulk.Purge);
            tryVerify(() => page.bulkDialog.opened);
            keep("queue-bulk");
            compare(Stage.asked("fabric", "purge"), 0);
            page.bulkDialog.close();
        }
        function test_queueMove() {
            const page = showQueues(false, false);
            page.look(root.busyQueue);
            tryCompare(page.page, "currentKey", root.busyQueue);
            page.act(QueueAction.Move);
            tryVerify(() => page.actionDialog.opened);
            page.actionDialog.action.to = "input";
            wait(100);
            keep("queue-move");
            page.actionDialog.close();
        }
        function test_queuesReadOnly() {
            const page = showQueues(false, true);
            page.look(root.busyQueue);
            page.listen();
            wait(200);
            keep("queues-read-only");
            verify(page.page.detail.moveDenied.length > 0);
            verify(page.page.bulkDenied("purge").length > 0);
        }
        function test_aKeptFilterIsFoundAgain() {
            const page = showQueues(false, false);
            page.page.scope = "flow";
            page.nameFilter();
            keep("queue-keep-filter");
            verify(page.page.wholeFilter().includes("scope:flow"));
        }
        function test_queuesReal() {
            const page = show("QueuesPage", "real");
            tryVerify(() => Stage.loaded());
            wait(500);
            keep("queues-real");
        }
    }
}
