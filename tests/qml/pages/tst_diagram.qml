// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// The track diagram on the page of a flow. With SIGNALBOX_PICTURES=<folder> its pictures are kept.
Item {
    id: root
    width: 1252
    height: 830

    Rectangle {
        anchors.fill: parent
        color: Theme.ground
    }
    Component {
        id: page
        FlowsPage {
            width: 1252
            height: 830
            app: Stage.app
        }
    }
    TestCase {
        name: "Diagram"
        when: windowShown

        property var shown: null
        property var tracks: null // the pane
        property var picture: null // the item

        // `prepare` starts what the page shall find
        function begin(platform, key, prepare) {
            Stage.open(platform, false, false);
            if (prepare)
                prepare();
            shown = page.createObject(root);
            tryVerify(() => Stage.loaded());
            tracks = shown.tracks;
            picture = tracks.picture;
            look(key);
        }
        function look(key) {
            tryVerify(() => Stage.runs(key.split("/")[0], key.split("/")[1]));
            shown.look(key);
        }
        function keep(name) {
            const image = grabImage(root);
            verify(image.width > 0);
            if (Stage.pictures.length > 0)
                image.save(Stage.pictures + "/diagram-" + name + ".png");
        }
        function drawn() {
            tryVerify(() => tracks.drawn && !tracks.diagram.working && picture.keyOf(0).length > 0);
        }
        function cleanup() {
            // gone before its session goes
            let gone = false;
            shown.Component.destruction.connect(() => gone = true);
            shown.destroy();
            tracks = picture = shown = null;
            tryVerify(() => gone);
            Theme.mode = "dark";
            Stage.hidePrograms(false);
        }
        function test_firstTab_data() {
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
        function test_firstTab(data) {
            Theme.mode = data.tag;
            begin("demo", "acme/ingest-us");
            drawn();
            compare(tracks.visible, true);
            verify(picture.select("t:embedder:ingest-us:flow:input"));
            tryVerify(() => picture.tipOf(picture.current).includes("18\u2009204"));
            keep(data.tag);
        }
        function test_theToolsCoverNoLegend() {
            begin("demo", "acme/ingest-us");
            drawn();
            const turned = Theme.mirrored;
            const foot = Array.from(tracks.children).find(item => item.legend !== undefined);
            const tools = Array.from(tracks.children).find(item => item.spacing === 2);
            verify(foot && tools);
            for (const rightToLeft of [!turned, turned]) {
                Stage.turnRound(rightToLeft);
                tryCompare(Theme, "mirrored", rightToLeft);
                tryVerify(() => foot.x >= tools.x + tools.width || tools.x >= foot.x + foot.width);
            }
        }
        function test_dead() {
            begin("demo", "acme/ontology-lab");
            drawn();
            tryVerify(() => picture.tipOf(0).length > 0);
            keep("dead");
        }
        function test_keyboardOpensAQueue() {
            begin("demo", "acme/ingest-us");
            drawn();
            picture.forceActiveFocus(Qt.TabFocusReason);
            verify(picture.current >= 0);
            verify(picture.select("s:decoder:ingest-us:flow"));
            keyClick(Qt.Key_Right);
            tryVerify(() => picture.currentIsTrack);
            keep("keyboard");
            keyClick(Qt.Key_Return);
            compare(Stage.app.page, "queues");
            verify(Stage.app.target.startsWith("flow:tg:text-load:acme:ingest-us.chunker"));
        }
        function test_escapeGivesThePageBack() {
            begin("demo", "acme/ingest-us");
            drawn();
            tracks.wholeWanted(true);
            tryCompare(tracks, "whole", true);
            tryVerify(() => picture.height > 600);
            keep("whole");
            picture.forceActiveFocus();
            keyClick(Qt.Key_Escape);
            tryCompare(tracks, "whole", false);
        }
        function test_listHasTheSameFigures() {
            begin("demo", "acme/ingest-us");
            drawn();
            tracks.diagram.listed = true;
            tryVerify(() => tracks.diagram.list.count > 10);
            compare(picture.visible, false);
            compare(picture.moving, false);
            keep("list");
        }
        function test_withoutGraphviz() {
            Stage.hidePrograms(true);
            // a layout that no other test has left behind
            begin("demo", "acme/names", () => Stage.startLongNames("acme", "names", 5));
            tryVerify(() => tracks.diagram.fault.includes("graphviz"));
            tryVerify(() => tracks.diagram.list.count > 10);
            keep("no-graphviz");
            Stage.hidePrograms(false);
            tracks.diagram.retry();
            drawn();
        }
        function test_exportWritesAPicture() {
            begin("demo", "acme/ingest-us");
            drawn();
            tracks.exportPicture("svg");
            tryVerify(() => tracks.exporter.opened);
            keep("export");
            compare(tracks.exporter.writer(Stage.folder + "/tracks.svg", false), "");
            verify(tracks.exporter.writer(Stage.folder + "/tracks.svg", false).length > 0);
            tracks.exporter.close();
        }
        function test_longNames() {
            begin("demo", "acme/names", () => Stage.startLongNames("acme", "names", 8));
            drawn();
            tryVerify(() => picture.tipOf(0).length > 0);
            mouseMove(picture, picture.place(0).x + 30, picture.place(0).y + 20);
            tryCompare(picture, "hovered", 0);
            keep("long-names");
        }
        function test_stock_data() {
            return Stage.recordings ? [
                {
                    tag: "pane"
                },
                {
                    tag: "page"
                }
            ] : [];
        }
        function test_stock(data) {
            begin("demo", "acme/line-1", () => Stage.startStock("acme", "line-1"));
            drawn();
            tracks.wholeWanted(data.tag === "page");
            tryVerify(() => data.tag === "pane" || picture.height > 600);
            tryVerify(() => picture.fitted);
            if (data.tag === "page")
                verify(picture.zoom > 0.8); // names are read without zooming at 1440 × 900
            keep("stock-" + data.tag);
        }
    }
}
