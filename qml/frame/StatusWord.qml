// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Controls

Label {
    color: Theme.muted
    font.pixelSize: Theme.smallSize
}
