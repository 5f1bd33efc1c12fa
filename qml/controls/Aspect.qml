// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import Signalbox.Items

// A signal aspect in its colour. `aspect` is a Cell.Aspect.
AspectIcon {
    id: root

    color: Theme.aspect(aspect)
    Accessible.role: Accessible.Graphic
    Accessible.name: aspect === 0 ? qsTr("clear") : aspect === 1 ? qsTr("caution") : aspect === 2 ? qsTr("danger") : qsTr("unknown")
}
