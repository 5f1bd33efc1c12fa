// SPDX-License-Identifier: GPL-3.0-only
// What a start creates and a stop deletes, contract signalbox-gateway §1, TG §4.4/§4.5.
#pragma once

#include "models/rules/expand.h"

namespace signalbox::rules {

/// A flow as recorded, with the blueprint it was started from (or the current one where no snapshot
/// exists).
struct LiveFlow {
    std::string workspace;
    std::string id;
    schema::FlowRecord record;
    std::optional<schema::Blueprint>
        blueprint; ///< nullopt: cannot be read; it then keeps nothing (TG §4.5) and says so
    /// The far end tells what it runs by, whatever became of the blueprint of that name; else it
    /// may have been started from another text.
    bool exact = false;
    bool operator==(const LiveFlow &) const = default;
};

/// How the back end at hand stops a flow (capability `flow-stop`).
struct StopBehaviour {
    bool deletesQueues = true; ///< ours; real: only exchanges, named queues stay as orphans
    bool coversBlueprintSection = true; ///< ours; real: `blueprint` entries and topics stay
    bool closesEntries =
        true; ///< ours; real: shared `flow` entries are removed from under other flows
    bool sparesSystemTopics = true; ///< ours; real: the last stop breaks the librarian
    static StopBehaviour ours();
    static StopBehaviour real();
};

struct FlowRef {
    std::string workspace;
    std::string id;
    bool operator==(const FlowRef &) const = default;
    auto operator<=>(const FlowRef &) const = default;
};

struct StartPlan {
    Expansion expansion;
    std::vector<std::string> newTopics; ///< no live flow produces them yet
    std::vector<std::string> sharedTopics;
    std::vector<std::string> literalTopics;
    std::vector<ExpectedQueue> queues;
    schema::Members<std::string> parameters;
    std::vector<std::string>
        problems; ///< id in use, id not [a-z0-9][a-z0-9_-]*, missing parameters, faults
    bool operator==(const StartPlan &) const = default;
};
StartPlan planStart(const std::string &workspace, const std::string &id,
    const std::string &blueprintName, const schema::Blueprint &blueprint,
    const schema::Members<std::string> &resolvedParameters, const std::vector<LiveFlow> &live);

enum class Fate { Deleted, Kept, NeverTouched, LeftBehind, Broken };
std::string_view name(Fate fate);

struct TopicFate {
    std::string topic;
    Scope scope = Scope::Flow;
    Fate fate = Fate::Deleted;
    std::vector<FlowRef> keptBy; ///< sorted
    std::string why; ///< set for NeverTouched, LeftBehind and Broken
    bool anywhere = false; ///< its name holds no workspace: flows of every one may share it
    bool operator==(const TopicFate &) const = default;
};

struct EntryFate {
    std::string processor;
    std::string variant;
    Scope scope = Scope::Flow;
    Fate fate = Fate::Deleted; ///< Broken: removed although another live flow needs it
    std::vector<FlowRef> keptBy;
    bool operator==(const EntryFate &) const = default;
};

struct StopPlan {
    FlowRef flow;
    std::vector<TopicFate>
        topics; ///< sorted: deleted, broken, left behind, kept, never touched; then by name
    std::vector<EntryFate> entries;
    std::vector<ExpectedQueue>
        queues; ///< of this flow's entries; deleted with their topic, or left behind
    bool lastOfWorkspace = false;
    std::vector<FlowRef>
        unreadable; ///< live flows whose blueprint cannot be read: the plan may be incomplete
    std::vector<std::string>
        problems; ///< e.g. the flow's own blueprint is gone: it cannot be stopped (TG §4.5)
    std::size_t liveFlows = 0;
    std::size_t workspaces = 0;
    bool operator==(const StopPlan &) const = default;
    [[nodiscard]] std::vector<std::string> deletedTopics() const;
};

/// Over all live flows of all workspaces; those in `stopping` keep nothing. Independent of the
/// order of `flows`. Several planners share one index, so that 3 000 flows cost one pass (bench: ≤
/// 100 ms).
class ClosureIndex {
public:
    explicit ClosureIndex(const std::vector<LiveFlow> &flows);
    ~ClosureIndex();
    ClosureIndex(ClosureIndex &&) noexcept;
    ClosureIndex &operator=(ClosureIndex &&) noexcept;
    /// nullopt when the flow is not known.
    [[nodiscard]] std::optional<StopPlan> planStop(
        const FlowRef &flow, const StopBehaviour &behaviour) const;

private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

std::optional<StopPlan> planStop(
    const FlowRef &flow, const std::vector<LiveFlow> &flows, const StopBehaviour &behaviour);

} // namespace signalbox::rules
