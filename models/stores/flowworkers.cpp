// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/flowworkers.h"

#include "models/stores/flowstore.h"

#include <QSet>

#include <algorithm>
#include <tuple>

namespace signalbox {
namespace {

constexpr qint64 minuteMs = 60000;
constexpr qint64 sampleMs = 2000;

rules::EntryEvidence::Worker stateOf(const schema::ProcessorRow &row)
{
    using Worker = rules::EntryEvidence::Worker;
    return row.state == "running" ? Worker::Running
        : row.state == "paused"   ? Worker::Paused
        : row.state == "dead"     ? Worker::Dead
                                  : Worker::Unknown;
}

} // namespace

void FlowWorkers::Window::push(qint64 ms, qint64 handled, qint64 errors)
{
    if (!samples.empty() && (handled < samples.back().handled || errors < samples.back().errors))
        samples.clear(); // a worker restarted
    if (!samples.empty() && ms - samples.back().ms < sampleMs)
        return;
    samples.push_back({ ms, handled, errors });
    while (samples.size() > 2 && ms - samples[1].ms >= minuteMs)
        samples.erase(samples.begin());
}

std::optional<FlowWorkers::Tried> FlowWorkers::Window::tried() const
{
    if (samples.size() < 2)
        return {};
    const qint64 handled = samples.back().handled - samples.front().handled;
    const qint64 errors = samples.back().errors - samples.front().errors;
    const qint64 ms = samples.back().ms - samples.front().ms;
    // Nothing handled: there is no share to tell, but a quiet flow has no errors either.
    if (handled <= 0 || ms <= 0)
        return Tried();
    return Tried { double(handled) * 1000 / double(ms), double(errors) * 100 / double(handled) };
}

std::string FlowWorkers::name(
    const std::string &workspace, const std::string &processor, const std::string &variant)
{
    return workspace + '\n' + processor + '\n' + variant;
}

template <class Visit> void FlowWorkers::visit(const Flow &flow, Visit &&visit) const
{
    for (const auto &[name, row] : flow.own)
        visit(row);
    for (const Entry &entry : flow.entries)
        if (entry.shared)
            if (const auto at = m_shared.find(name(flow.workspace, entry.processor, entry.variant));
                at != m_shared.end())
                visit(at->second);
}

void FlowWorkers::take(const std::vector<schema::ProcessorRow> &rows, qint64 nowMs)
{
    QSet<QString> touched;
    bool shared = false;
    for (const auto &row : rows) {
        if (row.flow.empty()) {
            shared = true;
            m_shared.insert_or_assign(name(row.workspace, row.processor, row.variant), row);
            continue;
        }
        const QString key =
            FlowStore::key(QString::fromStdString(row.workspace), QString::fromStdString(row.flow));
        m_flows[key].own[row.processor + '\n' + row.variant] = row;
        touched.insert(key);
    }
    if (shared)
        for (auto it = m_flows.begin(); it != m_flows.end(); ++it)
            if (std::any_of(it->entries.begin(), it->entries.end(),
                    [](const Entry &entry) { return entry.shared; }))
                touched.insert(it.key());
    for (const QString &key : std::as_const(touched)) {
        Flow &flow = m_flows[key];
        qint64 handled = 0;
        qint64 errors = 0;
        visit(flow, [&](const schema::ProcessorRow &row) {
            handled += row.processed + row.errors;
            errors += row.errors;
        });
        flow.window.push(nowMs, handled, errors);
    }
}

void FlowWorkers::setEntries(
    const QString &flow, const std::string &workspace, std::vector<Entry> entries)
{
    Flow &held = m_flows[flow];
    held.workspace = workspace;
    held.known = true;
    const bool same = std::equal(entries.begin(), entries.end(), held.entries.begin(),
        held.entries.end(), [](const Entry &a, const Entry &b) {
            return std::tie(a.processor, a.variant, a.shared)
                == std::tie(b.processor, b.variant, b.shared);
        });
    if (same)
        return;
    held.entries = std::move(entries);
    held.window = {}; // sums over other workers
}

const std::vector<FlowWorkers::Entry> *FlowWorkers::entries(const QString &flow) const
{
    const auto at = m_flows.constFind(flow);
    return at == m_flows.constEnd() || !at->known ? nullptr : &at->entries;
}

std::vector<schema::ProcessorRow> FlowWorkers::of(const QString &flow) const
{
    std::vector<schema::ProcessorRow> rows;
    if (const auto at = m_flows.constFind(flow); at != m_flows.constEnd())
        visit(*at, [&](const schema::ProcessorRow &row) { rows.push_back(row); });
    return rows;
}

std::vector<rules::EntryEvidence> FlowWorkers::evidence(const QString &flow, bool complete) const
{
    std::vector<rules::EntryEvidence> found;
    const auto at = m_flows.constFind(flow);
    if (at == m_flows.constEnd())
        return found;
    if (!at->known) {
        for (const auto &[name, row] : at->own)
            found.push_back({ row.processor, stateOf(row), true, {}, 0 });
        return found;
    }
    using Worker = rules::EntryEvidence::Worker;
    found.reserve(at->entries.size());
    std::string key; // one for all: this is asked for each worker of each flow, again and again
    for (const Entry &entry : at->entries) {
        rules::EntryEvidence one;
        one.processor = entry.processor;
        one.worker = complete ? Worker::Absent : Worker::Unknown;
        key.assign(entry.processor).append(1, '\n').append(entry.variant);
        if (const auto own = at->own.find(key); own != at->own.end()) {
            one.worker = stateOf(own->second);
        } else if (entry.shared) {
            const auto shared = m_shared.find(name(at->workspace, entry.processor, entry.variant));
            if (shared != m_shared.end())
                one.worker = stateOf(shared->second);
        }
        one.seen = one.worker != Worker::Absent && one.worker != Worker::Unknown;
        found.push_back(std::move(one));
    }
    return found;
}

std::optional<FlowWorkers::Tried> FlowWorkers::tried(const QString &flow) const
{
    const auto at = m_flows.constFind(flow);
    return at == m_flows.constEnd() ? std::nullopt : at->window.tried();
}

void FlowWorkers::remove(const QString &flow)
{
    m_flows.remove(flow);
}

void FlowWorkers::clear()
{
    m_flows.clear();
    m_shared.clear();
}

} // namespace signalbox
