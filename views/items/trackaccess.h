// SPDX-License-Identifier: GPL-3.0-only
#pragma once

namespace signalbox {
class TrackDiagram;
}

/// What a screen reader sees of a TrackDiagram: a drawing with one child per station and track,
/// named, described, placed, focusable and pressable. Made only when somebody asks. GUI thread.
namespace signalbox::trackaccess {

void install(); ///< once per process; more calls do nothing
void focusMoved(TrackDiagram *diagram, int element);
void reset(TrackDiagram *diagram); ///< the elements are others now

} // namespace signalbox::trackaccess
