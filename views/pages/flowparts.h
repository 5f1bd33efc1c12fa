// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/expand.h"
#include "models/schema/flow.h"
#include "views/pages/parttable.h"

namespace signalbox {

class QueueStore;
struct QueueState;

/// What the tables of a flow's page show. Pure: stores and blueprints in, rows out.
namespace flowparts {

std::vector<Column> queueColumns();
std::vector<Column> interfaceColumns();
std::vector<Column> parameterColumns();
std::vector<Column> processorColumns();

/// Every queue that the flow consumes: those expected from its blueprint, there or not, then those
/// that the broker has beyond (of subscribers). As many as FlowRow::queues says.
std::vector<PartTable::Part> queues(const QueueStore &store, const QString &workspace,
    const QString &flow, const std::vector<rules::ExpectedQueue> &expected);
std::vector<PartTable::Part> interfaces(const schema::FlowRecord &record);
/// `blueprint` may be nullptr: not known.
std::vector<PartTable::Part> parameters(
    const schema::FlowRecord &record, const schema::Blueprint *blueprint);
std::vector<PartTable::Part> processors(const QueueStore &store, const rules::Expansion &expansion,
    const std::vector<rules::ExpectedQueue> &expected);

} // namespace flowparts
} // namespace signalbox
