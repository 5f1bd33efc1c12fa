// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// Narrow windows, another scale and long names: nothing that can be pressed leaves the page, nothing lies on something else.
Item {
    id: root
    width: 1252
    height: 760

    Rectangle {
        anchors.fill: parent
        color: Theme.ground
    }
    Component {
        id: flowsPage
        FlowsPage {
            app: Stage.app
        }
    }
    Component {
        id: queuesPage
        QueuesPage {
            app: Stage.app
        }
    }
    TestCase {
        name: "Narrow"
        when: windowShown

        readonly property string longId: "a-flow-with-a-name-of-sixty-four-characters-which-is-the-longest"

        function begin(component, width, height) {
            Stage.open("demo", false, false);
            const shown = createTemporaryObject(component, root, {
                width: width,
                height: height
            });
            tryVerify(() => Stage.loaded());
            return shown;
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
        function keep(name) {
            if (Stage.pictures.length > 0)
                grabImage(root).save(Stage.pictures + "/" + name + ".png");
        }
        function verifyInside(item, page) {
            verify(item);
            const at = item.mapToItem(page, 0, 0);
            verify(at.x >= 0 && at.x + item.width <= page.width + 0.5, item.text + ": " + at.x + " + " + item.width + " of " + page.width);
        }
        function test_buttonsStayWithinThePage_data() {
            return [
                {
                    tag: "1252",
                    width: 1252,
                    height: 760
                },
                {
                    tag: "772",
                    width: 772,
                    height: 760
                },
                {
                    tag: "591",
                    width: 591,
                    height: 374
                }
            ];
        }
        function test_buttonsStayWithinThePage(data) {
            const page = begin(flowsPage, data.width, data.height);
            Stage.startFlow("globex", longId, "mirror");
            tryVerify(() => Stage.runs("globex", longId));
            tryCompare(page.page.table, "count", 7);
            for (const key of [page.page.table.keyAt(0), "globex/" + longId]) {
                page.look(key);
                tryVerify(() => page.page.detail.queues.total > 0);
                waitForRendering(root);
                for (const text of ["Restart…", "Start flow…", "Stop…"])
                    verifyInside(find(page, item => item.text === text && item.why !== undefined && item.visible), page);
                verifyInside(find(page, item => item.name === "Parts of the flow"), page);
            }
            keep("narrow-flows-" + data.tag);
        }
        function test_theStopOfALongNameTellsItsScopeInFull() {
            const page = begin(flowsPage, 1252, 760);
            Stage.startFlow("globex", longId, "mirror");
            tryVerify(() => Stage.runs("globex", longId));
            page.stopFlows(["globex/" + longId]);
            const dialog = page.stopDialog;
            tryVerify(() => dialog.subtitle.length > 0);
            let top = root;
            while (top.parent)
                top = top.parent;
            tryVerify(() => {
                const words = find(top, item => item.text === dialog.subtitle && item.truncated !== undefined);
                return words && !words.truncated && words.width > 0;
            });
            waitForRendering(root);
            keep("narrow-stop-long");
            dialog.close();
        }
        function test_queuesOfOneFlowAreToldApartBesideThePane_data() {
            return [
                {
                    tag: "1252",
                    width: 1252
                },
                {
                    tag: "772",
                    width: 772
                }
            ];
        }
        function test_queuesOfOneFlowAreToldApartBesideThePane(data) {
            const page = begin(queuesPage, data.width, 760);
            page.page.filter = "flow:ingest-us ws:acme";
            tryVerify(() => page.page.table.count > 3);
            page.look(page.page.table.keyAt(0));
            waitForRendering(root);
            const table = find(page, item => item.name === "Queues" && item.columns !== undefined);
            let column = 0;
            while (table.columns.title(column) !== "Queue")
                ++column;
            const seen = [];
            for (let row = 0; row < page.page.table.count; ++row) {
                const cell = table.view.itemAtCell(Qt.point(column, row));
                verify(cell);
                const words = find(cell, item => item.truncated !== undefined);
                // what is certainly in sight, in characters
                seen.push(words.text.substring(0, Math.floor(words.width / 7.3) - 1));
            }
            compare(new Set(seen).size, seen.length, seen.join(" | "));
            for (const text of ["Publish…", "Purge…", "Delete the queue…"])
                verifyInside(find(page, item => item.text === text && item.why !== undefined && item.visible), page);
            keep("narrow-queues-" + data.tag);
        }
        function test_scopesThatDoNotFitAreOneList() {
            const page = begin(queuesPage, 836, 600);
            const scope = find(page, item => item.name === "Scope" && item.visible);
            verify(scope.displayText !== undefined, "a list to choose from");
            verifyInside(scope, page);
            compare(scope.count, page.page.scopes.length);
            scope.forceActiveFocus();
            keyClick(Qt.Key_Down);
            compare(page.page.scope, page.page.scopes[1]);
            keep("narrow-queues-scope");
            page.width = 1252;
            tryVerify(() => find(page, item => item.name === "Scope" && item.visible).displayText === undefined);
        }
        function test_anEmptyTableKeepsItsWordsBelowItsTitles() {
            const page = begin(flowsPage, 591, 240);
            page.page.table.filter = "no-such-flow";
            tryCompare(page.page.table, "count", 0);
            waitForRendering(root);
            const table = find(page, item => item.name === "Flows" && item.columns !== undefined);
            const title = find(table, item => item.text === page.page.emptyTitle && item.strong === true);
            verify(title && title.mapToItem(table, 0, 0).y >= 28);
            keep("narrow-empty");
        }
        function test_aMenuIsAsWideAsItsWords() {
            Stage.open("demo", false, true);
            const page = createTemporaryObject(flowsPage, root, {
                width: 1252,
                height: 760
            });
            tryVerify(() => Stage.loaded());
            tryVerify(() => page.page.table.count > 1);
            const table = find(page, item => item.name === "Flows" && item.columns !== undefined);
            mouseClick(table, 200, 28 + 14, Qt.RightButton);
            let top = root;
            while (top.parent)
                top = top.parent;
            let entry = null;
            tryVerify(() => entry = find(top, item => item.text === "Restart with other parameters…" && item.menu && item.menu.opened && item.visible));
            waitForRendering(root);
            keep("narrow-menu");
            const cut = find(entry, item => item.truncated === true);
            compare(cut ? cut.text : "", "");
            verify(entry.why.length > 0);
            keyClick(Qt.Key_Escape);
        }
    }
}
