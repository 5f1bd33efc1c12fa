// SPDX-License-Identifier: GPL-3.0-only
// The list of queues as a file of the console: what was shown, and how much was not.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

/// What is not known is absent in JSON and empty in CSV, never 0. Rates per second.
struct ExportedQueue {
    std::string name;
    std::string topic;
    std::string topicClass;
    std::string scope;
    std::string workspace;
    std::vector<std::string> flows; ///< that consume it
    std::string blueprint;
    std::string processor;
    std::optional<std::int64_t> ready;
    std::optional<std::int64_t> unacked;
    std::optional<std::int64_t> consumers;
    std::optional<std::int64_t> redelivered;
    std::optional<std::int64_t> oldestMs;
    std::optional<std::int64_t> bytes;
    std::optional<double> inRate;
    std::optional<double> outRate;
    std::optional<double> drainSeconds; ///< absent also when it grows or stands
    std::string backlog; ///< empty draining standing growing, "" unknown
    std::string source;
    std::optional<std::int64_t> ageMs; ///< of what waits, when it was taken
    bool stale = false; ///< its figures are older than they should be
    bool operator==(const ExportedQueue &) const = default;
};

struct QueueExport {
    std::string taken; ///< exact time with zone
    std::string workspace; ///< "" = all
    std::string filter; ///< "" = none
    std::int64_t known = 0; ///< of the workspace
    std::int64_t shown = 0;
    std::int64_t hidden = 0; ///< by the filter: known = shown + hidden
    std::int64_t stale = 0; ///< of those shown
    std::int64_t uncounted = 0; ///< of those shown: no source tells their counts
    std::vector<ExportedQueue> queues; ///< in the order of the table
    bool operator==(const QueueExport &) const = default;
};

/// RFC 4180, UTF-8, after one comment line that says what the members before `queues` say. Cells
/// that a spreadsheet would run are quoted with an apostrophe.
std::string csvOf(const QueueExport &queues);

} // namespace signalbox::schema
