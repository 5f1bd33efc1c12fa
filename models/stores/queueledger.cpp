// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/queueledger.h"

#include "models/rules/topic.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace signalbox {

using rules::QueueFigure;
using rules::QueueSource;

namespace {

std::string slotKey(const std::string &workspace, const std::string &flow)
{
    return workspace + '\n' + flow;
}

/// A queue at a RabbitMQ broker and the same one at our gateway (TG §5.3); "" when it has one name.
std::string otherName(const std::string &name)
{
    if (const auto parsed = rules::parseRabbitQueue(name))
        return parsed->topic.text() + '.' + parsed->subscription;
    const std::size_t dot = name.rfind('.');
    const auto topic =
        dot == std::string::npos ? std::nullopt : rules::parseTopic(name.substr(0, dot));
    return topic ? rules::rabbitExchange(*topic) + name.substr(dot) : std::string();
}

bool served(const schema::QueueRow &row)
{
    return row.topicClass == "flow" || row.topicClass == "request";
}

QString sourceText(QueueSource source)
{
    static const std::array<QString, rules::queueSources> names { QStringLiteral("blueprint"),
        QStringLiteral("pulsar"), QStringLiteral("prometheus"), QStringLiteral("rabbitmq"),
        QStringLiteral("fabric") };
    return names[std::size_t(source)];
}

rules::QueueReading fabricReading(const schema::QueueRow &row, qint64 nowMs)
{
    rules::QueueReading reading { QueueSource::Fabric, nowMs };
    reading.tell(QueueFigure::Ready, row.ready);
    reading.tell(QueueFigure::Unacked, row.unacked);
    reading.tell(QueueFigure::Consumers, row.consumers);
    reading.tell(QueueFigure::Published, row.published);
    reading.tell(QueueFigure::Acked, row.acked);
    reading.tell(QueueFigure::Redelivered, row.redelivered);
    reading.tell(QueueFigure::Bytes, row.bytes);
    if (row.oldestMs)
        reading.tell(QueueFigure::Oldest, *row.oldestMs);
    return reading;
}

void setFigure(schema::QueueRow &row, QueueFigure figure, std::int64_t value, bool told)
{
    switch (figure) {
    case QueueFigure::Ready:
        row.ready = value;
        break;
    case QueueFigure::Unacked:
        row.unacked = value;
        break;
    case QueueFigure::Consumers:
        row.consumers = value;
        break;
    case QueueFigure::Published:
        row.published = value;
        break;
    case QueueFigure::Acked:
        row.acked = value;
        break;
    case QueueFigure::Redelivered:
        row.redelivered = value;
        break;
    case QueueFigure::Bytes:
        row.bytes = value;
        break;
    case QueueFigure::Oldest:
        row.oldestMs = told ? std::optional(value) : std::nullopt;
        break;
    }
}

auto figuresOf(const schema::QueueRow &row)
{
    return std::tuple(row.ready, row.unacked, row.consumers, row.published, row.acked,
        row.redelivered, row.bytes, row.oldestMs);
}

auto identityOf(const schema::QueueRow &row)
{
    return std::tie(row.topic, row.topicClass, row.scope, row.workspace, row.flow, row.blueprint,
        row.processor);
}

bool sameIdentity(const schema::QueueRow &a, const schema::QueueRow &b)
{
    return identityOf(a) == identityOf(b);
}

/// All but its figures, and its name: a row keeps the one that it was first known by.
void setIdentity(schema::QueueRow &row, const schema::QueueRow &from)
{
    row.topic = from.topic;
    row.topicClass = from.topicClass;
    row.scope = from.scope;
    row.workspace = from.workspace;
    row.flow = from.flow;
    row.blueprint = from.blueprint;
    row.processor = from.processor;
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

int QueueLedger::numberOf(const std::string &name) const
{
    const int number = rowOf(name);
    return number >= 0 ? number : rowOf(otherName(name));
}

int QueueLedger::add(const schema::QueueRow &row, const QString &source, qint64 nowMs)
{
    if (m_insertedFrom < 0)
        m_insertedFrom = count();
    m_index.emplace(row.name, count());
    m_rows.push_back({ row, QString::fromStdString(row.name), true, {}, {}, nowMs, source });
    m_owner.push_back(nobody);
    m_named.push_back(false);
    m_rings.emplace_back();
    m_stamp.push_back(m_fetch);
    m_counters.push_back(QueueSource::Fabric);
    setOwner(count() - 1);
    return count() - 1;
}

void QueueLedger::setOwner(int row)
{
    bool named = false;
    m_owner[row] = ownerOf(m_rows[row].row, named);
    m_named[row] = named;
}

void QueueLedger::upsert(const schema::QueueRow &row, const QString &source, qint64 nowMs)
{
    const int number = m_merged > 0 ? numberOf(row.name) : rowOf(row.name);
    if (number < 0) {
        m_rings[add(row, source, nowMs)].push(nowMs, row.published, row.acked);
        return;
    }
    QueueState &held = m_rows[number];
    m_stamp[number] = m_fetch;
    held.seenMs = nowMs;
    if (!held.readings.empty()) {
        rules::takeReading(held.readings, fabricReading(row, nowMs));
        setIdentity(held.row, row);
        setOwner(number);
        choose(number, nowMs);
        m_changed.push_back(number);
        return;
    }
    if (source != QLatin1String("events"))
        m_rings[number].push(nowMs, row.published, row.acked);
    if (held.row == row)
        return;
    const bool moved = held.row.flow != row.flow || held.row.workspace != row.workspace;
    held.row = row;
    held.source = source;
    if (moved)
        setOwner(number);
    m_changed.push_back(number);
}

void QueueLedger::beginListing(QueueSource source, qint64 nowMs)
{
    Listing &listing = m_listings[std::size_t(source)];
    listing = { listing.round + 1, nowMs };
}

void QueueLedger::tell(const schema::QueueRow &identity, rules::QueueReading reading)
{
    reading.round = m_listings[std::size_t(reading.source)].round;
    int number = numberOf(identity.name);
    const bool fresh = number < 0;
    if (fresh) {
        number = add(identity, sourceText(reading.source), reading.toldMs);
        ++m_merged;
    }
    QueueState &held = m_rows[number];
    if (!fresh && held.readings.empty()) { // until now our gateway's alone
        held.readings.push_back(fabricReading(held.row, held.seenMs));
        ++m_merged;
    }
    rules::takeReading(held.readings, reading);
    const bool ours = std::any_of(held.readings.begin(), held.readings.end(),
        [](const auto &one) { return one.source == QueueSource::Fabric; });
    bool moved = false;
    if (!ours && !sameIdentity(held.row, identity)) { // who makes a queue knows best whose it is
        setIdentity(held.row, identity);
        setOwner(number);
        moved = true;
    }
    if ((choose(number, reading.toldMs) || moved) && !fresh)
        m_changed.push_back(number);
    if (m_counters[number] == reading.source && held.tells(QueueFigure::Published)
        && held.tells(QueueFigure::Acked))
        m_rings[number].push(reading.toldMs, held.row.published, held.row.acked);
}

bool QueueLedger::choose(int row, qint64 nowMs)
{
    QueueState &state = m_rows[row];
    const auto figuresBefore = figuresOf(state.row);
    const auto toldBefore = state.told;
    const auto staleBefore = state.stale;
    const QString sourceBefore = state.source;
    state.told = state.stale = 0;
    QString source = sourceText(QueueSource::Blueprint);
    for (std::size_t number = 0; number < rules::queueFigures; ++number) {
        const auto figure = QueueFigure(number);
        const auto chosen = rules::chosenFigure(state.readings, figure, m_terms, nowMs);
        setFigure(state.row, figure, chosen ? chosen->value : 0, chosen.has_value());
        if (!chosen)
            continue;
        state.told = std::uint16_t(state.told | (1U << number));
        if (chosen->stale)
            state.stale = std::uint16_t(state.stale | (1U << number));
        if (figure == QueueFigure::Ready) {
            source = sourceText(chosen->source);
            state.seenMs = chosen->toldMs;
        }
        // Counters of another source go on from elsewhere: a rate over both would be none.
        if (figure == QueueFigure::Published
            && (std::exchange(m_counters[row], chosen->source) != chosen->source
                || chosen->stale)) {
            m_rings[row] = {};
            state.inRate.reset();
            state.outRate.reset();
        }
    }
    state.source = source;
    state.countsKnown = state.tells(QueueFigure::Ready) && state.tells(QueueFigure::Consumers);
    return figuresOf(state.row) != figuresBefore || state.told != toldBefore
        || state.stale != staleBefore || state.source != sourceBefore;
}

void QueueLedger::choose(qint64 nowMs)
{
    if (m_merged == 0)
        return;
    for (int row = 0; row < count(); ++row)
        if (!m_rows[row].readings.empty() && choose(row, nowMs))
            m_changed.push_back(row);
}

std::vector<int> QueueLedger::endListing(QueueSource source, qint64 nowMs)
{
    const Listing listing = m_listings[std::size_t(source)];
    // A scrape still speaks of how it was before the broker's own list, also where that list never
    // named the queue. The other way round a scrape may have lost series: it takes nothing away.
    const bool own = source == QueueSource::RabbitMq || source == QueueSource::Pulsar;
    const auto scrapedBefore = [&](const rules::QueueReading &one) {
        return own && one.source == QueueSource::Prometheus
            && one.toldMs - m_terms[std::size_t(one.source)].lagMs < listing.beganMs;
    };
    std::vector<int> gone;
    for (int row = 0; row < count(); ++row) {
        auto &readings = m_rows[row].readings;
        const bool told = std::any_of(readings.begin(), readings.end(),
            [&](const auto &one) { return one.source == source && one.round == listing.round; });
        if (told)
            continue;
        bool moved = rules::withdrawReading(readings, source);
        moved = std::erase_if(readings, scrapedBefore) > 0 || moved;
        if (!moved)
            continue;
        if (readings.empty())
            gone.push_back(row);
        else if (choose(row, nowMs))
            m_changed.push_back(row);
    }
    return gone;
}

bool QueueLedger::dropped(int row, qint64 nowMs)
{
    auto &readings = m_rows[row].readings;
    rules::withdrawReading(readings, QueueSource::Fabric);
    if (readings.empty())
        return true;
    if (choose(row, nowMs))
        m_changed.push_back(row);
    return false;
}

std::vector<int> QueueLedger::endFetch(qint64 nowMs)
{
    std::vector<int> gone;
    for (int row = 0; row < count(); ++row) {
        const auto &readings = m_rows[row].readings;
        const bool ours = readings.empty()
            || std::any_of(readings.begin(), readings.end(),
                [](const auto &one) { return one.source == QueueSource::Fabric; });
        if (ours && m_stamp[row] != m_fetch && dropped(row, nowMs))
            gone.push_back(row);
    }
    return gone;
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
        m_counters[row] = m_counters[last];
        m_index[m_rows[row].row.name] = row;
    }
    m_rows.pop_back();
    m_rings.pop_back();
    m_owner.pop_back();
    m_named.pop_back();
    m_stamp.pop_back();
    m_counters.pop_back();
    m_totalsStale = true;
    return last;
}

bool QueueLedger::ownCounters(int row) const
{
    return m_rows[row].readings.empty() || m_counters[row] == QueueSource::Fabric;
}

std::vector<int> QueueLedger::sample(qint64 nowMs, bool pushed)
{
    std::vector<int> moved;
    for (int row = 0; row < count(); ++row) {
        QueueState &state = m_rows[row];
        if (!state.tells(QueueFigure::Published))
            continue;
        if (pushed && ownCounters(row))
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
        if (!ownCounters(row))
            continue;
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
    if (!state.countsNow()) {
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
        if (!state.countsNow()) {
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
