// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox.Controls
import Signalbox.Test

// A file is chosen or dropped where a field names one.
Item {
    id: root
    width: 900
    height: 600

    Rectangle {
        anchors.fill: parent
        color: Theme.ground
    }
    TextField {
        id: path
        width: 400
        name: "Authority file"
    }
    FileButton {
        id: button
        x: 410
        field: path
        onChosen: chosen => root.chosen = chosen
    }
    property string chosen: ""
    TestCase {
        name: "FileButton"
        when: windowShown

        function test_aFileIsNamedByItsPath() {
            button.take("file:///etc/ssl/our%20own.pem");
            compare(path.text, "/etc/ssl/our own.pem");
            compare(root.chosen, "/etc/ssl/our own.pem");
            verify(path.activeFocus);
            button.take("https://example.org/x.pem"); // no file
            compare(path.text, "/etc/ssl/our own.pem");
            compare(String(button.folderOf("/etc/ssl/a b/c.pem")), "file:///etc/ssl/a%20b");
            compare(String(button.folderOf("c.pem")), "");
        }
        function test_theDialogOpensWhereTheFieldPoints() {
            path.text = "/usr/share/none.pem";
            verify(button.text.startsWith("Authority file"));
            button.triggered();
            tryVerify(() => button.picker && button.picker.visible);
            compare(String(button.picker.currentFolder), "file:///usr/share");
            const image = grabImage(root);
            if (Stage.pictures.length > 0)
                image.save(Stage.pictures + "/file-picker.png");
            button.picker.close();
            tryVerify(() => !button.picker.visible);
        }
    }
}
