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
        function test_queuesReal() {
            const page = show("QueuesPage", "real");
            tryVerify(() => Stage.loaded());
            wait(500);
            keep("queues-real");
        }
    }
}
