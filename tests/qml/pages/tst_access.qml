// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox
import Signalbox.Controls
import Signalbox.Pages
import Signalbox.Test

// The Access page by keyboard, and pictures of its states.
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
        name: "Access"
        when: windowShown

        function begin(platform, isProtected, readOnly) {
            holder.source = "";
            Stage.open(platform, isProtected ?? false, readOnly ?? false);
            holder.setSource("qrc:/qt/qml/Signalbox/pages/AccessPage.qml", {
                app: Stage.app
            });
            compare(holder.status, Loader.Ready);
            return holder.item;
        }
        function demo() {
            const page = begin("demo");
            tryCompare(page.page.table, "count", 5);
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
        function test_leases_data() {
            return [
                {
                    tag: "dark"
                },
                {
                    tag: "light"
                }
            ];
        }
        function test_leases(data) {
            Theme.mode = data.tag;
            const page = begin("leases");
            page.page.part = AccessPageModel.Leases;
            tryCompare(page.page.table, "count", 2);
            page.look("11e8");
            tryCompare(page.page.detail.related, "count", 1);
            keep("access-leases-" + data.tag);
            page.act(AccessAction.RevokeLease, "11e8", page.page.detail.owner);
            tryVerify(() => page.actionDialog.opened);
            keep("access-lease-end-" + data.tag);
            page.actionDialog.action.run();
            tryCompare(page.page.table, "count", 1);
        }
        function test_noLeases() {
            const page = demo();
            page.page.part = AccessPageModel.Leases;
            compare(page.page.table.count, 0);
            keep("access-no-leases");
        }
        function test_eachTableRemembersItsColumns() {
            const page = demo();
            const table = page.list;
            const width = () => table.columns.width(1);
            const before = width();
            table.columns.resize(1, 333, table.width);
            compare(width(), 333);
            page.page.part = AccessPageModel.Workspaces;
            tryCompare(page.page.table, "count", 3);
            tryVerify(() => width() !== 333);
            page.page.part = AccessPageModel.Users;
            tryVerify(() => width() === 333);
            const again = demo();
            tryVerify(() => again.list.columns.width(1) === 333);
            again.list.columns.resetColumns();
            compare(again.list.columns.width(1), before);
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
            page.look("mira");
            tryCompare(page.page.detail.related, "count", 2);
            keep("access-users-" + data.tag);
            page.page.part = AccessPageModel.Workspaces;
            tryCompare(page.page.table, "count", 3);
            page.look("globex");
            tryCompare(page.page.detail.related, "count", 2);
            keep("access-workspaces-" + data.tag);
            page.page.part = AccessPageModel.Keys;
            tryCompare(page.page.table, "count", 3);
            page.look("key-3");
            keep("access-keys-" + data.tag);
            page.page.part = AccessPageModel.Rights;
            page.look("flows:write");
            tryVerify(() => page.page.detail.facts.count > 5);
            keep("access-rights-" + data.tag);
        }
        function test_empty() {
            const page = begin("empty");
            tryVerify(() => page.page.emptyTitle === "Nothing here");
            keep("access-empty");
            page.page.part = AccessPageModel.Keys;
            keep("access-keys-empty");
        }
        function test_failing() {
            const page = begin("failing");
            tryVerify(() => page.page.error.length > 0);
            keep("access-error");
        }
        function test_reader() {
            Stage.signInAs("reader");
            const page = begin("demo");
            tryCompare(page.page.table, "count", 1);
            page.look("mira");
            keep("access-reader");
            page.page.part = AccessPageModel.Keys;
            keep("access-reader-keys");
        }
        function test_readOnly() {
            const page = begin("demo", true, true);
            tryCompare(page.page.table, "count", 5);
            page.look("otto");
            keep("access-readonly");
        }
        function test_long() {
            const page = demo();
            Stage.addUsers(400);
            Stage.app.session.refresh();
            tryCompare(page.page.table, "count", 405);
            page.look("somebody-with-a-user-name-that-no-column-was-made-for-0@example.org");
            tryCompare(page.page.detail.related, "count", 1);
            keep("access-long");
        }
        function test_dialogs() {
            const page = demo();
            page.fill(AccessForm.NewUser, "");
            keep("access-new-user");
            page.formDialog.form.name = "ines";
            page.formDialog.form.generate = false;
            keep("access-new-user-fault");
            page.closeDialogs();
            page.fill(AccessForm.NewKey, "ines");
            page.formDialog.form.lifetime = AccessForm.Until;
            keep("access-new-key");
            page.closeDialogs();
            page.fill(AccessForm.NewWorkspace, "");
            keep("access-new-workspace");
            page.closeDialogs();
            page.act(AccessAction.DisableWorkspace, "acme", "");
            keep("access-disable-workspace");
            page.closeDialogs();
            page.act(AccessAction.DeleteUser, "mira", "");
            keep("access-delete-user");
        }
        function test_newUserByKeyboard() {
            const page = demo();
            verify(tabTo(item => item.text === "New user…"));
            keyClick(Qt.Key_Return);
            tryVerify(() => root.Window.activeFocusItem && root.Window.activeFocusItem.name === "User name");
            type("nora");
            verify(tabTo(item => item.text === "writer"));
            keyClick(Qt.Key_Space);
            verify(tabTo(item => item.text === "Create"));
            keyClick(Qt.Key_Return);
            tryVerify(() => Stage.hasUser("nora"));
            const form = page.formDialog.form;
            tryVerify(() => form.secret.length === 20);
            const secret = form.secret;
            keep("access-secret");
            keyClick(Qt.Key_Escape);
            compare(form.secret, secret, "a secret is not lost by a slip of the hand");
            verify(tabTo(item => item.text === "Copy"));
            keyClick(Qt.Key_Return);
            compare(Stage.clipboard(), secret);
            verify(Stage.app.notice.indexOf(secret) < 0);
            verify(tabTo(item => item.text === "I have kept it"));
            keyClick(Qt.Key_Return);
            tryCompare(form, "secret", "");
            tryVerify(() => page.page.table.rowOf("nora") >= 0);
        }
        function test_deleteByKeyboardWantsTheNameOnAProtectedConnection() {
            const page = begin("demo", true, false);
            tryCompare(page.page.table, "count", 5);
            page.look("otto");
            verify(tabTo(item => item.text === "Delete…"));
            keyClick(Qt.Key_Return);
            tryVerify(() => root.Window.activeFocusItem && root.Window.activeFocusItem.name === "Type otto to go on");
            keyClick(Qt.Key_Return);
            verify(Stage.hasUser("otto"));
            type("otto");
            keep("access-delete-typed");
            keyClick(Qt.Key_Return);
            tryVerify(() => !Stage.hasUser("otto"));
            compare(Stage.keysOf("otto"), 0);
            keyClick(Qt.Key_Escape);
        }
        function test_aReaderCannotPressWhatItMayNot() {
            Stage.signInAs("reader");
            const page = begin("demo");
            tryCompare(page.page.table, "count", 1);
            verify(tabTo(item => item.text === "New user…"));
            verify(root.Window.activeFocusItem.why.indexOf("users:admin") > 0);
            keyClick(Qt.Key_Return);
            compare(page.formDialog, null);
        }
    }
}
