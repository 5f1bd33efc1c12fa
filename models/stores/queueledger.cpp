// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/queueledger.h"

#include "models/rules/topic.h"

#include <algorithm>

namespace signalbox {
namespace {

std::string slotKey(const std::string &workspace, const std::string &flow)
{
    return workspace + '\n' + flow;
}

bool served(const schema::QueueRow &row)
{
    return row.topicClass == "flow" || row.topicClass == "request";
}

} // namespace

std::string QueueLedger::rabbitName(const rules::ExpectedQueue &queue)
{
    const auto topic = rules::parseTopic(queue.topic);
    if (!topic || queue.queue.size() <= queue.topic.size())
        return queue.queue;
    return rules::rabbitExchange(*topic) + queue.queue.substr(queue.topic.size());
}

int QueueLedger::rowOf(const std::string &name) const
{
    const auto at = m_index.find(name);
    return at == m_index.end() ? -1 : at->second;
}

// ---- rows ----

void QueueLedger::upsert(
    const schema::QueueRow &row, bool countsKnown, const QString &source, qint64 nowMs)
{
    const int number = rowOf(row.name);
    if (number < 0) {
        if (m_insertedFrom < 0)
            m_insertedFrom = count();
        m_index.emplace(row.name, count());
        m_rows.push_back(
            { row, QString::fromStdString(row.name), countsKnown, {}, {}, nowMs, source });
        bool named = false;
        m_owner.push_back(ownerOf(row, named));
        m_named.push_back(named);
        m_rings.emplace_back();
        if (countsKnown)
            m_rings.back().push(nowMs, row.published, row.acked);
        m_stamp.push_back(m_fetch);
        return;
    }
    QueueState &held = m_rows[number];
    m_stamp[number] = m_fetch;
    held.seenMs = nowMs;
    if (countsKnown && source != QLatin1String("events"))
        m_rings[number].push(nowMs, row.published, row.acked);
    if (held.row == row && held.countsKnown == countsKnown)
        return;
    const bool moved = held.row.flow != row.flow || held.row.workspace != row.workspace;
    held.row = row;
    held.countsKnown = countsKnown;
    held.source = source;
    if (moved) {
        bool named = false;
        m_owner[number] = ownerOf(row, named);
        m_named[number] = named;
    }
    m_changed.push_back(number);
}

int QueueLedger::remove(int row)
{
    const int last = count() - 1;
    m_index.erase(m_rows[row].row.name);
    if (row != last) {
        m_rows[row] = std::move(m_rows[last]);
        m_rings[row] = m_rings[last];
        m_owner[row] = m_owner[last];
        m_named[row] = m_named[last];
        m_stamp[row] = m_stamp[last];
        m_index[m_rows[row].row.name] = row;
    }
    m_rows.pop_back();
    m_rings.pop_back();
    m_owner.pop_back();
    m_named.pop_back();
    m_stamp.pop_back();
    m_totalsStale = true;
    return last;
}

std::vector<int> QueueLedger::notSeen() const
{
    std::vector<int> rows;
    for (int row = 0; row < count(); ++row)
        if (m_stamp[row] != m_fetch)
            rows.push_back(row);
    return rows;
}

std::vector<int> QueueLedger::sample(qint64 nowMs, bool pushed)
{
    std::vector<int> moved;
    for (int row = 0; row < count(); ++row) {
        QueueState &state = m_rows[row];
        if (!state.countsKnown || state.source == QLatin1String("prometheus"))
            continue;
        if (pushed)
            m_rings[row].push(nowMs, state.row.published, state.row.acked);
        const auto in = m_rings[row].inRate();
        const auto out = m_rings[row].outRate();
        if (in == state.inRate && out == state.outRate)
            continue;
        state.inRate = in;
        state.outRate = out;
        moved.push_back(row);
    }
    return moved;
}

std::vector<int> QueueLedger::forgetRates()
{
    std::vector<int> moved;
    for (int row = 0; row < count(); ++row) {
        m_rings[row] = {};
        QueueState &state = m_rows[row];
        if (!state.inRate && !state.outRate)
            continue;
        state.inRate.reset();
        state.outRate.reset();
        moved.push_back(row);
    }
    return moved;
}

void QueueLedger::clear()
{
    *this = QueueLedger();
}

int QueueLedger::takeInserted()
{
    return std::exchange(m_insertedFrom, -1);
}

std::vector<int> QueueLedger::takeChanged()
{
    return std::exchange(m_changed, {});
}

// ---- whose they are ----

int QueueLedger::slot(const std::string &workspace, const std::string &flow)
{
    const auto [at, fresh] =
        m_slotNumbers.try_emplace(slotKey(workspace, flow), int(m_totals.size()));
    if (fresh) {
        FlowTotals one;
        one.workspace = QString::fromStdString(workspace);
        one.flow = QString::fromStdString(flow);
        m_totals.push_back(std::move(one));
    }
    return at->second;
}

void QueueLedger::setConsumed(
    const std::string &workspace, const std::vector<ExpectedFlowQueue> &queues)
{
    std::vector<Consumed> consumed;
    const std::hash<std::string> hash;
    for (const auto &one : queues) {
        const int number = slot(one.workspace, one.flow);
        consumed.push_back({ hash(one.queue.queue), number });
        consumed.push_back({ hash(rabbitName(one.queue)), number });
    }
    std::sort(consumed.begin(), consumed.end());
    consumed.erase(std::unique(consumed.begin(), consumed.end()), consumed.end());
    auto &held = m_consumed[workspace];
    if (held == consumed)
        return;
    held = std::move(consumed);
    m_unresolved.insert(workspace);
    m_totalsStale = true;
}

int QueueLedger::ownerOf(const schema::QueueRow &row, bool &named)
{
    std::vector<int> owners;
    const auto consumed = m_consumed.find(row.workspace);
    if (consumed != m_consumed.end()) {
        const std::size_t name = std::hash<std::string>()(row.name);
        for (auto at = std::lower_bound(
                 consumed->second.begin(), consumed->second.end(), Consumed { name, -1 });
             at != consumed->second.end() && at->name == name; ++at)
            owners.push_back(at->slot);
    }
    named = !owners.empty();
    if (!row.flow.empty()) {
        const int own = slot(row.workspace, row.flow);
        if (std::find(owners.begin(), owners.end(), own) == owners.end())
            owners.push_back(own);
    }
    if (owners.empty())
        return nobody;
    if (owners.size() == 1)
        return owners.front();
    std::sort(owners.begin(), owners.end());
    const auto [at, fresh] = m_groupNumbers.try_emplace(owners, int(m_groups.size()));
    if (fresh)
        m_groups.push_back(std::move(owners));
    return nobody - 1 - at->second;
}

void QueueLedger::resolve()
{
    if (m_unresolved.empty())
        return;
    for (int row = 0; row < count(); ++row) {
        if (!m_unresolved.contains(m_rows[row].row.workspace))
            continue;
        bool named = false;
        const int owner = ownerOf(m_rows[row].row, named);
        m_named[row] = named;
        if (owner != m_owner[row])
            m_movedOwners.push_back(row);
        m_owner[row] = owner;
    }
    m_unresolved.clear();
}

std::vector<int> QueueLedger::takeMovedOwners()
{
    resolve();
    auto rows = std::exchange(m_movedOwners, {});
    std::erase_if(rows, [this](int row) { return row >= count(); }); // removed meanwhile
    return rows;
}

template <class Visit> void QueueLedger::visit(int owner, Visit &&visit) const
{
    if (owner >= 0)
        visit(owner);
    else if (owner < nobody)
        for (const int slot : m_groups[nobody - 1 - owner])
            visit(slot);
}

std::vector<int> QueueLedger::ofFlow(const std::string &workspace, const std::string &flow)
{
    resolve();
    std::vector<int> found;
    const auto at = m_slotNumbers.find(slotKey(workspace, flow));
    if (at == m_slotNumbers.end())
        return found;
    for (int row = 0; row < count(); ++row)
        visit(m_owner[row], [&](int slot) {
            if (slot == at->second)
                found.push_back(row);
        });
    return found;
}

std::vector<std::string> QueueLedger::flowsOf(int row)
{
    resolve();
    std::vector<std::string> flows;
    visit(m_owner[row], [&](int slot) { flows.push_back(m_totals[slot].flow.toStdString()); });
    std::sort(flows.begin(), flows.end());
    return flows;
}

bool QueueLedger::consumed(int row)
{
    resolve();
    return m_owner[row] != nobody;
}

// ---- sums ----

void QueueLedger::add(FlowTotals &sum, int row, bool shared) const
{
    const QueueState &state = m_rows[row];
    ++sum.queues;
    sum.named += m_named[row];
    sum.shared += shared;
    if (!state.countsKnown) {
        ++sum.unknownCounts;
        return;
    }
    sum.ready += state.row.ready;
    sum.sharedReady += shared ? state.row.ready : 0;
    sum.unacked += state.row.unacked;
    sum.outRate += state.outRate.value_or(0);
    sum.ratesKnown = sum.ratesKnown && state.outRate.has_value();
    if (sum.deepest < 0 || state.row.ready > m_rows[sum.deepest].row.ready)
        sum.deepest = row;
    if (state.row.consumers > 0 || !served(state.row))
        return;
    ++sum.starving;
    sum.starvingReady += state.row.ready;
    if (sum.worst < 0 || state.row.ready > m_rows[sum.worst].row.ready)
        sum.worst = row;
}

const std::vector<FlowTotals> &QueueLedger::flowTotals()
{
    resolve();
    if (!m_totalsStale)
        return m_totals;
    m_totalsStale = false;
    for (FlowTotals &one : m_totals) {
        FlowTotals empty;
        empty.workspace = one.workspace;
        empty.flow = one.flow;
        one = std::move(empty);
    }
    std::unordered_map<std::string, WorkspaceTotals> workspaces;
    for (int row = 0; row < count(); ++row) {
        const QueueState &state = m_rows[row];
        WorkspaceTotals &sum = workspaces[state.row.workspace];
        ++sum.queues;
        const int owner = m_owner[row];
        if (owner == nobody)
            continue;
        visit(owner, [&](int slot) { add(m_totals[slot], row, owner < nobody); });
        ++sum.consumed;
        if (!state.countsKnown) {
            ++sum.unknownCounts;
            continue;
        }
        sum.ready += state.row.ready;
        sum.outRate += state.outRate.value_or(0);
        sum.ratesKnown = sum.ratesKnown || state.outRate.has_value();
    }
    m_workspaces.clear();
    for (const auto &[workspace, sum] : workspaces)
        m_workspaces.insert(QString::fromStdString(workspace), sum);
    return m_totals;
}

std::vector<FlowTotals> QueueLedger::totalsOf(
    const std::function<QueueFigures(const QueueState &)> &figures)
{
    resolve();
    std::vector<FlowTotals> sums(m_totals.size());
    for (std::size_t slot = 0; slot < sums.size(); ++slot) {
        sums[slot].workspace = m_totals[slot].workspace;
        sums[slot].flow = m_totals[slot].flow;
    }
    for (int row = 0; row < count(); ++row) {
        if (m_owner[row] == nobody)
            continue;
        const QueueFigures now = figures(m_rows[row]);
        visit(m_owner[row], [&](int slot) {
            FlowTotals &sum = sums[slot];
            ++sum.queues;
            if (!now.known) {
                ++sum.unknownCounts;
                return;
            }
            sum.ready += now.ready;
            sum.unacked += now.unacked;
            sum.outRate += now.outRate.value_or(0);
            sum.ratesKnown = sum.ratesKnown && now.outRate.has_value();
            if (now.consumers == 0 && served(m_rows[row].row)) {
                ++sum.starving;
                sum.starvingReady += now.ready;
            }
        });
    }
    return sums;
}

WorkspaceTotals QueueLedger::totalsIn(const QString &workspace)
{
    flowTotals();
    return m_workspaces.value(workspace);
}

} // namespace signalbox
