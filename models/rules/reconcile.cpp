// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/reconcile.h"

#include "models/rules/health.h"
#include "models/rules/topic.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace signalbox::rules {
namespace {

constexpr std::int64_t stuckMs = 30000; ///< a stop takes 1 s, 10 s with retries (TG §4.5)

/// `class:space:name` and what follows the last dot: a subscription holds none.
std::optional<RabbitQueue> parseQueue(const std::string &name)
{
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos)
        return std::nullopt;
    const auto topic = parseTopic(std::string_view(name).substr(0, dot));
    return parseRabbitQueue(topic ? rabbitExchange(*topic) + name.substr(dot) : name);
}

std::string wireName(const RabbitQueue &queue)
{
    return queue.topic.text() + '.' + queue.subscription;
}

/// What the live flows expect, each thing once, and what cannot be known.
struct Expected {
    struct Owner {
        FlowRef flow;
        ExpectedQueue queue;
        bool stopping = false;
        bool met = false;
        bool global = false; ///< of a topic of no workspace
    };
    std::unordered_map<std::string, Owner> queues;
    std::map<RecordedEntry, FlowRef> entries;
    std::set<RecordedEntry> leaving; ///< of flows that are being stopped
    std::set<std::string> blind; ///< workspaces with flows that cannot be read
    /// A flow that may have been started with another text than its blueprint has now.
    struct Loose {
        std::string workspace;
        std::string id;
        std::string blueprint;
        std::set<std::string> processors; ///< of the text it has now
    };
    std::vector<Loose> loose;
    /// May be a live flow's, by the name it carries.
    [[nodiscard]] bool may(const RecordedEntry &entry) const;
    /// The same for a queue that nobody reads. Where the blueprint has the processor under another
    /// name, the shared names tell nothing: each flow called like its workspace would hide what
    /// it left.
    [[nodiscard]] bool mayOwn(const RabbitQueue &queue) const;
};

bool Expected::may(const RecordedEntry &entry) const
{
    return std::any_of(loose.begin(), loose.end(), [&entry](const Loose &flow) {
        return flow.workspace == entry.workspace
            && (entry.variant == flow.id || entry.variant == flow.blueprint
                || entry.variant == flow.workspace);
    });
}

bool Expected::mayOwn(const RabbitQueue &queue) const
{
    return std::any_of(loose.begin(), loose.end(), [&queue](const Loose &flow) {
        if (flow.workspace != queue.workspace)
            return false;
        return queue.variant == flow.id
            || ((queue.variant == flow.blueprint || queue.variant == flow.workspace)
                && !flow.processors.contains(queue.processor));
    });
}

Expected expectedBy(const std::vector<LiveFlow> &flows)
{
    Expected all;
    for (const LiveFlow &flow : flows) {
        if (!flow.blueprint) {
            all.blind.insert(flow.workspace);
            continue;
        }
        const auto expansion = expand(*flow.blueprint,
            { flow.workspace, flow.record.blueprintName, flow.id, flow.record.parameters });
        const bool stopping = flow.record.stopping();
        if (!flow.exact) {
            Expected::Loose loose { flow.workspace, flow.id, flow.record.blueprintName, {} };
            for (const auto &entry : expansion.entries)
                loose.processors.insert(entry.processor);
            all.loose.push_back(std::move(loose));
        }
        for (const auto &entry : expansion.entries) {
            const RecordedEntry name { flow.workspace, entry.processor, entry.variant };
            if (stopping)
                all.leaving.insert(name);
            else
                all.entries.try_emplace(name, FlowRef { flow.workspace, flow.id });
        }
        std::set<std::string> globals;
        for (const auto &topic : expansion.topics)
            if (topic.scope == Scope::Global || topic.scope == Scope::System)
                globals.insert(topic.topic);
        for (auto &queue : expectedQueues(expansion, flow.workspace)) {
            std::string name = queue.queue;
            const bool global = globals.contains(queue.topic);
            const auto [at, fresh] = all.queues.try_emplace(std::move(name));
            if (fresh || (at->second.stopping && !stopping))
                at->second = { { flow.workspace, flow.id }, std::move(queue), stopping, false,
                    global };
        }
    }
    return all;
}

Finding findingOf(Mismatch kind, const RabbitQueue &parsed, const BrokerQueue &queue)
{
    Finding finding;
    finding.kind = kind;
    finding.workspace = parsed.workspace;
    finding.subject = queue.name;
    finding.processor = parsed.processor;
    finding.ready = queue.ready;
    finding.consumers = queue.consumers;
    return finding;
}

class Comparison {
public:
    explicit Comparison(const Platform &platform)
        : m_platform(platform)
        , m_expected(expectedBy(platform.flows))
    {
        m_result.flows = platform.flows.size();
        m_result.queues = platform.queues.size();
        m_expected.blind.insert(platform.unserved.begin(), platform.unserved.end());
        if (!platform.unserved.empty())
            m_expected.blind.insert(std::string()); // what names no workspace may be theirs
    }
    Reconciliation run() &&
    {
        for (const LiveFlow &flow : m_platform.flows)
            look(flow);
        for (const BrokerQueue &queue : m_platform.queues)
            look(queue);
        lookForMissing();
        if (m_platform.entries)
            lookAtEntries(*m_platform.entries);
        std::sort(m_result.findings.begin(), m_result.findings.end(),
            [](const Finding &a, const Finding &b) {
                return std::tie(a.kind, a.workspace, a.subject)
                    < std::tie(b.kind, b.workspace, b.subject);
            });
        return std::move(m_result);
    }

private:
    void look(const LiveFlow &flow);
    void look(const BrokerQueue &queue);
    void ofNobody(const RabbitQueue &parsed, const BrokerQueue &queue);
    void lookForMissing();
    void lookAtEntries(const std::vector<RecordedEntry> &entries);

    const Platform &m_platform;
    Expected m_expected;
    Reconciliation m_result;
};

void Comparison::look(const LiveFlow &flow)
{
    Finding finding;
    finding.workspace = flow.workspace;
    finding.flow = finding.subject = flow.id;
    if (!flow.blueprint) {
        finding.kind = Mismatch::Unreadable;
        m_result.findings.push_back(finding);
    }
    const auto since = m_platform.stoppingForMs.find({ flow.workspace, flow.id });
    if (!flow.record.stopping() || since == m_platform.stoppingForMs.end()
        || since->second < stuckMs)
        return;
    finding.kind = Mismatch::StuckStopping;
    finding.forMs = since->second;
    m_result.findings.push_back(finding);
}

void Comparison::look(const BrokerQueue &queue)
{
    const auto parsed = parseQueue(queue.name);
    if (!parsed || parsed->topic.topicClass == TopicClass::Response
        || parsed->topic.topicClass == TopicClass::Notify) {
        if (parsed && parsed->gatewayLeftover && queue.consumers.value_or(1) == 0)
            m_result.findings.push_back(findingOf(Mismatch::GatewayLeftover, *parsed, queue));
        else
            ++m_result.subscribers;
        return;
    }
    if (const auto at = m_expected.queues.find(wireName(*parsed)); at != m_expected.queues.end()) {
        ++m_result.matched;
        Expected::Owner &owner = at->second;
        owner.met = true;
        if (owner.stopping || queue.consumers.value_or(1) > 0
            || m_platform.attaching.contains(owner.flow))
            return;
        Finding finding = findingOf(Mismatch::NoConsumer, *parsed, queue);
        finding.flow = owner.flow.id;
        m_result.findings.push_back(std::move(finding));
        return;
    }
    if (parsed->gatewayLeftover || !parsed->processor.empty())
        return ofNobody(*parsed, queue);
    ++m_result.services;
    if (queue.bound && !*queue.bound)
        m_result.findings.push_back(findingOf(Mismatch::ServiceUnbound, *parsed, queue));
}

void Comparison::ofNobody(const RabbitQueue &parsed, const BrokerQueue &queue)
{
    if (m_expected.blind.contains(parsed.workspace) || !queue.consumers
        || m_expected.mayOwn(parsed)) {
        ++m_result.undecided; // that flow may expect it, or somebody may read it
        return;
    }
    const Mismatch kind = *queue.consumers > 0 ? Mismatch::ForeignConsumer
        : parsed.gatewayLeftover               ? Mismatch::GatewayLeftover
                                               : Mismatch::OrphanQueue;
    if (kind == Mismatch::ForeignConsumer && parsed.gatewayLeftover) {
        ++m_result.subscribers; // a gateway at work
        return;
    }
    m_result.findings.push_back(findingOf(kind, parsed, queue));
}

void Comparison::lookForMissing()
{
    if (!m_platform.queuesComplete)
        return;
    for (const auto &[name, owner] : m_expected.queues) {
        if (owner.met || owner.stopping || m_platform.attaching.contains(owner.flow))
            continue;
        if (owner.global && !m_platform.globalsListed)
            continue;
        Finding finding;
        finding.kind = Mismatch::MissingQueue;
        finding.workspace = owner.flow.workspace;
        finding.flow = owner.flow.id;
        finding.subject = name;
        finding.processor = owner.queue.processor;
        finding.shipsSo = shipsWithoutProcess(owner.queue.processor);
        m_result.findings.push_back(std::move(finding));
    }
}

void Comparison::lookAtEntries(const std::vector<RecordedEntry> &entries)
{
    const std::set<RecordedEntry> there(entries.begin(), entries.end());
    const auto add = [this](Mismatch kind, const RecordedEntry &entry, const std::string &flow) {
        Finding finding;
        finding.kind = kind;
        finding.workspace = entry.workspace;
        finding.flow = flow;
        finding.subject = entry.processor + ':' + entry.variant;
        finding.processor = entry.processor;
        finding.variant = entry.variant;
        m_result.findings.push_back(std::move(finding));
    };
    for (const auto &[entry, flow] : m_expected.entries)
        if (!there.contains(entry)
            && (m_platform.entriesOf.empty() || m_platform.entriesOf.contains(entry.workspace)))
            add(Mismatch::MissingEntry, entry, flow.id);
    for (const RecordedEntry &entry : there) {
        if (m_expected.entries.contains(entry) || m_expected.leaving.contains(entry)
            || m_expected.blind.contains(entry.workspace))
            continue;
        if (m_expected.may(entry))
            ++m_result.heldEntries;
        else
            add(Mismatch::OrphanEntry, entry, {});
    }
}

RepairStep::Kind kindFor(const Finding &finding, const RepairMeans &means, bool withMessages)
{
    switch (finding.kind) {
    case Mismatch::StuckStopping:
        return means.stopFlows ? RepairStep::StopFlow : RepairStep::ByHand;
    case Mismatch::OrphanEntry:
        return means.deleteEntries ? RepairStep::DeleteEntry : RepairStep::ByHand;
    case Mismatch::OrphanQueue:
    case Mismatch::GatewayLeftover:
        return means.deleteQueues && finding.ready && (withMessages || *finding.ready == 0)
            ? RepairStep::DeleteQueue
            : RepairStep::ByHand;
    default:
        return RepairStep::ByHand;
    }
}

} // namespace

std::size_t Reconciliation::count(Mismatch kind) const
{
    return std::size_t(std::count_if(findings.begin(), findings.end(),
        [kind](const Finding &finding) { return finding.kind == kind; }));
}

Reconciliation reconcile(const Platform &platform)
{
    return Comparison(platform).run();
}

std::vector<RepairStep> planRepair(
    const std::vector<Finding> &chosen, const RepairMeans &means, bool withMessages)
{
    std::vector<RepairStep> steps;
    steps.reserve(chosen.size());
    for (const Finding &finding : chosen)
        steps.push_back({ kindFor(finding, means, withMessages), finding });
    std::stable_sort(steps.begin(), steps.end(),
        [](const RepairStep &a, const RepairStep &b) { return a.kind < b.kind; });
    return steps;
}

} // namespace signalbox::rules
