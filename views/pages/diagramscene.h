// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/diagramlayout.h"
#include "views/items/trackscene.h"

namespace signalbox {

/// What the track diagram draws, from a graph and its layout. Keys: `s:<station key>` and
/// `t:<station key>:<topic name in the entry>`. Pure; also for previews of a blueprint.
TrackScene trackSceneOf(const rules::Diagram &diagram, const rules::DiagramLayout &layout);
QString stationKey(const rules::Diagram &diagram, std::size_t station);
QString trackKey(const rules::Diagram &diagram, std::size_t track);
QString trackName(const rules::Diagram &diagram, std::size_t track); ///< "chunker → embedder"

} // namespace signalbox
