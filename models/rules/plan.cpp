// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/plan.h"

#include "models/rules/access.h"
#include "models/rules/keepers.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace signalbox::rules {

namespace {

using EntryKey = std::pair<std::string, std::string>; ///< processor, variant

Expansion expansionOf(const LiveFlow &flow)
{
    return expand(*flow.blueprint,
        { flow.workspace, flow.record.blueprintName, flow.id, flow.record.parameters });
}

void settle(std::vector<FlowRef> &refs)
{
    std::sort(refs.begin(), refs.end());
    refs.erase(std::unique(refs.begin(), refs.end()), refs.end());
}

int rank(Fate fate)
{
    switch (fate) {
    case Fate::Deleted:
        return 0;
    case Fate::Broken:
        return 1;
    case Fate::LeftBehind:
        return 2;
    case Fate::Kept:
        return 3;
    case Fate::NeverTouched:
        return 4;
    }
    return 5;
}

void without(std::vector<FlowRef> &refs, const FlowRef &ref)
{
    refs.erase(std::remove(refs.begin(), refs.end(), ref), refs.end());
}

} // namespace

StopBehaviour StopBehaviour::ours()
{
    return {};
}

StopBehaviour StopBehaviour::real()
{
    return { false, false, false, false };
}

std::string_view name(Fate fate)
{
    constexpr std::array<std::string_view, 5> names { "deleted", "kept", "never touched",
        "left behind", "broken" };
    return names[std::size_t(fate)];
}

std::vector<std::string> StopPlan::deletedTopics() const
{
    std::vector<std::string> result;
    for (const TopicFate &topic : topics)
        if (topic.fate == Fate::Deleted || topic.fate == Fate::Broken)
            result.push_back(topic.topic);
    return result;
}

StartPlan planStart(const std::string &workspace, const std::string &id,
    const std::string &blueprintName, const schema::Blueprint &blueprint,
    const schema::Members<std::string> &resolvedParameters, const std::vector<LiveFlow> &live)
{
    StartPlan plan;
    plan.parameters = resolvedParameters;
    plan.expansion = expand(blueprint, { workspace, blueprintName, id, resolvedParameters });
    plan.queues = expectedQueues(plan.expansion, workspace);
    if (!validId(id))
        plan.problems.emplace_back("the flow id must match [a-z0-9][a-z0-9_-]* and have at most 64 "
                                   "characters: it becomes part of queue names");
    std::unordered_set<std::string> produced;
    for (const LiveFlow &flow : live) {
        if (flow.workspace == workspace && flow.id == id)
            plan.problems.push_back(
                "a flow '" + id + "' exists in workspace '" + workspace + "' already");
        if (!flow.blueprint || flow.record.stopping())
            continue;
        for (const ExpandedTopic &topic : expansionOf(flow).topics)
            produced.insert(topic.topic);
    }
    for (const ExpandedTopic &topic : plan.expansion.topics) {
        if (topic.scope == Scope::Global || topic.scope == Scope::System)
            plan.literalTopics.push_back(topic.topic);
        else
            (produced.contains(topic.topic) ? plan.sharedTopics : plan.newTopics)
                .push_back(topic.topic);
        if (topic.topic.find('{') != std::string::npos)
            plan.problems.push_back(
                "topic '" + topic.topic + "' keeps a placeholder that nothing fills");
    }
    plan.problems.insert(
        plan.problems.end(), plan.expansion.faults.begin(), plan.expansion.faults.end());
    return plan;
}

struct ClosureIndex::Data {
    struct Known {
        FlowRef ref;
        std::string blueprintName;
        schema::Members<std::string> parameters;
        const BlueprintTemplates *templates = nullptr; ///< null: unreadable
        bool stopping = false;
        [[nodiscard]] Bindings bindings() const
        {
            return { ref.workspace, blueprintName, ref.id, parameters };
        }
    };
    std::vector<Known> flows;
    std::map<FlowRef, std::size_t> byRef;
    std::vector<std::unique_ptr<BlueprintTemplates>> blueprints;
    std::unordered_map<std::string, std::vector<const BlueprintTemplates *>> blueprintsByName;
    /// Who keeps what: live, not stopping, readable flows only.
    KeeperTable topics;
    KeeperTable entries; ///< of one workspace: the same name in another is another entry
    std::map<std::string, std::size_t> flowsInWorkspace;
    std::vector<FlowRef> unreadable;

    void add(const LiveFlow &flow);
    [[nodiscard]] const BlueprintTemplates *templatesOf(
        const std::string &name, const schema::Blueprint &blueprint);
    [[nodiscard]] std::vector<FlowRef> keepers(const KeeperTable &of, std::string_view prefix,
        std::string_view name, std::uint8_t flag, const FlowRef &leaving) const;
    void decide(TopicFate &fate, bool owned, bool covered, const StopBehaviour &behaviour) const;
    void planTopics(StopPlan &plan, const Known &flow, const Expansion &expansion,
        const StopBehaviour &behaviour) const;
    void planEntries(
        StopPlan &plan, const Expansion &expansion, const StopBehaviour &behaviour) const;
};

/// Most flows of a name share their blueprint: it is cut into templates once.
const BlueprintTemplates *ClosureIndex::Data::templatesOf(
    const std::string &name, const schema::Blueprint &blueprint)
{
    constexpr std::size_t looked = 4; // every flow may have its own snapshot: do not compare all
    auto &sameName = blueprintsByName[name];
    for (std::size_t i = 0; i < std::min(looked, sameName.size()); ++i)
        if (sameName[sameName.size() - 1 - i]->matches(blueprint))
            return sameName[sameName.size() - 1 - i];
    blueprints.push_back(std::make_unique<BlueprintTemplates>(blueprint));
    sameName.push_back(blueprints.back().get());
    return blueprints.back().get();
}

void ClosureIndex::Data::add(const LiveFlow &flow)
{
    const auto index = std::uint32_t(flows.size());
    Known &known = flows.emplace_back();
    known.ref = { flow.workspace, flow.id };
    known.blueprintName = flow.record.blueprintName;
    known.parameters = flow.record.parameters;
    known.stopping = flow.record.stopping();
    byRef.emplace(known.ref, index);
    if (flow.blueprint)
        known.templates = templatesOf(known.blueprintName, *flow.blueprint);
    if (known.stopping)
        return;
    ++flowsInWorkspace[flow.workspace];
    if (!known.templates) {
        unreadable.push_back(known.ref);
        return;
    }
    const std::string prefix = flow.workspace + '\n';
    known.templates->fill(
        known.bindings(),
        [&](std::string_view topic, std::uint8_t flags) { topics.add({}, topic, index, flags); },
        [&](std::string_view entry) {
            entries.add(prefix, entry, index, BlueprintTemplates::Produced);
        });
}

std::vector<FlowRef> ClosureIndex::Data::keepers(const KeeperTable &of, std::string_view prefix,
    std::string_view name, std::uint8_t flag, const FlowRef &leaving) const
{
    std::vector<FlowRef> result;
    for (const KeeperTable::Keeper &keeper : of.of(prefix, name))
        if ((keeper.flags & flag) && flows[keeper.flow].ref != leaving)
            result.push_back(flows[keeper.flow].ref);
    settle(result);
    return result;
}

void ClosureIndex::Data::decide(
    TopicFate &fate, bool owned, bool covered, const StopBehaviour &behaviour) const
{
    const bool system = fate.scope == Scope::System;
    if (!owned || (system && behaviour.sparesSystemTopics)) {
        fate.fate = Fate::NeverTouched;
        fate.why = system ? "a system service owns it" : "a literal name is global";
        fate.keptBy.clear();
    } else if (!covered) {
        fate.fate = Fate::LeftBehind;
        fate.why = "this back end never removes what the blueprint section creates";
    } else if (!fate.keptBy.empty()) {
        fate.fate = Fate::Kept;
    } else if (system) {
        fate.fate = Fate::Broken;
        fate.why = "a system service listens there: it stays unreachable until it is restarted";
    } else if (!behaviour.deletesQueues) {
        fate.why = "the exchange is deleted, its named queues and their messages stay behind as "
                   "orphans";
    }
}

void ClosureIndex::Data::planTopics(StopPlan &plan, const Known &flow, const Expansion &expansion,
    const StopBehaviour &behaviour) const
{
    std::unordered_set<std::string> closedOver; // by the real one: the flow section only
    flow.templates->fill(
        flow.bindings(),
        [&](std::string_view topic, std::uint8_t flags) {
            if (flags & BlueprintTemplates::OwnedByFlowSection)
                closedOver.emplace(topic);
        },
        [](std::string_view) {});
    const bool all = behaviour.coversBlueprintSection;
    for (const ExpandedTopic &topic : expansion.topics) {
        TopicFate &fate = plan.topics.emplace_back();
        fate.topic = topic.topic;
        fate.scope = topic.scope;
        fate.anywhere =
            topic.from.find("{workspace}") == std::string::npos && topic.scope != Scope::Flow;
        const bool inClosure = closedOver.contains(topic.topic);
        fate.keptBy = keepers(topics, {}, topic.topic,
            all ? BlueprintTemplates::Produced : BlueprintTemplates::OwnedByFlowSection, plan.flow);
        decide(fate, ownedTemplate(topic.from) || (!all && inClosure), all || inClosure, behaviour);
    }
    std::sort(
        plan.topics.begin(), plan.topics.end(), [](const TopicFate &left, const TopicFate &right) {
            return std::pair(rank(left.fate), std::string_view(left.topic))
                < std::pair(rank(right.fate), std::string_view(right.topic));
        });
}

void ClosureIndex::Data::planEntries(
    StopPlan &plan, const Expansion &expansion, const StopBehaviour &behaviour) const
{
    std::map<EntryKey, EntryFate> fates;
    std::set<EntryKey> inFlowSection;
    for (const ExpandedEntry &entry : expansion.entries) {
        if (entry.section == "flow")
            inFlowSection.insert({ entry.processor, entry.variant });
        const auto [at, isNew] = fates.try_emplace({ entry.processor, entry.variant });
        if (!isNew)
            continue;
        EntryFate &fate = at->second;
        fate.processor = entry.processor;
        fate.variant = entry.variant;
        fate.scope = entry.scope;
        fate.keptBy = keepers(entries, plan.flow.workspace + '\n',
            entry.processor + '\n' + entry.variant, BlueprintTemplates::Produced, plan.flow);
    }
    for (auto &[key, fate] : fates) {
        if (!behaviour.coversBlueprintSection && !inFlowSection.contains(key))
            fate.fate = Fate::LeftBehind;
        else if (!fate.keptBy.empty())
            fate.fate = behaviour.closesEntries ? Fate::Kept : Fate::Broken;
        plan.entries.push_back(std::move(fate));
    }
    std::sort(plan.entries.begin(), plan.entries.end(),
        [](const EntryFate &left, const EntryFate &right) {
            return std::tuple(rank(left.fate), std::string_view(left.processor),
                       std::string_view(left.variant))
                < std::tuple(rank(right.fate), std::string_view(right.processor),
                    std::string_view(right.variant));
        });
}

ClosureIndex::ClosureIndex(const std::vector<LiveFlow> &flows)
    : m_data(std::make_unique<Data>())
{
    m_data->flows.reserve(flows.size());
    for (const LiveFlow &flow : flows)
        m_data->add(flow);
    settle(m_data->unreadable);
}

ClosureIndex::~ClosureIndex() = default;
ClosureIndex::ClosureIndex(ClosureIndex &&) noexcept = default;
ClosureIndex &ClosureIndex::operator=(ClosureIndex &&) noexcept = default;

std::optional<StopPlan> ClosureIndex::planStop(
    const FlowRef &ref, const StopBehaviour &behaviour) const
{
    const auto found = m_data->byRef.find(ref);
    if (found == m_data->byRef.end())
        return std::nullopt;
    const Data::Known &flow = m_data->flows[found->second];
    StopPlan plan;
    plan.flow = ref;
    for (const auto &[workspace, count] : m_data->flowsInWorkspace) {
        plan.liveFlows += count;
        ++plan.workspaces;
    }
    const auto here = m_data->flowsInWorkspace.find(ref.workspace);
    const std::size_t others =
        (here == m_data->flowsInWorkspace.end() ? 0 : here->second) - (flow.stopping ? 0 : 1);
    plan.lastOfWorkspace = others == 0;
    plan.unreadable = m_data->unreadable;
    without(plan.unreadable, ref);
    if (!flow.templates) {
        plan.problems.push_back("blueprint '" + flow.blueprintName
            + "' cannot be read: put it back before stopping this flow");
        return plan;
    }
    const Expansion expansion = expand(flow.templates->blueprint(), flow.bindings());
    m_data->planTopics(plan, flow, expansion, behaviour);
    m_data->planEntries(plan, expansion, behaviour);
    plan.queues = expectedQueues(expansion, ref.workspace);
    return plan;
}

std::optional<StopPlan> planStop(
    const FlowRef &flow, const std::vector<LiveFlow> &flows, const StopBehaviour &behaviour)
{
    return ClosureIndex(flows).planStop(flow, behaviour);
}

} // namespace signalbox::rules
