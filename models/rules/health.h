// SPDX-License-Identifier: GPL-3.0-only
// Is a flow well? What its blueprint expects against what is there (TG §4.5: the back end itself
// tells no health). Times in milliseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace signalbox::rules {

enum class Signal { Clear, Caution, Danger, Unknown };

/// One processor entry of the flow's blueprint, and what any source says about it.
struct EntryEvidence {
    enum class Worker {
        Unknown, ///< nothing tells workers
        Running,
        Paused,
        Dead, ///< its source says so
        Absent, ///< the source that lists workers does not have it
    };
    std::string processor;
    Worker worker = Worker::Unknown;
    bool seen = false; ///< it ran before, here or for another flow: it did not just stay away
    std::optional<std::int64_t> configVersion;
    double rateLimited = 0; ///< refusals by a far service, per second
    bool operator==(const EntryEvidence &) const = default;
};

/// A queue that the blueprint expects and the broker does not have.
struct MissingQueue {
    std::string name;
    std::string processor; ///< that consumes it, and makes it when it starts
    bool operator==(const MissingQueue &) const = default;
};

/// All that is known about one flow. What is not known is nullopt and never counts as good.
struct FlowEvidence {
    bool stopping = false;
    std::int64_t stoppingForMs = 0;
    bool stoppingSeen = true; ///< false: it may have been stopping before we looked
    std::string fault; ///< why the record cannot be judged, "" none
    bool countsKnown = false; ///< some source tells queue counts
    bool workersComplete = false; ///< the source of workers lists each that there is
    std::vector<EntryEvidence> entries;
    std::int64_t absentForMs = 0; ///< since the first of the entries was seen to be absent
    int queues = 0; ///< that are known to be there
    int unknownQueues = 0; ///< of them without counts
    int starving = 0; ///< of them consumed by an entry, without a consumer
    std::int64_t starvingReady = 0;
    std::int64_t starvingForMs = 0;
    std::vector<MissingQueue> missing; ///< not in the broker's whole list; none of `unknownQueues`
    std::int64_t missingForMs = 0; ///< since the first of them was seen to be missing
    std::string starvingProcessor; ///< of the fullest of them
    std::string deepestProcessor; ///< of the queue with most waiting
    std::optional<std::int64_t> backlog;
    std::optional<std::int64_t> backlogMinuteAgo;
    std::int64_t unacked = 0; ///< handed out to consumers
    std::int64_t stillForMs = 0; ///< messages wait and none is handled
    std::optional<double> errorPercent; ///< of the messages of the last minute
    std::int64_t driftForMs = 0; ///< since its workers run on different configurations
    std::optional<std::int64_t> newestConfig; ///< that any worker of the platform runs on
};

enum class HealthReason {
    Stopping,
    StoppingTooLong,
    Fault,
    Dead,
    CountsUnknown,
    QueuesUnknown,
    Missing, ///< a queue that it expects is not at the broker
    NotAttached, ///< consumers come after the start was answered (TG trap 19)
    Starving,
    Absent,
    MayBeAbsent, ///< no process: dead or never deployed, nothing tells which
    FailsMuch,
    Paused,
    FallsBehind,
    Still,
    RateLimited,
    Fails,
    ConfigDrift,
    SomeQueuesUnknown,
    ClearBut, ///< entries that ship without a process: requests to them are lost
    Clear
};

/// The worst fact decides, and only it is told.
struct HealthFinding {
    Signal signal = Signal::Unknown;
    HealthReason reason = HealthReason::QueuesUnknown;
    std::vector<std::string> processors; ///< whom it is about
    std::int64_t number = 0; ///< messages, queues or milliseconds, by the reason
    std::int64_t other = 0; ///< the number that it is compared with
    double share = 0; ///< per cent or per second
    std::string queue {}; ///< of Missing: the first of them
    bool operator==(const HealthFinding &) const = default;
};

HealthFinding judgeFlow(const FlowEvidence &flow);

/// Entries of the stock blueprints that no stock deployment runs a process for (contract
/// field-notes §4): that they are not there is no fault of a flow.
bool shipsWithoutProcess(const std::string &processor);

} // namespace signalbox::rules
