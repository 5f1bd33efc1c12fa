// SPDX-License-Identifier: GPL-3.0-only
// What this console wrote: the lines of the journal in its profile. Never secrets.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

/// One thing that a write changed: a config value, a blueprint, a flow's start, a row of access.
/// Texts are JSON as on the wire. Without `before` it was not there, without `after` it is gone;
/// `…Known` says whether that is known at all.
struct JournalPart {
    std::string kind; ///< config blueprint flow user workspace key queue resource other
    std::string type; ///< of a config value; of a resource: tenants agents users …
    std::string key; ///< key or id; of a resource its path
    bool beforeKnown = false;
    bool afterKnown = false;
    std::optional<std::string> before;
    std::optional<std::string> after;
    bool secret = false; ///< it holds a secret: only that it changed is kept
    bool large = false; ///< too long to be kept
    bool operator==(const JournalPart &) const = default;
};

/// One write. The line is on disk before the request goes out.
struct JournalWrite {
    std::int64_t number = 0; ///< growing within the file
    std::string service;
    std::string operation;
    std::string workspace;
    std::string flow; ///< flow-hosted services only
    std::string user;
    std::string connection;
    std::int64_t serverMs = 0; ///< Unix time by the server's clock
    std::int64_t localMs = 0; ///< by ours
    std::string why; ///< reason of the lease, or what the person wrote
    std::int64_t undoOf = 0; ///< number of the write that this one takes back, 0 = none
    std::vector<JournalPart> parts;
    bool operator==(const JournalWrite &) const = default;
};

/// How it ended, on a line of its own: `applied`, `refused`, or `unknown` when the connection was
/// lost. A write without such a line was under way when the program ended: unknown too.
struct JournalOutcome {
    std::int64_t number = 0;
    std::string outcome;
    std::string text; ///< the error
    std::int64_t elapsedMs = 0;
    bool operator==(const JournalOutcome &) const = default;
};

/// A line is one or the other.
struct JournalLine {
    std::optional<JournalWrite> write;
    std::optional<JournalOutcome> outcome;
    bool operator==(const JournalLine &) const = default;
};

} // namespace signalbox::schema
