// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/stoppreview.h"

#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace signalbox {

using flowtext::qs;
using rules::Fate;

namespace {

struct StopPreviewWords {
    Q_DECLARE_TR_FUNCTIONS(StopPreview)
};

QString named(const std::vector<rules::FlowRef> &flows)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < flows.size() && i < 3; ++i)
        names.push_back(flows[i].workspace + "/" + flows[i].id);
    const QString first = flowtext::joined(names);
    return flows.size() <= 3
        ? first
        : StopPreviewWords::tr("%1 and %2 more").arg(first).arg(flows.size() - 3);
}

/// All flows of the preview count as leaving, so that none of them keeps anything for another.
std::vector<rules::LiveFlow> withLeaving(
    std::vector<rules::LiveFlow> live, const std::set<rules::FlowRef> &leaving)
{
    for (rules::LiveFlow &flow : live) {
        if (leaving.contains({ flow.workspace, flow.id }))
            flow.record.status = "stopping";
    }
    return live;
}

bool worse(Fate a, Fate b) ///< of the same topic, seen from two flows
{
    const auto rank = [](Fate fate) {
        switch (fate) {
        case Fate::Broken:
            return 0;
        case Fate::Deleted:
            return 1;
        case Fate::LeftBehind:
            return 2;
        case Fate::Kept:
            return 3;
        case Fate::NeverTouched:
            return 4;
        }
        return 5;
    };
    return rank(a) < rank(b);
}

int order(Fate fate)
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

void addPlan(StopPreview &preview, std::map<std::string, rules::TopicFate> &topics,
    std::map<std::pair<std::string, std::string>, rules::EntryFate> &entries,
    std::set<std::string> &queues, const rules::StopPlan &plan)
{
    for (const rules::TopicFate &topic : plan.topics) {
        const auto [at, added] = topics.try_emplace(topic.topic, topic);
        if (!added && worse(topic.fate, at->second.fate))
            at->second = topic;
    }
    for (const rules::EntryFate &entry : plan.entries) {
        // entries live in a workspace: the same name elsewhere is another one
        const auto [at, added] = entries.try_emplace(
            { plan.flow.workspace + '\n' + entry.processor, entry.variant }, entry);
        if (!added && worse(entry.fate, at->second.fate))
            at->second = entry;
    }
    for (const rules::ExpectedQueue &queue : plan.queues) {
        if (queues.insert(queue.queue).second)
            preview.expected.push_back(queue);
    }
    for (const std::string &problem : plan.problems)
        preview.problems.append(StopPreviewWords::tr("%1: %2").arg(qs(plan.flow.id), qs(problem)));
}

void addWarnings(StopPreview &preview, const std::set<std::string> &emptied,
    const std::vector<rules::FlowRef> &unreadable)
{
    std::vector<std::string> broken;
    for (const StopPreview::Line &line : preview.lines) {
        if (line.fate.fate == Fate::Broken)
            broken.push_back(line.fate.topic);
    }
    if (!broken.empty() && !emptied.empty()) {
        const std::vector<std::string> names(emptied.begin(), emptied.end());
        preview.warnings.append(StopPreviewWords::tr(
            "This is the last flow of %1. Its librarian stops answering until it is restarted, "
            "because this back end "
            "deletes %2 with it. Start another flow there first.")
                                    .arg(flowtext::joined(names),
                                        broken.size() == 1 ? qs(broken.front())
                                                           : StopPreviewWords::tr("%1 and %2 more")
                                                                 .arg(qs(broken.front()))
                                                                 .arg(broken.size() - 1)));
    }
    if (!preview.brokenEntries.empty()) {
        std::set<rules::FlowRef> victims;
        for (const rules::EntryFate &entry : preview.brokenEntries)
            victims.insert(entry.keptBy.begin(), entry.keptBy.end());
        preview.warnings.append(
            StopPreviewWords::tr("This back end removes %1 shared processor entries from under "
                                 "%2, which then stands still.")
                .arg(preview.brokenEntries.size())
                .arg(named({ victims.begin(), victims.end() })));
    }
    if (!preview.deletesQueues) {
        preview.warnings.append(StopPreviewWords::tr(
            "This back end deletes exchanges only: the named queues and their messages are left "
            "behind "
            "as orphans. A flow that is started with the same id takes them over."));
    }
    if (!unreadable.empty()) {
        preview.warnings.append(StopPreviewWords::tr(
            "The blueprint of %1 cannot be read, so what it needs is not known and not kept.")
                                    .arg(named(unreadable)));
    }
}

} // namespace

StopPreview StopPreview::make(const std::vector<rules::FlowRef> &flows,
    const std::vector<rules::LiveFlow> &live, const rules::StopBehaviour &behaviour,
    const QueueStore &queues, bool countsAreWhole, const QStringList &unserved)
{
    StopPreview preview;
    preview.deletesQueues = behaviour.deletesQueues;
    std::set<rules::FlowRef> leaving;
    for (const rules::FlowRef &flow : flows)
        leaving.insert(flow);
    std::set<std::string> workspaces;
    for (const rules::LiveFlow &flow : live) {
        if (flow.record.stopping())
            continue;
        ++preview.liveFlows;
        workspaces.insert(flow.workspace);
    }
    preview.workspaces = int(workspaces.size());

    const rules::ClosureIndex index(withLeaving(live, leaving));
    std::map<std::string, rules::TopicFate> topics;
    std::map<std::pair<std::string, std::string>, rules::EntryFate> entries;
    std::set<std::string> queueNames;
    std::set<std::string> emptied;
    std::vector<rules::FlowRef> unreadable;
    for (const rules::FlowRef &flow : leaving) {
        const auto plan = index.planStop(flow, behaviour);
        if (!plan) {
            preview.problems.append(StopPreviewWords::tr("%1 is gone already.").arg(qs(flow.id)));
            continue;
        }
        preview.flows.push_back(flow);
        addPlan(preview, topics, entries, queueNames, *plan);
        if (plan->lastOfWorkspace)
            emptied.insert(flow.workspace);
        unreadable = plan->unreadable;
    }
    const bool ownUnserved = std::any_of(preview.flows.begin(), preview.flows.end(),
        [&](const rules::FlowRef &flow) { return unserved.contains(qs(flow.workspace)); });
    for (auto &[name, topic] : topics) {
        const bool shared = topic.anywhere || (ownUnserved && topic.scope != rules::Scope::Flow);
        preview.lines.push_back({ topic, std::nullopt, 0,
            topic.fate == Fate::Deleted && shared && !unserved.isEmpty() });
    }
    std::stable_sort(preview.lines.begin(), preview.lines.end(),
        [](const Line &a, const Line &b) { return order(a.fate.fate) < order(b.fate.fate); });
    for (const auto &[key, entry] : entries) {
        if (entry.fate == Fate::Broken)
            preview.brokenEntries.push_back(entry);
        const bool removed = entry.fate == Fate::Deleted || entry.fate == Fate::Broken;
        (removed ? preview.entriesRemoved : preview.entriesKept) += 1;
    }
    addWarnings(preview, emptied, unreadable);
    preview.count(queues, countsAreWhole);
    return preview;
}

void StopPreview::count(const QueueStore &queues, bool countsAreWhole)
{
    struct Found {
        int queues = 0;
        qint64 waiting = 0;
        bool unknown = false;
    };
    std::unordered_map<std::string_view, Found> byTopic;
    for (const Line &line : lines)
        byTopic.try_emplace(line.fate.topic);
    for (const QueueState &queue : queues.rows()) {
        const auto at = byTopic.find(queue.row.topic);
        if (at == byTopic.end() || queues.missing(queue)) // of one that is not there nothing goes
            continue;
        ++at->second.queues;
        at->second.waiting += queue.row.ready + queue.row.unacked;
        at->second.unknown = at->second.unknown || !queue.countsNow();
    }
    if (!countsAreWhole) {
        for (const rules::ExpectedQueue &queue : expected) {
            const auto at = byTopic.find(queue.topic);
            if (at == byTopic.end() || queues.find(queue)) // by the broker's name too
                continue;
            ++at->second.queues;
            at->second.unknown = true;
        }
    }
    queuesDeleted = queuesLeft = queuesKept = queuesUnsure = 0;
    messagesLost = 0;
    messagesLeft = 0;
    const auto add = [](std::optional<qint64> &sum, const std::optional<qint64> &value) {
        sum = sum && value ? std::optional(*sum + *value) : std::nullopt;
    };
    for (Line &line : lines) {
        const Found &found = byTopic.at(line.fate.topic);
        line.queues = found.queues;
        line.waiting = found.unknown ? std::nullopt : std::optional(found.waiting);
        if (line.unsure) {
            queuesUnsure += line.queues;
            if (line.waiting.value_or(1) > 0)
                (deletesQueues ? messagesLost : messagesLeft).reset();
            continue;
        }
        switch (line.fate.fate) {
        case Fate::Deleted:
        case Fate::Broken:
            (deletesQueues ? queuesDeleted : queuesLeft) += line.queues;
            add(deletesQueues ? messagesLost : messagesLeft, line.waiting);
            break;
        case Fate::LeftBehind:
            queuesLeft += line.queues;
            add(messagesLeft, line.waiting);
            break;
        case Fate::Kept:
        case Fate::NeverTouched:
            queuesKept += line.queues;
            break;
        }
    }
}

bool StopPreview::sameConsequences(const StopPreview &other) const
{
    return flows == other.flows && warnings == other.warnings && problems == other.problems
        && brokenEntries == other.brokenEntries && entriesRemoved == other.entriesRemoved
        && std::equal(lines.begin(), lines.end(), other.lines.begin(), other.lines.end(),
            [](const Line &a, const Line &b) { return a.fate == b.fate && a.unsure == b.unsure; });
}

QStringList StopPreview::unsureText() const
{
    if (queuesUnsure == 0)
        return {};
    return { flowtext::counted(queuesUnsure,
        StopPreviewWords::tr(
            "Whether 1 queue stays is not known: it goes unless a flow there keeps it."),
        StopPreviewWords::tr(
            "Whether %1 queues stay is not known: they go unless a flow there keeps them.")) };
}

} // namespace signalbox
