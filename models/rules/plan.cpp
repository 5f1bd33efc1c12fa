// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/plan.h"

#include "models/rules/access.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace signalbox::rules {

namespace {

using EntryKey = std::pair<std::string, std::string>; ///< processor, variant

std::string entryText(
    const std::string &workspace, const std::string &processor, const std::string &variant)
{
    // entries live in a workspace's configuration: the same name in another workspace is another
    // entry
    return workspace + '\n' + processor + '\n' + variant;
}

Expansion expansionOf(const LiveFlow &flow)
{
    return expand(*flow.blueprint,
        { flow.workspace, flow.record.blueprintName, flow.id, flow.record.parameters });
}

/// Flows are added one after the other, so a repetition can only be the last one. settle() sorts at
/// the end.
void add(std::vector<FlowRef> &refs, const FlowRef &ref)
{
    if (refs.empty() || refs.back() != ref)
        refs.push_back(ref);
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
    std::vector<LiveFlow> flows;
    std::map<FlowRef, std::size_t> byRef;
    /// Who keeps what: live, not stopping, readable flows only; sorted.
    std::unordered_map<std::string, std::vector<FlowRef>>
        topicKeepers; ///< owned topics, both sections
    std::unordered_map<std::string, std::vector<FlowRef>>
        flowSectionTopicKeepers; ///< what the real one closes over
    std::unordered_map<std::string, std::vector<FlowRef>> entryKeepers;
    std::map<std::string, std::size_t> flowsInWorkspace;
    std::vector<FlowRef> unreadable;

    void add(const LiveFlow &flow);
    [[nodiscard]] std::vector<FlowRef> keepers(
        const std::unordered_map<std::string, std::vector<FlowRef>> &of, const std::string &key,
        const FlowRef &leaving) const;
    void planTopics(StopPlan &plan, const Expansion &expansion,
        const std::unordered_set<std::string> &inFlowSection, const StopBehaviour &behaviour) const;
    void planEntries(
        StopPlan &plan, const Expansion &expansion, const StopBehaviour &behaviour) const;
};

void ClosureIndex::Data::add(const LiveFlow &flow)
{
    if (flow.record.stopping())
        return;
    const FlowRef ref { flow.workspace, flow.id };
    ++flowsInWorkspace[flow.workspace];
    if (!flow.blueprint) {
        rules::add(unreadable, ref);
        return;
    }
    const Expansion expansion = expansionOf(flow);
    for (const ExpandedTopic &topic : expansion.topics)
        if (topic.scope != Scope::Global)
            rules::add(topicKeepers[topic.topic], ref);
    for (const ExpandedEntry &entry : expansion.entries) {
        rules::add(entryKeepers[entryText(flow.workspace, entry.processor, entry.variant)], ref);
        if (entry.section == "flow")
            for (const auto &[name, topic] : entry.entry.topics)
                rules::add(flowSectionTopicKeepers[topic], ref);
    }
}

std::vector<FlowRef> ClosureIndex::Data::keepers(
    const std::unordered_map<std::string, std::vector<FlowRef>> &of, const std::string &key,
    const FlowRef &leaving) const
{
    const auto found = of.find(key);
    if (found == of.end())
        return {};
    std::vector<FlowRef> result = found->second;
    without(result, leaving);
    return result;
}

void ClosureIndex::Data::planTopics(StopPlan &plan, const Expansion &expansion,
    const std::unordered_set<std::string> &inFlowSection, const StopBehaviour &behaviour) const
{
    for (const ExpandedTopic &topic : expansion.topics) {
        TopicFate fate;
        fate.topic = topic.topic;
        fate.scope = topic.scope;
        const bool owned = ownedTemplate(topic.from);
        const bool covered =
            behaviour.coversBlueprintSection || inFlowSection.contains(topic.topic);
        fate.keptBy =
            keepers(behaviour.coversBlueprintSection ? topicKeepers : flowSectionTopicKeepers,
                topic.topic, plan.flow);
        if (!owned) {
            fate.fate = Fate::NeverTouched;
            fate.why = topic.scope == Scope::System ? "a system service owns it"
                                                    : "a literal name is global";
            fate.keptBy.clear();
        } else if (topic.scope == Scope::System && behaviour.sparesSystemTopics) {
            fate.fate = Fate::NeverTouched;
            fate.why = "a system service owns it";
            fate.keptBy.clear();
        } else if (!covered) {
            fate.fate = Fate::LeftBehind;
            fate.why = "this back end never removes what the blueprint section creates";
        } else if (!fate.keptBy.empty()) {
            fate.fate = Fate::Kept;
        } else if (topic.scope == Scope::System) {
            fate.fate = Fate::Broken;
            fate.why = "a system service listens there: it stays unreachable until it is restarted";
        } else if (!behaviour.deletesQueues) {
            fate.fate = Fate::Deleted;
            fate.why = "the exchange is deleted, its named queues and their messages stay behind "
                       "as orphans";
        }
        plan.topics.push_back(std::move(fate));
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
    std::set<EntryKey> seen;
    for (const ExpandedEntry &entry : expansion.entries) {
        if (!seen.insert({ entry.processor, entry.variant }).second)
            continue;
        EntryFate fate;
        fate.processor = entry.processor;
        fate.variant = entry.variant;
        fate.scope = entry.scope;
        fate.keptBy = keepers(entryKeepers,
            entryText(plan.flow.workspace, entry.processor, entry.variant), plan.flow);
        if (!behaviour.coversBlueprintSection && entry.section == "blueprint")
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
    m_data->flows = flows;
    for (std::size_t i = 0; i < flows.size(); ++i) {
        m_data->byRef.emplace(FlowRef { flows[i].workspace, flows[i].id }, i);
        m_data->add(flows[i]);
    }
    for (auto *keepers :
        { &m_data->topicKeepers, &m_data->flowSectionTopicKeepers, &m_data->entryKeepers })
        for (auto &[key, refs] : *keepers)
            settle(refs);
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
    const LiveFlow &flow = m_data->flows[found->second];
    StopPlan plan;
    plan.flow = ref;
    for (const auto &[workspace, count] : m_data->flowsInWorkspace) {
        plan.liveFlows += count;
        ++plan.workspaces;
    }
    const auto here = m_data->flowsInWorkspace.find(ref.workspace);
    const std::size_t others = (here == m_data->flowsInWorkspace.end() ? 0 : here->second)
        - (flow.record.stopping() ? 0 : 1);
    plan.lastOfWorkspace = others == 0;
    plan.unreadable = m_data->unreadable;
    without(plan.unreadable, ref);
    if (!flow.blueprint) {
        plan.problems.push_back("blueprint '" + flow.record.blueprintName
            + "' cannot be read: put it back before stopping this flow");
        return plan;
    }
    const Expansion expansion = expansionOf(flow);
    std::unordered_set<std::string> inFlowSection;
    for (const ExpandedEntry &entry : expansion.entries)
        if (entry.section == "flow")
            for (const auto &[name, topic] : entry.entry.topics)
                inFlowSection.insert(topic);
    m_data->planTopics(plan, expansion, inFlowSection, behaviour);
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
