// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Models
import Signalbox.Pages
import Signalbox.Test

// The Tenants page by keyboard, and pictures of its states.
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
        name: "Tenants"
        when: windowShown

        function begin(platform, isProtected, readOnly) {
            holder.source = "";
            Stage.open(platform, isProtected ?? false, readOnly ?? false);
            holder.setSource("qrc:/qt/qml/Signalbox/pages/TenantsPage.qml", {
                app: Stage.app
            });
            compare(holder.status, Loader.Ready);
            return holder.item;
        }
        function demo(isProtected, readOnly) {
            const page = begin("demo", isProtected, readOnly);
            tryCompare(page.page.table, "count", 3);
            page.look("acme");
            tryCompare(page.page.items, "count", 3);
            return page;
        }
        function keep(name) {
            wait(60);
            const image = grabImage(root);
            verify(image.width > 0);
            if (Stage.pictures.length > 0)
                image.save(Stage.pictures + "/" + name + ".png");
        }
        function cleanup() {
            if (holder.item)
                holder.item.closeDialogs();
            Theme.mode = "dark";
            Stage.signInAs("admin");
            holder.source = "";
        }
        function tabTo(test) {
            for (let i = 0; i < 80; ++i) {
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
        function rowOf(form, label) {
            for (let row = 0; row < form.count; ++row)
                if (form.data(form.index(row, 0), Qt.DisplayRole) === label)
                    return row;
            return -1;
        }
        function set(form, label, value) {
            form.setValue(rowOf(form, label), value);
        }
        function test_look_data() {
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
        function test_look(data) {
            Theme.mode = data.tag;
            const page = demo();
            page.page.itemKey = "a1";
            keep("tenants-agents-" + data.tag);
            page.page.area = TenantStore.Channels;
            tryCompare(page.page.items, "count", 3);
            page.page.itemKey = "c1";
            keep("tenants-channels-" + data.tag);
            page.page.area = TenantStore.Texts;
            tryCompare(page.page.items, "count", 1);
            page.page.itemKey = "k1";
            keep("tenants-texts-" + data.tag);
            page.page.area = TenantStore.Users;
            tryCompare(page.page.items, "count", 3);
            keep("tenants-users-" + data.tag);
            page.page.area = TenantStore.Usage;
            tryCompare(page.page.items, "count", 2);
            tryVerify(() => page.page.days.length === 30 && page.page.budgetAlerts.length === 1);
            keep("tenants-usage-" + data.tag);
            page.page.area = TenantStore.Audit;
            tryCompare(page.page.items, "count", 3);
            keep("tenants-audit-" + data.tag);
        }
        function test_empty() {
            const page = begin("empty");
            tryVerify(() => page.page.emptyTitle === "No tenants yet");
            keep("tenants-empty");
        }
        function test_withoutTheCapabilityItSaysWhatIsMissingAndAsksNothing() {
            const page = begin("real");
            tryVerify(() => page.page.emptyTitle === "This back end has no tenants");
            compare(Stage.asked("portal", ""), 0);
            compare(Stage.asked("ops", ""), 0);
            keep("tenants-unsupported");
        }
        function test_failing() {
            const page = begin("failing");
            tryVerify(() => page.page.error.length > 0);
            keep("tenants-error");
        }
        function test_readOnly() {
            const page = demo(true, true);
            page.page.itemKey = "a1";
            verify(tabTo(item => item.text === "New tenant…"));
            verify(root.Window.activeFocusItem.why.length > 0);
            keep("tenants-readonly");
        }
        function test_long() {
            const page = demo();
            Stage.addTenants(120);
            Stage.app.session.refresh();
            tryCompare(page.page.table, "count", 123);
            page.look("tenant-0");
            tryVerify(() => page.page.itemsEmptyTitle === "No agents");
            keep("tenants-long");
        }
        function test_foreignRowsStopThePage_data() {
            return [
                {
                    tag: "agents",
                    area: TenantStore.Agents
                },
                {
                    tag: "channels",
                    area: TenantStore.Channels
                },
                {
                    tag: "texts",
                    area: TenantStore.Texts
                },
                {
                    tag: "users",
                    area: TenantStore.Users
                },
                {
                    tag: "usage",
                    area: TenantStore.Usage
                },
                {
                    tag: "audit",
                    area: TenantStore.Audit
                }
            ];
        }
        function test_foreignRowsStopThePage(data) {
            const page = begin("demo");
            tryCompare(page.page.table, "count", 3);
            Stage.hostileTenants(true);
            page.page.area = data.area;
            page.look("acme");
            tryVerify(() => page.page.evidence.indexOf("intruder") > 0);
            compare(page.page.items.count, 0);
            keep("tenants-evidence-" + data.tag);
            Stage.hostileTenants(false);
            page.page.resume();
            tryCompare(page.page, "evidence", "");
            tryVerify(() => page.page.items.count > 0);
        }
        function test_agentByForm() {
            const page = demo();
            page.page.itemKey = "a1";
            page.fill(TenantForm.AnAgent, "acme", "a1", "");
            const form = page.formDialog.form;
            compare(form.whyNot, "Nothing differs.");
            keep("tenants-agent-form");
            set(form.form, "When", "billing_dispute AND attempts >");
            verify(form.whyNot.indexOf("When at character ") === 0, form.whyNot);
            set(form.form, "Tools", "kb_search\nteleport");
            tryVerify(() => form.form.firstFault().indexOf("teleport") > 0);
            keep("tenants-agent-fault");
            set(form.form, "Tools", "kb_search");
            set(form.form, "When", "billing_dispute AND attempts > 3");
            set(form.form, "Budget, $ a month", "25");
            compare(form.whyNot, "");
            page.formDialog.view = 2;
            keep("tenants-agent-diff");
            page.formDialog.view = 1;
            keep("tenants-agent-json");
            form.edit(form.text + "x");
            verify(form.fault.length > 0);
            keep("tenants-agent-json-fault");
            form.edit(form.text.slice(0, -1));
            form.save();
            tryVerify(() => form.result.length > 0);
            const stored = JSON.parse(Stage.agentJson("acme", "a1"));
            compare(stored.budget_limit_usd, 25);
            compare(stored.escalation_rules[0].condition, "billing_dispute AND attempts > 3");
            compare(stored.version, 4);
        }
        function test_aNewFormIsAtFaultOnlyWhereSomebodyWas() {
            const page = demo();
            page.fill(TenantForm.AnAgent, "acme", "", "");
            const form = page.formDialog.form;
            form.draft.startOver();
            compare(form.whyNot, "Name is needed");
            verify(tabTo(item => item.name === "Name" && item.fault !== undefined));
            const field = root.Window.activeFocusItem;
            compare(field.fault, "");
            keep("tenants-agent-new");
            keyClick(Qt.Key_Tab);
            tryVerify(() => field.fault.length > 0);
            compare(form.whyNot, "Name is missing");
            field.forceActiveFocus();
            type("x");
            compare(field.fault, "");
            compare(form.whyNot, "");
        }
        function test_whoeverIsSlowerSeesBothAndMerges() {
            const page = demo();
            page.fill(TenantForm.AnAgent, "acme", "a1", "");
            const form = page.formDialog.form;
            set(form.form, "Role", "claims");
            Stage.touchAgent("a1");
            form.save();
            tryVerify(() => form.conflict);
            compare(form.merge.count, 0);
            keep("tenants-agent-conflict");
            form.takeMerged();
            form.save();
            tryVerify(() => form.result.length > 0);
            const stored = JSON.parse(Stage.agentJson("acme", "a1"));
            compare(stored.role, "claims");
            compare(stored.persona, "Brisk, and never guesses.");
        }
        function test_whereBothChangedOneChooses_data() {
            return [
                {
                    tag: "the merge",
                    persona: "Brisk, and never guesses."
                },
                {
                    tag: "mine",
                    persona: "Slow."
                },
                {
                    tag: "theirs",
                    persona: "Brisk, and never guesses."
                }
            ];
        }
        function test_whereBothChangedOneChooses(data) {
            const page = demo();
            page.fill(TenantForm.AnAgent, "acme", "a1", "");
            const form = page.formDialog.form;
            set(form.form, "Persona", "Slow.");
            set(form.form, "Role", "claims");
            Stage.touchAgent("a1");
            form.save();
            tryVerify(() => form.conflict);
            compare(form.merge.count, 1);
            keep("tenants-agent-conflict-both");
            if (data.tag === "theirs") {
                form.takeTheirs();
                verify(!form.edited);
                return;
            }
            form.merge.choose(0, true);
            if (data.tag === "mine")
                form.takeMine();
            else
                form.takeMerged();
            compare(form.whyNot, "");
            form.save();
            tryVerify(() => form.result.length > 0);
            const stored = JSON.parse(Stage.agentJson("acme", "a1"));
            compare(stored.persona, data.persona);
            compare(stored.role, "claims");
        }
        function test_toolsAreChosenAndUnknownOnesStay() {
            const page = demo();
            Stage.giveTool("a1", "teleport");
            Stage.app.session.refresh();
            page.page.itemKey = "a1";
            tryVerify(() => page.page.jsonOf(true).indexOf("teleport") > 0);
            page.fill(TenantForm.AnAgent, "acme", "a1", "");
            const form = page.formDialog.form;
            // The registry is read after the form is open: then they are boxes.
            tryVerify(() => tabTo(item => item.text === "http_request"));
            keyClick(Qt.Key_Space);
            verify(form.text.indexOf("http_request") > 0);
            keep("tenants-agent-tools");
            verify(form.text.indexOf("teleport") > 0);
            compare(form.whyNot, "");
        }
        function test_aDraftIsThereAgain() {
            let page = demo();
            page.fill(TenantForm.AnAgent, "acme", "a1", "");
            set(page.formDialog.form.form, "Role", "night shift");
            page.closeDialogs();
            page.fill(TenantForm.AnAgent, "acme", "a1", "");
            verify(page.formDialog.form.draft.restored.length > 0);
            verify(page.formDialog.form.text.indexOf("night shift") > 0);
            keep("tenants-agent-draft");
            page.formDialog.form.draft.startOver();
            verify(page.formDialog.form.text.indexOf("night shift") < 0);
        }
        function test_aCopyIsANewAgentThatIsNotActive() {
            const page = demo();
            page.fill(TenantForm.AnAgent, "acme", "", "a1");
            const form = page.formDialog.form;
            compare(form.whyNot, "");
            form.save();
            tryCompare(page.page.items, "count", 4);
            const made = JSON.parse(Stage.agentJson("acme", "agent-1"));
            compare(made.name, "Service desk (copy)");
            compare(made.is_active, false);
            compare(made.version, 1);
        }
        function test_aTemplateFillsTheForm() {
            const page = demo();
            page.fill(TenantForm.AnAgent, "acme", "", "");
            const form = page.formDialog.form;
            tryVerify(() => form.templates.length === 1);
            tryVerify(() => page.formDialog.opened);
            tryVerify(() => tabTo(item => item.name === "Begin with a template"));
            compare(root.Window.activeFocusItem.displayText, "a template"); // none is chosen yet
            keep("tenants-agent-new");
            form.takeTemplate(0);
            compare(form.whyNot, "");
            verify(form.text.indexOf("service desk") > 0);
            keep("tenants-agent-template");
        }
        function test_secretsOfAChannelStayAndAreNeverKept() {
            const page = demo();
            page.page.area = TenantStore.Channels;
            tryCompare(page.page.items, "count", 3);
            page.fill(TenantForm.AChannel, "acme", "c3", "");
            keep("tenants-channel-unknown");
            page.closeDialogs();
            page.fill(TenantForm.AChannel, "acme", "c1", "");
            const form = page.formDialog.form;
            verify(form.text.indexOf("planted") < 0);
            set(form.form, "Agent, by its id", "nobody");
            verify(form.whyNot.indexOf("names no agent") > 0, form.whyNot);
            set(form.form, "Agent, by its id", "a1");
            set(form.form, "Its own id", "T0NEW");
            keep("tenants-channel-form");
            form.save();
            tryVerify(() => form.result.length > 0);
            page.closeDialogs();
            page.act(TenantAction.TestChannel, "acme", "c1");
            page.actionDialog.action.run();
            tryVerify(() => page.actionDialog.action.steps.length === 2);
            verify(page.actionDialog.action.steps[1].indexOf("not tested") > 0);
            keep("tenants-channel-tested");
        }
        function test_anInvitationIsShownOnce() {
            const page = demo();
            page.page.area = TenantStore.Users;
            page.fill(TenantForm.AnInvitation, "acme", "", "");
            const form = page.formDialog.form;
            verify(form.whyNot.length > 0);
            set(form.form, "Address", "nora@example.org");
            form.save();
            tryVerify(() => form.secret.length > 0);
            keep("tenants-invitation");
            page.closeDialogs();
            compare(form.secret, "");
            tryCompare(page.page.items, "count", 4);
        }
        function test_anInvitationIsAcceptedOnce() {
            const page = demo();
            verify(tabTo(item => item.text === "Accept an invitation…"));
            compare(root.Window.activeFocusItem.why, "");
            page.page.area = TenantStore.Users;
            page.fill(TenantForm.AnInvitation, "acme", "", "");
            const form = page.formDialog.form;
            set(form.form, "Address", "nora@example.org");
            form.save();
            tryVerify(() => form.secret.length > 0);
            const token = form.secret;
            page.closeDialogs();
            page.fill(TenantForm.AnAcceptance, "", "", "");
            compare(form.whyNot, "Token is needed");
            set(form.form, "Token", token);
            keep("tenants-invitation-accept");
            form.save();
            tryVerify(() => form.result.length > 0);
            tryCompare(page.page.items, "count", 5);
            page.closeDialogs();
            page.fill(TenantForm.AnAcceptance, "", "", "");
            compare(form.text.indexOf(token), -1); // it is a secret: no draft of it
            set(form.form, "Token", token);
            form.save();
            tryVerify(() => form.error.length > 0);
        }
        function test_aTextIsPastedAndReadByKeyboard() {
            const page = demo();
            page.page.area = TenantStore.Texts;
            tryCompare(page.page.items, "count", 1);
            verify(tabTo(item => item.text === "Add text…"));
            keyClick(Qt.Key_Return);
            const entry = page.textDialog.entry;
            tryVerify(() => root.Window.activeFocusItem && root.Window.activeFocusItem.name === "Title");
            entry.draft.startOver(); // of an earlier run
            type("Fares");
            verify(tabTo(item => item.name === "Words"));
            type("twelve");
            compare(entry.text, "twelve");
            keep("tenants-text-add");
            entry.save();
            tryVerify(() => entry.result.length > 0);
            keep("tenants-text-added");
            page.closeDialogs();
            tryCompare(page.page.items, "count", 2);
            page.words("acme", "k1");
            tryVerify(() => entry.text.indexOf("six weeks") > 0);
            keep("tenants-text-read");
            compare(entry.whyNot, "");
        }
        function test_deletingATenantWantsItsName() {
            const page = demo();
            verify(tabTo(item => item.text === "Delete…"));
            keyClick(Qt.Key_Return);
            tryVerify(() => root.Window.activeFocusItem && root.Window.activeFocusItem.name === "Type acme to go on");
            keyClick(Qt.Key_Return);
            verify(Stage.hasTenant("acme"));
            type("acme");
            keep("tenants-delete");
            keyClick(Qt.Key_Return);
            tryVerify(() => !Stage.hasTenant("acme"));
            tryCompare(page.page.table, "count", 2);
            compare(page.page.currentKey, "");
        }
        function test_deactivate() {
            const page = demo();
            page.page.itemKey = "a1";
            verify(tabTo(item => item.text === "Deactivate…"));
            keyClick(Qt.Key_Return);
            keep("tenants-deactivate");
            verify(tabTo(item => item.text === "Deactivate"));
            keyClick(Qt.Key_Return);
            tryVerify(() => JSON.parse(Stage.agentJson("acme", "a1")).is_active === false);
        }
    }
}
