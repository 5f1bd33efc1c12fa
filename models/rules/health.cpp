// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/health.h"

#include <algorithm>
#include <utility>

namespace signalbox::rules {
namespace {

constexpr std::int64_t stoppingTooLongMs = 30000; ///< a stop takes 1 s, 10 s with retries (TG §4.5)
constexpr std::int64_t attachMs = 10000; ///< consumers come after the start was answered (trap 19)
constexpr std::int64_t stillMs = 120000;
constexpr std::int64_t stillBusyMs = 600000; ///< with one in hand: a model may take so long
constexpr std::int64_t driftMs = 60000; ///< notices arrive within seconds
constexpr double errorsDanger = 10;
constexpr double errorsCaution = 1;
constexpr std::int64_t backlogFloor = 100;

using Worker = EntryEvidence::Worker;

bool growing(const FlowEvidence &flow)
{
    return flow.backlog && flow.backlogMinuteAgo && *flow.backlog >= backlogFloor
        && *flow.backlog > *flow.backlogMinuteAgo + *flow.backlogMinuteAgo / 4;
}

template <class Test> std::vector<std::string> processorsThat(const FlowEvidence &flow, Test &&test)
{
    std::vector<std::string> names;
    for (const auto &entry : flow.entries)
        if (test(entry) && std::find(names.begin(), names.end(), entry.processor) == names.end())
            names.push_back(entry.processor);
    return names;
}

HealthFinding finding(Signal signal, HealthReason reason, std::vector<std::string> processors = {},
    std::int64_t number = 0, std::int64_t other = 0, double share = 0)
{
    return { signal, reason, std::move(processors), number, other, share, {} };
}

std::optional<HealthFinding> withoutConsumer(const FlowEvidence &flow)
{
    if (flow.starving == 0)
        return {};
    if (flow.starvingReady == 0 && flow.starvingForMs < attachMs)
        return finding(Signal::Unknown, HealthReason::NotAttached, {}, flow.starving);
    return finding(Signal::Danger, HealthReason::Starving, { flow.starvingProcessor },
        flow.starvingReady, flow.starving);
}

/// Consumers make their queues: until one came, what is sent there reaches nobody (field-notes §4).
std::optional<HealthFinding> withoutQueue(const FlowEvidence &flow)
{
    std::vector<std::string> makers;
    HealthFinding found = finding(Signal::Danger, HealthReason::Missing);
    for (const MissingQueue &queue : flow.missing) {
        if (shipsWithoutProcess(queue.processor))
            continue;
        if (++found.number == 1)
            found.queue = queue.name;
        if (std::find(makers.begin(), makers.end(), queue.processor) == makers.end())
            makers.push_back(queue.processor);
    }
    if (found.number == 0)
        return {};
    if (flow.missingForMs < attachMs)
        return finding(Signal::Unknown, HealthReason::NotAttached, {}, found.number, 2);
    found.processors = std::move(makers);
    return found;
}

/// Who does not run, and is shipped so: requests to them are lost.
std::vector<std::string> notDeployed(const FlowEvidence &flow)
{
    auto names = processorsThat(
        flow, [](const EntryEvidence &entry) { return entry.worker == Worker::Absent; });
    for (const MissingQueue &queue : flow.missing)
        if (std::find(names.begin(), names.end(), queue.processor) == names.end())
            names.push_back(queue.processor);
    return names;
}

/// Entries that nobody runs. Where the source of workers is complete, or the process was seen
/// before, it is gone; elsewhere it may never have been deployed.
std::optional<HealthFinding> withoutProcess(const FlowEvidence &flow)
{
    const auto gone = processorsThat(flow, [&](const EntryEvidence &entry) {
        return entry.worker == Worker::Absent && (flow.workersComplete || entry.seen)
            && (entry.seen || !shipsWithoutProcess(entry.processor));
    });
    if (!gone.empty() && flow.absentForMs < attachMs)
        return finding(
            Signal::Unknown, HealthReason::NotAttached, {}, std::int64_t(gone.size()), 1);
    if (!gone.empty())
        return finding(Signal::Danger, HealthReason::Absent, gone);
    const auto missed = processorsThat(flow, [](const EntryEvidence &entry) {
        return entry.worker == Worker::Absent && !shipsWithoutProcess(entry.processor);
    });
    if (missed.empty() || flow.absentForMs < attachMs)
        return {};
    return finding(Signal::Caution, HealthReason::MayBeAbsent, missed);
}

std::optional<HealthFinding> slow(const FlowEvidence &flow)
{
    if (flow.stillForMs >= (flow.unacked > 0 ? stillBusyMs : stillMs))
        return finding(Signal::Caution, HealthReason::Still, { flow.deepestProcessor },
            flow.backlog.value_or(0), flow.stillForMs);
    if (growing(flow))
        return finding(Signal::Caution, HealthReason::FallsBehind, { flow.deepestProcessor },
            *flow.backlog, *flow.backlogMinuteAgo);
    const auto limited =
        processorsThat(flow, [](const EntryEvidence &entry) { return entry.rateLimited > 0; });
    if (limited.empty())
        return {};
    double sum = 0;
    for (const auto &entry : flow.entries)
        sum += entry.rateLimited;
    return finding(Signal::Caution, HealthReason::RateLimited, limited, 0, 0, sum);
}

std::optional<HealthFinding> drift(const FlowEvidence &flow)
{
    if (flow.driftForMs < driftMs || !flow.newestConfig)
        return {};
    const auto behind = [&](const EntryEvidence &entry) {
        return entry.configVersion && *entry.configVersion < *flow.newestConfig;
    };
    std::int64_t oldest = *flow.newestConfig;
    for (const auto &entry : flow.entries)
        if (behind(entry))
            oldest = std::min(oldest, *entry.configVersion);
    if (oldest == *flow.newestConfig)
        return {};
    return finding(Signal::Caution, HealthReason::ConfigDrift, processorsThat(flow, behind), oldest,
        *flow.newestConfig);
}

HealthFinding stopping(const FlowEvidence &flow)
{
    return flow.stoppingForMs < stoppingTooLongMs
        ? finding(Signal::Unknown, HealthReason::Stopping, {}, flow.stoppingForMs)
        : finding(Signal::Caution, HealthReason::StoppingTooLong, {}, flow.stoppingForMs);
}

} // namespace

bool shipsWithoutProcess(const std::string &processor)
{
    return processor == "kw-index" || processor == "image-to-text";
}

HealthFinding judgeFlow(const FlowEvidence &flow)
{
    if (flow.stopping)
        return stopping(flow);
    if (!flow.fault.empty())
        return finding(Signal::Caution, HealthReason::Fault);
    const auto with = [&](Worker worker) {
        return processorsThat(
            flow, [&](const EntryEvidence &entry) { return entry.worker == worker; });
    };
    if (auto dead = with(Worker::Dead); !dead.empty())
        return finding(Signal::Danger, HealthReason::Dead, std::move(dead));
    const auto process = withoutProcess(flow);
    if (process && process->signal == Signal::Danger)
        return *process;
    const auto missing = withoutQueue(flow);
    if (missing && missing->signal == Signal::Danger)
        return *missing;
    const auto consumer = flow.countsKnown ? withoutConsumer(flow) : std::nullopt;
    if (consumer && consumer->signal == Signal::Danger)
        return *consumer;
    if (flow.errorPercent.value_or(0) >= errorsDanger)
        return finding(Signal::Danger, HealthReason::FailsMuch, {}, 0, 0, *flow.errorPercent);
    if (auto paused = with(Worker::Paused); !paused.empty())
        return finding(Signal::Caution, HealthReason::Paused, std::move(paused));
    if (process && process->signal == Signal::Caution)
        return *process;
    if (const auto found = slow(flow))
        return *found;
    if (flow.errorPercent.value_or(0) >= errorsCaution)
        return finding(Signal::Caution, HealthReason::Fails, {}, 0, 0, *flow.errorPercent);
    if (const auto found = drift(flow))
        return *found;
    if (process)
        return *process;
    if (missing)
        return *missing;
    if (consumer)
        return *consumer;
    if (!flow.countsKnown)
        return finding(Signal::Unknown, HealthReason::CountsUnknown);
    if (flow.queues == 0)
        return finding(Signal::Unknown, HealthReason::QueuesUnknown);
    if (flow.unknownQueues > 0)
        return finding(
            Signal::Unknown, HealthReason::SomeQueuesUnknown, {}, flow.unknownQueues, flow.queues);
    if (auto without = notDeployed(flow); !without.empty())
        return finding(Signal::Clear, HealthReason::ClearBut, std::move(without));
    return finding(Signal::Clear, HealthReason::Clear);
}

} // namespace signalbox::rules
