// SPDX-License-Identifier: GPL-3.0-only
import QtQuick.Dialogs

// The system's own dialog for one file, where there is one. Loaded when it is first wanted.
FileDialog {
    id: root

    objectName: "filePicker"
    property bool saving: false

    signal chosen(url file)

    fileMode: saving ? FileDialog.SaveFile : FileDialog.OpenFile
    onAccepted: root.chosen(selectedFile)
}
