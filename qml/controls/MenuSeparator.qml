// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtQuick.Templates as T

T.MenuSeparator {
    implicitWidth: 200
    implicitHeight: 9
    padding: 4
    Accessible.role: Accessible.Separator
    contentItem: Rectangle {
        implicitHeight: 1
        color: Theme.line
    }
}
