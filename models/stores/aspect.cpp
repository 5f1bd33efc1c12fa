// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/aspect.h"

namespace signalbox {

QString aspectName(Cell::Aspect aspect)
{
    switch (aspect) {
    case Cell::Clear:
        return QStringLiteral("clear");
    case Cell::Warning:
        return QStringLiteral("warning");
    case Cell::Stop:
        return QStringLiteral("stop");
    default:
        return QStringLiteral("unknown");
    }
}

Cell::Tone aspectTone(Cell::Aspect aspect)
{
    switch (aspect) {
    case Cell::Clear:
        return Cell::Good;
    case Cell::Warning:
        return Cell::Caution;
    case Cell::Stop:
        return Cell::Danger;
    default:
        return Cell::Muted;
    }
}

double aspectRank(Cell::Aspect aspect)
{
    switch (aspect) {
    case Cell::Clear:
        return 0;
    case Cell::Warning:
        return 2;
    case Cell::Stop:
        return 3;
    default:
        return 1;
    }
}

} // namespace signalbox
