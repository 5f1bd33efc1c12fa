// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// The Configuration page: every state comes up and draws, and the way from an edit to one put by keyboard.
// With SIGNALBOX_PICTURES=<folder> the pictures are kept.
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
        name: "Config"
        when: windowShown

        property var shown: null

        function begin(entries, isProtected, readOnly) {
            holder.source = "";
            Stage.open("demo", isProtected ?? false, readOnly ?? false);
            Stage.fillConfig(entries ?? 0);
            Stage.app.open("configuration");
            Stage.setWorkspace("acme");
            holder.setSource("qrc:/qt/qml/Signalbox/pages/ConfigPage.qml", {
                app: Stage.app
            });
            compare(holder.status, Loader.Ready);
            shown = holder.item;
            tryVerify(() => Stage.configLoaded());
            tryVerify(() => shown.page.table.count > 10);
        }
        function keep(name) {
            wait(80);
            const image = grabImage(root);
            verify(image.width > 0);
            if (Stage.pictures.length > 0)
                image.save(Stage.pictures + "/config-" + name + ".png");
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
        function look(type, key) {
            shown.look(Stage.configId(type, key));
            tryVerify(() => shown.page.editor.title === key);
        }
        function type(text) {
            for (const letter of text)
                keyClick(letter);
        }
        function cleanup() {
            Theme.mode = "dark";
            holder.source = "";
        }
        function test_form_data() {
            return [
                {
                    tag: "prompt",
                    type: "prompt",
                    key: "template.question"
                },
                {
                    tag: "tool",
                    type: "tool",
                    key: "weather"
                },
                {
                    tag: "mcp",
                    type: "mcp",
                    key: "forecast"
                },
                {
                    tag: "cost",
                    type: "token-cost",
                    key: "large"
                },
                {
                    tag: "parameter",
                    type: "parameter-type",
                    key: "model"
                },
                {
                    tag: "schema",
                    type: "schema",
                    key: "wagons"
                },
                {
                    tag: "collection",
                    type: "collection",
                    key: "depot"
                }
            ];
        }
        function test_form(data) {
            begin();
            look(data.type, data.key);
            tryVerify(() => shown.page.editor.hasForm && shown.detailPane.part === 0);
            verify(shown.page.editor.form.count > 1);
            keep("form-" + data.tag);
        }
        function test_lightForm() {
            Theme.mode = "light";
            begin();
            look("tool", "ask-model");
            Stage.editConfig(Stage.configId("tool", "papers"), "{}");
            keep("light");
        }
        function test_jsonFaultIsShownAtItsPlace() {
            begin();
            look("tool", "papers");
            shown.detailPane.part = 1;
            shown.detailPane.takeFocus();
            const area = root.Window.activeFocusItem;
            verify(area.text.indexOf("\"x-rank\": 1.50") > 0);
            area.cursorPosition = area.text.indexOf("\"group\"");
            type("x");
            tryVerify(() => shown.page.editor.fault.length > 0);
            compare(shown.page.editor.faultLine, area.text.slice(0, shown.page.editor.faultAt).split("\n").length);
            compare(area.text[shown.page.editor.faultAt], "x");
            verify(shown.page.drafts === 1);
            keep("fault");
            Theme.mode = "light";
            keep("fault-light");
        }
        function test_aLongTextIsNumberedInSightAndCheckedBeside() {
            begin();
            const before = shown.page.table.count;
            const lines = [];
            for (let i = 0; i < 2000; ++i)
                lines.push("  \"line-" + i + "\": \"what somebody wrote down\"");
            Stage.putConfig("acme", "note", "long", "{\n" + lines.join(",\n") + "\n}");
            tryVerify(() => shown.page.table.count === before + 1);
            look("note", "long");
            shown.detailPane.part = 1;
            shown.detailPane.takeFocus();
            const area = root.Window.activeFocusItem;
            compare(area.name, "Value of long");
            let numbers = null;
            tryVerify(() => !!(numbers = anywhere(item => item.visible && /^1\n2(\n\d+)+$/.test(String(item.text ?? "")))));
            verify(numbers.text.split("\n").length < 200);
            area.cursorPosition = area.length;
            tryVerify(() => numbers.text.endsWith("\n2002"));
            verify(numbers.text.split("\n").length < 200);
            area.cursorPosition = 2;
            type("x");
            tryVerify(() => shown.page.editor.fault.length > 0 && !shown.page.editor.checking);
            compare(shown.page.editor.faultLine, 2);
            compare(shown.page.editor.faultAt, 2);
            compare(shown.page.drafts, 1);
            keyClick(Qt.Key_Backspace);
            tryVerify(() => shown.page.editor.fault.length === 0 && !shown.page.editor.checking);
            tryCompare(shown.page, "drafts", 0);
        }
        function test_findGoesRound() {
            begin();
            look("tool", "weather");
            shown.detailPane.part = 1;
            shown.detailPane.takeFocus();
            shown.focusFilter();
            tryVerify(() => root.Window.activeFocusItem.name === "Find in the text");
            type("name");
            keyClick(Qt.Key_Return);
            const area = anywhere(item => item.name === "Value of weather");
            compare(area.selectedText.toLowerCase(), "name");
            const first = area.selectionStart;
            keyClick(Qt.Key_Return);
            verify(area.selectionStart !== first);
            keep("find");
            keyClick(Qt.Key_Escape);
            verify(area.activeFocus);
        }
        function test_editReviewApplyByKeyboard() {
            begin();
            look("collection", "depot");
            const field = anywhere(item => item.name === "Description" && item.visible && item.text === "Waybills and rules");
            verify(field);
            field.forceActiveFocus();
            field.selectAll();
            type("Papers of the depot");
            tryCompare(shown.page, "drafts", 1);
            compare(Stage.configValue("acme", "collection", "depot").indexOf("Waybills") > 0, true);
            shown.detailPane.part = 2;
            keep("difference");
            const before = Stage.asked("config", "put");
            shown.review(shown.page.draftIds());
            tryVerify(() => shown.reviewDialog.opened);
            keep("review");
            compare(shown.reviewDialog.review.chosen, 1);
            const apply = anywhere(item => item.text === "Apply 1 change" && item.usable === true);
            verify(apply);
            apply.forceActiveFocus();
            keyClick(Qt.Key_Return);
            tryVerify(() => shown.reviewDialog.over);
            compare(Stage.asked("config", "put"), before + 1);
            compare(Stage.configValue("acme", "collection", "depot"), "{\"collection\":\"depot\",\"name\":\"Depot papers\",\"description\":\"Papers of the depot\",\"tags\":[\"papers\"]}");
            compare(shown.page.drafts, 0);
            keep("applied");
            keyClick(Qt.Key_Escape);
            shown.detailPane.part = 3;
            tryVerify(() => shown.page.editor.versions.count === 2);
            keep("history");
        }
        function test_conflictIsShownThreeWays() {
            begin();
            look("prompt", "template.question");
            Stage.editConfig(Stage.configId("prompt", "template.question"), '{"prompt": "Answer from the papers.\\n\\nQuestion: {{question}}", "response-type": "json", "id": "question", "x-owner": "mira"}');
            Stage.putConfig("acme", "prompt", "template.question", '{"prompt": "Answer from the papers below.\\n\\n{% for paper in papers %}{{paper}}\\n{% endfor %}\\nQuestion: {{question}}", "response-type": "jsonl", "id": "question", "x-owner": "anna", "x-reviewed": true}');
            tryVerify(() => shown.page.editor.conflict);
            keep("conflict-page");
            shown.decide(Stage.configId("prompt", "template.question"));
            tryVerify(() => shown.conflictDialog.opened);
            const conflict = shown.conflictDialog.conflict;
            compare(conflict.count, 1); // response-type
            verify(conflict.merged >= 2); // owner and reviewed
            keep("conflict");
            conflict.choose(0, true);
            conflict.takeMerged();
            tryVerify(() => !shown.page.editor.conflict);
            verify(shown.page.editor.text.indexOf("\"x-owner\": \"anna\"") > 0);
            verify(shown.page.editor.text.indexOf("\"response-type\": \"jsonl\"") > 0);
            verify(shown.page.editor.text.indexOf("Answer from the papers.") > 0);
        }
        function test_deleteShowsWhatDependsAndWantsTheName() {
            begin(0, true);
            look("parameter-type", "model");
            shown.remove([Stage.configId("parameter-type", "model")]);
            tryVerify(() => shown.reviewDialog.opened);
            verify(shown.reviewDialog.review.consequence.indexOf("document-rag") > 0);
            verify(shown.reviewDialog.review.consequence.indexOf("flow ingest-eu") > 0);
            verify(shown.reviewDialog.review.whyNot.length > 0);
            keep("delete");
            const typed = anywhere(item => item.name === "Type model to delete");
            typed.forceActiveFocus();
            type("model");
            tryVerify(() => shown.reviewDialog.review.whyNot === "");
            keyClick(Qt.Key_Escape);
            verify(Stage.configValue("acme", "parameter-type", "model").length > 0);
        }
        function test_readOnlyCannotEdit() {
            begin(0, false, true);
            look("tool", "papers");
            verify(shown.page.writeDenied.length > 0);
            verify(shown.page.editor.frozen.length > 0);
            keep("readonly");
            shown.detailPane.part = 1;
            shown.detailPane.takeFocus();
            type("x");
            compare(shown.page.drafts, 0);
            compare(Stage.asked("config", "put"), 0);
        }
        function test_importIsLookedAtFirst() {
            begin();
            const path = Stage.configFile('{"source_workspace": "depot-north", "source_version": 7, "config": {"token-cost": {"large": "{\\"model_name\\":\\"large\\",\\"input_price\\":3e-06,\\"output_price\\":1e-05}", "small": "{\\"input_price\\":1.5e-07,\\"model_name\\":\\"small\\",\\"output_price\\":6e-07}", "huge": "{\\"model_name\\":\\"huge\\",\\"input_price\\":1,\\"output_price\\":1}"}, "prompt": {"template.new": "{\\"prompt\\":\\"Hi {{name}}\\",\\"id\\":\\"new\\"}"}}}');
            shown.importFile();
            tryVerify(() => shown.importDialog.opened);
            keep("import");
            shown.importDialog.read(path);
            tryVerify(() => shown.reviewDialog && shown.reviewDialog.opened);
            const review = shown.reviewDialog.review;
            compare(review.count, 4); // large, huge, the prompt and the index that goes with it
            verify(review.left.length > 0); // small means the same
            keep("import-review");
            compare(Stage.asked("config", "put"), 0);
            review.choose(1, false);
            review.run();
            tryVerify(() => review.result.length > 0);
            compare(Stage.asked("config", "put"), 1);
            verify(Stage.configValue("acme", "prompt", "template-index").indexOf("\"new\"") > 0);
        }
        function test_exportDialog() {
            begin();
            shown.exportAll();
            tryVerify(() => shown.exportDialog.opened);
            verify(shown.exportDialog.content.content().indexOf("tg_planted_secret") < 0);
            keep("export");
        }
        function test_newEntryIsADraft() {
            begin();
            shown.page.showScope("acme", "tool");
            shown.newEntry("");
            tryVerify(() => shown.newDialog.opened);
            keep("new");
            type("radio");
            keyClick(Qt.Key_Return);
            tryVerify(() => shown.page.editor.title === "radio");
            compare(shown.page.drafts, 1);
            verify(shown.page.editor.hasForm);
            keep("new-form");
        }
        function test_whatIsHalfTypedOfANewEntryIsThereAgain() {
            begin();
            shown.page.showScope("acme", "tool");
            shown.newEntry("");
            tryVerify(() => shown.newDialog.opened);
            type("radio");
            keyClick(Qt.Key_Escape);
            tryVerify(() => !shown.newDialog.visible);
            shown.newEntry("");
            tryVerify(() => shown.newDialog.opened);
            const key = anywhere(item => item.visible && item.name === "Key" && item.selectAll !== undefined);
            compare(key.text, "radio");
            verify(anywhere(item => item.visible && String(item.text ?? "").startsWith("Restored from")));
            keep("new-again");
            keyClick(Qt.Key_Return);
            tryVerify(() => shown.page.editor.title === "radio");
            shown.newEntry("");
            tryVerify(() => shown.newDialog.opened);
            compare(key.text, "", "what became a draft of its own is none of the form");
            keyClick(Qt.Key_Escape);
        }
        function test_secretIsHidden() {
            begin();
            look("mcp", "forecast");
            shown.detailPane.part = 1;
            verify(shown.page.editor.text.indexOf("planted") < 0);
            keep("secret");
            shown.page.editor.revealed = true;
            verify(shown.page.editor.text.indexOf("planted") > 0);
        }
        function test_manyEntries() {
            begin(10000);
            tryVerify(() => shown.page.table.count > 10000);
            look("note", "note-00003");
            keep("many");
            shown.page.table.filter = "long-name";
            keep("long-names");
        }
        function test_errorAndEmpty() {
            holder.source = "";
            Stage.open("failing", false, false);
            Stage.app.open("configuration");
            holder.setSource("qrc:/qt/qml/Signalbox/pages/ConfigPage.qml", {
                app: Stage.app
            });
            shown = holder.item;
            tryVerify(() => shown.page.error.length > 0);
            keep("error");
            holder.source = "";
            Stage.open("empty", false, false);
            holder.setSource("qrc:/qt/qml/Signalbox/pages/ConfigPage.qml", {
                app: Stage.app
            });
            shown = holder.item;
            tryVerify(() => Stage.configLoaded());
            tryVerify(() => shown.page.emptyTitle.indexOf("Nothing is configured") === 0);
            keep("empty");
        }
    }
}
