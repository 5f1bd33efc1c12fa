// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/diagram.h"
#include "models/stores/table.h"
#include "views/items/trackscene.h"
#include "views/pages/dotrunner.h"
#include "views/pages/parttable.h"

namespace signalbox {

class Session;
struct QueueState;

/// The figures of a track diagram from the live stores, and its words. GUI thread.
namespace diagramfigures {

/// A track is full at this backlog; the scale is logarithmic.
constexpr double fullAt = 10000;

TrackValues valuesOf(const rules::Diagram &diagram, const Session &session,
    const QString &workspace, const QString &flow);
/// Of what does not run: scopes and topics instead of figures.
TrackValues plannedValues(const rules::Diagram &diagram);
/// The queue behind a track as the broker tells it; nullptr when it is not known.
const QueueState *queueOf(const rules::DiagramTrack &track, const rules::Diagram &diagram,
    const Session &session, const QString &workspace, const QString &flow);
/// The plain list: stations, then tracks, with the same figures.
std::vector<Column> columns();
std::vector<PartTable::Part> parts(const rules::Diagram &diagram, const TrackValues &values,
    const Session &session, const QString &workspace, const QString &flow);
QString notes(const rules::Diagram &diagram); ///< what has no direction
QString words(const DotFault &fault);

} // namespace diagramfigures

} // namespace signalbox
