// SPDX-License-Identifier: GPL-3.0-only
// Flow records ↔ `processor:*` entries ↔ queues of the broker: what does not belong together, and
// what mends it. TG §4.5 and §5.3, field-notes §4 and §5.
#pragma once

#include "models/rules/plan.h"

#include <set>

namespace signalbox::rules {

/// A queue as some source tells it, named as that broker names it: `class:space:name.subscription`
/// or RabbitMQ's `space.class.name.subscription`.
struct BrokerQueue {
    std::string name;
    std::optional<bool> bound; ///< nullopt: the source does not tell
    std::optional<std::int64_t> consumers;
    std::optional<std::int64_t> ready;
    std::optional<std::int64_t> unacked;
};

/// A value of config type `processor:<processor>` (TG §3.5).
struct RecordedEntry {
    std::string workspace;
    std::string processor;
    std::string variant;
    auto operator<=>(const RecordedEntry &) const = default;
};

/// All that was read. What was not read is nullopt, and nothing is concluded from it.
struct Platform {
    std::vector<LiveFlow> flows; ///< of all workspaces, or nothing can be called an orphan
    std::set<std::string> unserved; ///< workspaces whose flows cannot be read and may run on
    std::map<FlowRef, std::int64_t> stoppingForMs;
    std::set<FlowRef> attaching; ///< just started: consumers come a moment later (trap 19)
    std::vector<BrokerQueue> queues;
    bool queuesComplete = false; ///< the source lists each queue that there is
    bool globalsListed = true; ///< also those of no workspace, which our gateway shows to few
    std::optional<std::vector<RecordedEntry>> entries;
    std::set<std::string> entriesOf; ///< workspaces whose entries were read; empty = all
};

enum class Mismatch {
    StuckStopping, ///< a flow's stop does not come to its end
    Unreadable, ///< a flow whose blueprint is gone or broken: it cannot be stopped
    ServiceUnbound, ///< requests to a system service reach nobody (the librarian's, TG §4.5)
    MissingEntry, ///< a flow expects a processor entry that is not in the configuration
    OrphanEntry, ///< an entry that no flow expects: its processor goes on serving nobody
    NoConsumer, ///< a queue of a live flow that nobody reads
    MissingQueue, ///< a queue of a live flow that is not there: its messages are lost
    ForeignConsumer, ///< somebody reads a queue that belongs to no flow
    OrphanQueue, ///< left behind by a stopped flow
    GatewayLeftover, ///< left behind by a gateway that ended (TG §1.8)
};

struct Finding {
    Mismatch kind = Mismatch::OrphanQueue;
    std::string workspace;
    std::string flow; ///< "" none, or not known
    std::string subject; ///< queue, entry `processor:variant`, or flow
    std::string processor;
    std::string variant; ///< of an entry
    std::optional<std::int64_t> ready;
    std::optional<std::int64_t> consumers;
    std::int64_t forMs = 0; ///< StuckStopping
    bool shipsSo = false; ///< no stock deployment has it (health.h): no fault of this one
    bool operator==(const Finding &) const = default;
};

/// queues = matched + orphans and leftovers + foreign + services + subscribers + undecided.
struct Reconciliation {
    std::vector<Finding> findings; ///< by kind, workspace, subject
    std::size_t flows = 0;
    std::size_t queues = 0;
    std::size_t matched = 0; ///< belong to a live flow
    std::size_t services = 0; ///< of system services: never touched
    std::size_t subscribers = 0; ///< of one subscriber each: they go with him
    std::size_t undecided = 0; ///< may belong to a flow whose blueprint cannot be read
    std::size_t heldEntries = 0; ///< not expected, but a live flow may have been started with them
    [[nodiscard]] std::size_t count(Mismatch kind) const;
};
Reconciliation reconcile(const Platform &platform);

/// What the back end at hand can be asked to do.
struct RepairMeans {
    bool deleteQueues = false; ///< service fabric
    bool deleteEntries = false; ///< service config
    bool stopFlows = false;
};

struct RepairStep {
    enum Kind { StopFlow, DeleteEntry, DeleteQueue, ByHand };
    Kind kind = ByHand;
    Finding finding;
};
/// Stops first (they may mend the rest), then entries, then queues; what only a person can do comes
/// last. Queues that hold messages are deleted only when `withMessages` says so.
std::vector<RepairStep> planRepair(
    const std::vector<Finding> &chosen, const RepairMeans &means, bool withMessages);

} // namespace signalbox::rules
