// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/alert.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace signalbox::rules {
namespace {

constexpr std::array<std::string_view, alertKinds.size()> alertNames { "worker-dead", "no-consumer",
    "stuck", "error-rate", "backlog", "age", "drain-time", "stopping", "source-stale" };

constexpr std::int64_t second = 1000;

int narrowness(const AlertRule &rule)
{
    return (rule.workspace.empty() ? 0 : 1) + (rule.flow.empty() ? 0 : 2);
}

} // namespace

std::string_view name(AlertKind kind)
{
    return alertNames[std::size_t(kind)];
}

std::optional<AlertKind> parseAlertKind(std::string_view text)
{
    for (const AlertKind kind : alertKinds)
        if (name(kind) == text)
            return kind;
    return {};
}

bool grave(AlertKind kind)
{
    return kind == AlertKind::WorkerDead || kind == AlertKind::NoConsumer
        || kind == AlertKind::ErrorRate || kind == AlertKind::SourceStale;
}

AlertLimit defaultLimit(AlertKind kind)
{
    switch (kind) {
    case AlertKind::WorkerDead: // a restart takes seconds
        return { true, 1, 10 * second, 1, 10 * second };
    case AlertKind::NoConsumer: // consumers come after the start was answered (TG trap 19)
        return { true, 1, 20 * second, 1, 10 * second };
    case AlertKind::Stuck:
        return { true, 1, 300 * second, 1, 30 * second };
    case AlertKind::ErrorRate:
        return { true, 10, 60 * second, 0.5, 120 * second };
    case AlertKind::Backlog:
        return { true, 5000, 60 * second, 0.8, 60 * second };
    case AlertKind::Age: // a document's chunks wait for their model this long in a stock flow
        return { true, 1800, 60 * second, 0.8, 60 * second };
    case AlertKind::DrainTime:
        return { true, 14400, 300 * second, 0.8, 120 * second };
    case AlertKind::Stopping: // a stop takes 1 s, 10 s with retries (TG §4.5)
        return { true, 60, 0, 1, 0 };
    default: // SourceStale: polling asks every 15 s at the slowest
        return { true, 45, 0, 1, 5 * second };
    }
}

AlertLimit limitFor(const std::vector<AlertRule> &rules, AlertKind kind, std::string_view workspace,
    std::string_view flow)
{
    const AlertRule *best = nullptr;
    for (const AlertRule &rule : rules) {
        if (rule.kind != kind || (!rule.workspace.empty() && rule.workspace != workspace)
            || (!rule.flow.empty() && rule.flow != flow))
            continue;
        if (!best || narrowness(rule) >= narrowness(*best))
            best = &rule;
    }
    return best ? best->limit : defaultLimit(kind);
}

std::string alertId(AlertKind kind, std::string_view subject)
{
    return std::string(name(kind)) + '|' + std::string(subject);
}

int AlertBook::groupedUnder(const std::string &id) const
{
    const auto at = m_groups.find(id);
    return at == m_groups.end() ? 0 : at->second;
}

void AlertBook::countGroups()
{
    m_groups.clear();
    for (const auto &[id, alert] : m_alerts)
        if (alert.raised && !alert.under.empty())
            ++m_groups[alert.under];
}

/// Not over its limit now: what is raised may end, what was only over is forgotten.
void AlertBook::release(std::int64_t nowMs, Alert &alert)
{
    if (!alert.raised)
        alert.since = -1;
    else if (alert.underSince < 0)
        alert.underSince = nowMs;
}

void AlertBook::judge(std::int64_t nowMs, const AlertReading &reading, const AlertLimit &limit)
{
    const std::string id = alertId(reading.kind, reading.subject);
    auto at = m_alerts.find(id);
    if (!reading.value) {
        if (at == m_alerts.end())
            return;
        at->second.underSince = -1; // not known is no break in what is raised …
        if (!at->second.raised)
            at->second.since = -1; // … and no proof of what is not
        return;
    }
    const bool over = limit.on && *reading.value >= limit.limit;
    if (at == m_alerts.end()) {
        if (!over)
            return;
        at = m_alerts.try_emplace(id).first;
        at->second.since = nowMs;
    }
    Alert &alert = at->second;
    alert.reading = reading;
    alert.limit = limit;
    if (!limit.on || *reading.value < limit.limit * limit.clearShare)
        return release(nowMs, alert);
    alert.underSince = -1;
    if (alert.raised)
        alert.worst = std::max(alert.worst, *reading.value);
    else if (!over)
        alert.since = -1; // between the two limits: it must be over without a break
    else if (alert.since < 0)
        alert.since = nowMs;
}

/// The first of its causes that is over its limit, raised or about to be; the root of a chain.
std::string AlertBook::causeOf(const std::string &id, const Alert &alert) const
{
    for (const std::string &cause : alert.reading.causes) {
        const auto at = m_alerts.find(cause);
        if (cause == id || at == m_alerts.end())
            continue;
        if (at->second.raised || at->second.since >= 0)
            return m_alerts.contains(at->second.under) ? at->second.under : cause;
    }
    return {};
}

void AlertBook::group(std::int64_t nowMs, std::vector<AlertChange> &changes)
{
    for (auto &[id, alert] : m_alerts) {
        if (!alert.raised || alert.called)
            continue;
        const bool fresh = alert.under.empty() && alert.freedAt < 0;
        const std::string cause = causeOf(id, alert);
        if (!cause.empty() && cause != id) {
            alert.freedAt = -1;
            alert.under = cause;
            if (fresh)
                changes.push_back({ AlertChange::Grouped, id, alert });
            continue;
        }
        if (!fresh && alert.freedAt < 0)
            alert.freedAt = nowMs;
        if (!fresh && nowMs - alert.freedAt < leftOverMs)
            continue; // what its cause left behind has time to drain
        alert.under.clear();
        alert.called = true;
        changes.push_back({ AlertChange::Call, id, alert });
    }
}

std::vector<AlertChange> AlertBook::look(std::int64_t nowMs,
    const std::vector<AlertReading> &readings, const std::vector<AlertRule> &rules, bool known)
{
    std::unordered_set<std::string> told;
    told.reserve(readings.size());
    for (const AlertReading &reading : readings) {
        told.insert(alertId(reading.kind, reading.subject));
        judge(nowMs, reading, limitFor(rules, reading.kind, reading.workspace, reading.flow));
    }
    std::vector<AlertChange> changes;
    for (auto at = m_alerts.begin(); at != m_alerts.end();) {
        Alert &alert = at->second;
        if (!told.contains(at->first)) {
            if (known)
                release(nowMs, alert);
            else
                alert.underSince = -1;
        }
        if (alert.raised && alert.underSince >= 0
            && nowMs - alert.underSince >= alert.limit.clearMs) {
            changes.push_back({ AlertChange::Ended, at->first, alert });
            at = m_alerts.erase(at);
        } else if (!alert.raised && alert.since < 0) {
            at = m_alerts.erase(at);
        } else {
            if (!alert.raised && nowMs - alert.since >= alert.limit.forMs) {
                alert.raised = true;
                alert.since = nowMs;
                alert.worst = alert.reading.value.value_or(0);
            }
            ++at;
        }
    }
    group(nowMs, changes);
    countGroups();
    return changes;
}

} // namespace signalbox::rules
