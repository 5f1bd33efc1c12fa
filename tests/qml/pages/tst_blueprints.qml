// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// The Blueprints page: every state comes up and draws, and the way from an edit to what it means and to one put by
// keyboard. With SIGNALBOX_PICTURES=<folder> the pictures are kept.
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
        name: "Blueprints"
        when: windowShown

        property var shown: null

        function begin(isProtected, readOnly, platform) {
            holder.source = "";
            Stage.open(platform ?? "demo", isProtected ?? false, readOnly ?? false);
            if (Stage.recordings)
                Stage.startStock("acme", "stock");
            Stage.app.open("blueprints");
            Stage.setWorkspace("acme");
            show();
            tryVerify(() => shown.page.list.total >= 2);
        }
        function show() {
            holder.setSource("qrc:/qt/qml/Signalbox/pages/BlueprintsPage.qml", {
                app: Stage.app
            });
            compare(holder.status, Loader.Ready);
            shown = holder.item;
        }
        function keep(name) {
            wait(80);
            const image = grabImage(root);
            verify(image.width > 0);
            if (Stage.pictures.length > 0)
                image.save(Stage.pictures + "/blueprints-" + name + ".png");
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
        function anywhere(test) {
            let top = root;
            while (top.parent)
                top = top.parent;
            return find(top, test);
        }
        function look(name) {
            shown.look(Stage.configId("flow-blueprint", name));
            tryVerify(() => shown.page.editor.title === name);
        }
        function editor() {
            shown.detailPane.part = 0;
            shown.detailPane.takeFocus();
            return root.Window.activeFocusItem;
        }
        function type(text) {
            for (const letter of text)
                keyClick(letter);
        }
        function stations(picture) {
            let count = 0;
            while (picture.keyOf(count).startsWith("s:"))
                ++count;
            return count;
        }
        function cleanup() {
            Theme.mode = "dark";
            holder.source = "";
        }

        function test_structureBesideText() {
            begin();
            look("document-rag");
            tryVerify(() => shown.page.outline.count > 10);
            compare(shown.page.outline.faults, 0);
            const tree = anywhere(item => item.Accessible && item.Accessible.name === "Structure of the blueprint");
            verify(tree);
            tree.forceActiveFocus();
            keyClick(Qt.Key_End);
            keyClick(Qt.Key_Return);
            const area = root.Window.activeFocusItem;
            compare(area.name, "Value of document-rag");
            compare(area.text.slice(area.cursorPosition, area.cursorPosition + 10), "\"response\"");
            keep("structure");
            Theme.mode = "light";
            keep("structure-light");
        }
        function test_faultIsShownAtBothPlacesWhileTyping() {
            begin();
            look("document-rag");
            const area = editor();
            area.cursorPosition = area.text.indexOf("{chunk-size}") + 2;
            type("x");
            tryVerify(() => shown.page.editor.marks.length > 0 || shown.page.editor.fault.length > 0);
            tryVerify(() => shown.page.outline.cautions > 0);
            const number = area.text.indexOf("\"flow:tg:vectors:");
            area.select(number, area.text.indexOf("\"", number + 1) + 1);
            area.remove(area.selectionStart, area.selectionEnd);
            type("12");
            tryVerify(() => shown.page.outline.faults === 1);
            compare(shown.page.editor.faultLine, area.text.slice(0, shown.page.editor.faultAt).split("\n").length);
            compare(area.text.slice(shown.page.editor.faultAt, shown.page.editor.faultAt + 2), "12");
            keyClick(Qt.Key_Home);
            keyClick(Qt.Key_F8);
            tryVerify(() => shown.page.outline.issue.length > 0);
            keep("fault");
            Theme.mode = "light";
            keep("fault-light");
            Theme.mode = "dark";
            area.forceActiveFocus();
            type("}}");
            tryVerify(() => shown.page.outline.stale);
            verify(shown.page.outline.count > 10);
            keep("no-json");
            const row = shown.page.list.rowOf(Stage.configId("flow-blueprint", "document-rag"));
            tryVerify(() => shown.page.list.copyText(row, 8).indexOf("fault") > 0);
        }
        function test_diagramFollowsTheText() {
            begin();
            look("document-rag");
            shown.detailPane.part = 1;
            const picture = shown.detailPane.tracks.picture;
            tryVerify(() => picture.visible && stations(picture) === 6, 10000);
            keep("diagram");
            Stage.editConfig(Stage.configId("flow-blueprint", "document-rag"), '{"blueprint":{},"flow":{"one:{id}":{"topics":{"output":"flow:tg:a:{id}"}},"two:{id}":{"topics":{"input":"flow:tg:a:{id}"}}}}');
            tryVerify(() => stations(picture) === 2, 10000);
            keep("diagram-edited");
        }
        function test_stockPreview() {
            if (!Stage.recordings)
                return;
            begin();
            for (const type of ["chunk-overlap", "embeddings-model", "llm-model", "llm-temperature", "reranker-model"])
                Stage.putConfig("acme", "parameter-type", type, '{"type":"string"}');
            look("everything");
            tryVerify(() => shown.page.outline.count > 35);
            tryVerify(() => shown.page.outline.cautions === 0);
            compare(shown.page.outline.faults + shown.page.outline.cautions, 0);
            keep("stock");
            shown.detailPane.part = 1;
            tryVerify(() => stations(shown.detailPane.tracks.picture) === 36, 10000);
            keep("stock-diagram");
            shown.detailPane.tracks.wholeWanted(true);
            keep("stock-diagram-whole");
            shown.detailPane.whole = false;
            shown.detailPane.part = 2;
            tryVerify(() => shown.page.preview.planned);
            compare(shown.page.preview.entries.total, 36);
            keep("stock-start");
        }
        function test_startPreviewTakesAnExample() {
            begin();
            look("document-rag");
            shown.detailPane.part = 2;
            tryVerify(() => shown.page.preview.planned);
            compare(shown.page.preview.entries.total, 6);
            verify(shown.page.preview.sharedTopics > 0); // of the blueprint, others run it
            const id = anywhere(item => item.name === "Flow id of the example" && item.visible);
            id.forceActiveFocus();
            id.selectAll();
            type("night-run");
            tryVerify(() => shown.page.preview.queues.rowOf("flow:tg:chunk-load:acme:night-run.embedder--acme--night-run--input") >= 0);
            keep("start");
            id.selectAll();
            type("ingest-eu");
            tryVerify(() => shown.page.preview.problems.length > 0);
            keep("start-problem");
        }
        function test_usedByLeadsToTheFlow() {
            begin();
            look("document-rag");
            shown.detailPane.part = 3;
            tryVerify(() => shown.page.users.total === 5); // four here, one elsewhere
            compare(shown.page.usedBy, 4);
            verify(shown.page.deleteMeaning.indexOf("refuses") > 0);
            keep("used");
            const table = anywhere(item => item.name === "Flows that run a blueprint of this name" && item.visible);
            table.currentKey = "acme/ingest-us";
            table.opened("acme/ingest-us");
            compare(Stage.app.page, "flows");
            compare(Stage.app.target, "acme/ingest-us");
        }
        function test_editReviewApplyByKeyboard() {
            begin();
            look("mirror");
            const area = editor();
            area.cursorPosition = area.text.indexOf("One station") + 3;
            type("ly");
            tryCompare(shown.page, "drafts", 1);
            shown.detailPane.part = 4;
            keep("difference");
            const before = Stage.asked("config", "put");
            shown.review(shown.page.draftIds());
            tryVerify(() => shown.reviewDialog.opened);
            verify(shown.reviewDialog.review.consequence.indexOf("legacy-sync") > 0);
            keep("review");
            const apply = anywhere(item => item.text === "Apply 1 change" && item.usable === true);
            verify(apply);
            apply.forceActiveFocus();
            keyClick(Qt.Key_Return);
            tryVerify(() => shown.reviewDialog.over);
            compare(Stage.asked("config", "put"), before + 1);
            verify(Stage.configValue("acme", "flow-blueprint", "mirror").indexOf("Onely station") > 0);
            compare(shown.page.drafts, 0);
        }
        function test_comparesTwoBlueprints() {
            begin();
            look("mirror");
            shown.detailPane.part = 4;
            shown.page.against = "document-rag";
            tryVerify(() => shown.page.comparison.added > 0);
            keep("compare");
        }
        function test_deleteInUseIsRefusedBeforeItIsTried() {
            begin(true, false);
            look("document-rag");
            shown.remove([Stage.configId("flow-blueprint", "document-rag")]);
            tryVerify(() => shown.reviewDialog.opened);
            verify(shown.reviewDialog.review.consequence.indexOf("ingest-eu") > 0);
            verify(shown.reviewDialog.review.whyNot.length > 0);
            compare(shown.reviewDialog.review.chosen, 0);
            keep("delete-refused");
            keyClick(Qt.Key_Escape);
            compare(Stage.asked("flow", "delete-blueprint"), 0);
        }
        function test_deleteOnARealBackEndSaysWhatBreaks() {
            begin(true, false, "real");
            look("document-rag");
            shown.remove([Stage.configId("flow-blueprint", "document-rag")]);
            tryVerify(() => shown.reviewDialog.opened);
            verify(shown.reviewDialog.review.consequence.indexOf("none of them can be stopped") > 0);
            compare(shown.reviewDialog.review.typingWanted, "document-rag");
            keep("delete-real");
            const typed = anywhere(item => item.name === "Type document-rag to delete");
            typed.forceActiveFocus();
            type("document-rag");
            tryVerify(() => shown.reviewDialog.review.whyNot === "");
            shown.reviewDialog.review.run();
            tryVerify(() => shown.reviewDialog.over);
            compare(Stage.asked("flow", "delete-blueprint"), 1);
            compare(Stage.configValue("acme", "flow-blueprint", "document-rag"), "");
        }
        function test_conflictStaysADraft() {
            begin();
            look("mirror");
            Stage.editConfig(Stage.configId("flow-blueprint", "mirror"), '{"description":"mine","blueprint":{},"flow":{}}');
            Stage.putConfig("acme", "flow-blueprint", "mirror", '{"description":"theirs","blueprint":{},"flow":{}}');
            tryVerify(() => shown.page.editor.conflict);
            keep("conflict");
            shown.decide(Stage.configId("flow-blueprint", "mirror"));
            tryVerify(() => shown.conflictDialog.opened);
            shown.conflictDialog.conflict.takeMine();
            tryVerify(() => !shown.page.editor.conflict);
            verify(shown.page.editor.text.indexOf("mine") > 0);
            verify(Stage.configValue("acme", "flow-blueprint", "mirror").indexOf("theirs") > 0);
        }
        function test_newAndDuplicateBeginAsDrafts() {
            begin();
            Stage.app.commandRequested("new-blueprint");
            tryVerify(() => shown.newDialog && shown.newDialog.opened);
            keep("new");
            type("fresh");
            keyClick(Qt.Key_Return);
            tryVerify(() => shown.page.editor.title === "fresh");
            tryVerify(() => root.Window.activeFocusItem.name === "Value of fresh");
            compare(shown.page.outline.faults, 0);
            keep("new-empty");
            shown.newBlueprint(Stage.configId("flow-blueprint", "document-rag"));
            tryVerify(() => shown.newDialog.opened);
            keyClick(Qt.Key_Return);
            tryVerify(() => shown.page.editor.title === "document-rag-copy");
            compare(shown.page.drafts, 2);
            compare(Stage.asked("config", "put"), 0);
            tryVerify(() => shown.page.list.total >= 4);
        }
        function test_importLooksFirst() {
            begin();
            const path = Stage.configFile('{"description":"from a file","x-kept":[1.50],"blueprint":{},"flow":{"a:{id}":{"topics":{"input":"flow:tg:a:{id}"}}},"interfaces":{"a":{"flow":"flow:tg:a:{id}"}}}');
            shown.importFile();
            tryVerify(() => shown.importDialog.opened);
            const file = anywhere(item => item.name === "File" && item.visible);
            file.text = path;
            keep("import");
            shown.importDialog.look();
            tryVerify(() => shown.page.editor.title === "import");
            verify(shown.page.editor.text.indexOf("1.50") > 0);
            compare(Stage.asked("config", "put"), 0);
            keep("imported");
            shown.importFile();
            file.text = Stage.configFile('[1]');
            shown.importDialog.look();
            verify(shown.importDialog.fault.length > 0);
            keep("import-fault");
        }
        function test_exportHoldsTheDraft() {
            begin();
            look("mirror");
            Stage.editConfig(Stage.configId("flow-blueprint", "mirror"), '{"x-number":1.50,"blueprint":{},"flow":{}}');
            shown.exportFile();
            tryVerify(() => shown.exportDialog.opened);
            verify(shown.exportDialog.content.indexOf("1.50") > 0);
            verify(shown.exportDialog.fileName === "mirror.json");
        }
        function test_readOnlyCannotEdit() {
            begin(false, true);
            look("document-rag");
            verify(shown.page.writeDenied.length > 0);
            editor();
            type("x");
            compare(shown.page.drafts, 0);
            keep("readonly");
            compare(Stage.asked("config", "put"), 0);
        }
        function test_longNames() {
            begin();
            Stage.startLongNames("acme", "a-flow-with-a-name-that-nobody-types-by-hand-and-that-goes-on", 12);
            Stage.putConfig("acme", "flow-blueprint", "a-blueprint-whose-name-goes-on-and-on-because-somebody-put-a-whole-sentence-into-it", '{"description":"A description that is just as long as the name is and then some more, so that nothing of it fits anywhere","blueprint":{},"flow":{}}');
            tryVerify(() => shown.page.list.total >= 4);
            look("long");
            tryVerify(() => shown.page.outline.count > 10);
            keep("long-names");
            shown.detailPane.part = 1;
            tryVerify(() => stations(shown.detailPane.tracks.picture) === 12, 10000);
            keep("long-diagram");
        }
        function test_narrow() {
            root.width = 720 - 52;
            begin();
            look("document-rag");
            keep("narrow");
            root.width = 1252;
        }
        function test_emptyErrorAndFilter() {
            holder.source = "";
            Stage.open("failing", false, false);
            Stage.app.open("blueprints");
            show();
            tryVerify(() => shown.page.error.length > 0);
            keep("error");
            holder.source = "";
            Stage.open("empty", false, false);
            show();
            tryVerify(() => Stage.configLoaded());
            tryVerify(() => shown.page.emptyTitle.indexOf("No blueprint in") === 0);
            keep("empty");
            begin();
            shown.page.list.filter = "nothing-is-called-this";
            tryVerify(() => shown.page.emptyTitle === "No blueprint matches the filter");
            keep("no-match");
        }
    }
}
