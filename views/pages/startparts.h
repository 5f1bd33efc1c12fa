// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/plan.h"
#include "views/pages/parttable.h"

/// What a start creates, as tables: for the start dialog and for the preview of a blueprint.
namespace signalbox::startparts {

std::vector<Column> topicColumns();
std::vector<Column> entryColumns();
std::vector<Column> queueColumns();
/// `done`: it has come into being, the words say so.
std::vector<PartTable::Part> topics(const rules::StartPlan &plan, bool done);
std::vector<PartTable::Part> entries(const rules::StartPlan &plan);
std::vector<PartTable::Part> queues(const rules::StartPlan &plan);

} // namespace signalbox::startparts
