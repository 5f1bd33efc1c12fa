// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/queueledger.h"

#include "models/rules/topic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

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

std::uint8_t textsInName(const schema::QueueRow &row)
{
    const auto bit = [&row](const std::string &text, QueueState::InName name) {
        return row.name.find(text) == std::string::npos ? 0U : unsigned(name);
    };
    return std::uint8_t(bit(row.topic, QueueState::Topic)
        | bit(row.processor, QueueState::Processor) | bit(row.workspace, QueueState::Workspace)
        | (row.flow.empty() ? 0U : bit(row.flow, QueueState::Flow)) // its flows may be several
        | bit(row.topicClass, QueueState::Class));
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
    m_rows.back().inName = textsInName(row);
    m_owner.push_back(nobody);
    m_named.push_back(false);
    m_rings.emplace_back();
    m_stamp.push_back(m_fetch);
    m_counters.push_back(QueueSource::Fabric);
    m_places.emplace_back();
    const int number = count() - 1;
    bool named = false;
    m_owner[number] = ownerOf(m_rows[number].row, named);
    m_named[number] = named;
    enter(number);
    return number;
}

void QueueLedger::setOwner(int row)
{
    leave(row);
    bool named = false;
    m_owner[row] = ownerOf(m_rows[row].row, named);
    m_named[row] = named;
    enter(row);
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
        held.inName = textsInName(held.row);
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
    const bool renamed = !sameIdentity(held.row, row);
    held.row = row;
    if (renamed)
        held.inName = textsInName(row);
    held.source = source;
    if (moved)
        setOwner(number);
    else
        settle(number);
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
        held.inName = textsInName(held.row);
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
    settle(row);
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
    leave(row);
    if (row != last) {
        rename(last, row);
        m_rows[row] = std::move(m_rows[last]);
        m_rings[row] = m_rings[last];
        m_owner[row] = m_owner[last];
        m_named[row] = m_named[last];
        m_stamp[row] = m_stamp[last];
        m_counters[row] = m_counters[last];
        m_places[row] = m_places[last];
        m_index[m_rows[row].row.name] = row;
    }
    m_rows.pop_back();
    m_rings.pop_back();
    m_owner.pop_back();
    m_named.pop_back();
    m_stamp.pop_back();
    m_counters.pop_back();
    m_places.pop_back();
    return last;
}

bool QueueLedger::ownCounters(int row) const
{
    return m_rows[row].readings.empty() || m_counters[row] == QueueSource::Fabric;
}

std::vector<int> QueueLedger::sample(qint64 nowMs, bool pushed, int first, int last)
{
    std::vector<int> moved;
    for (int row = first; row < std::min(last, count()); ++row) {
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
        settle(row);
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
        settle(row);
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
        m_slotNumbers.try_emplace(slotKey(workspace, flow), int(m_slotFlows.size()));
    if (fresh) {
        m_slotFlows.push_back(flow);
        m_slotRows.emplace_back();
    }
    return at->second;
}

int QueueLedger::workspaceNumber(const std::string &workspace)
{
    const auto [at, fresh] = m_workspaceNumbers.try_emplace(workspace, int(m_workspaces.size()));
    if (fresh)
        m_workspaces.emplace_back();
    return at->second;
}

void QueueLedger::enter(int row)
{
    Place &place = m_places[row];
    place.workspace = workspaceNumber(m_rows[row].row.workspace);
    Workspace &workspace = m_workspaces[place.workspace];
    place.at = int(workspace.rows.size());
    workspace.rows.push_back(row);
    visit(m_owner[row], [&](int slot) { m_slotRows[slot].push_back(row); });
    settle(row);
}

void QueueLedger::leave(int row)
{
    Place &place = m_places[row];
    Workspace &workspace = m_workspaces[place.workspace];
    count(workspace.sums, std::exchange(place.share, {}), -1);
    const int last = workspace.rows.back();
    workspace.rows[place.at] = last;
    m_places[last].at = place.at;
    workspace.rows.pop_back();
    visit(m_owner[row], [&](int slot) { std::erase(m_slotRows[slot], row); });
}

void QueueLedger::rename(int from, int to)
{
    m_workspaces[m_places[from].workspace].rows[m_places[from].at] = to;
    visit(m_owner[from], [&](int slot) {
        auto &rows = m_slotRows[slot];
        std::replace(rows.begin(), rows.end(), from, to);
    });
}

void QueueLedger::count(Share &sums, const Share &share, int sign)
{
    sums.ready += sign * share.ready;
    sums.outMilli += sign * share.outMilli;
    sums.consumed += sign * share.consumed;
    sums.unknown += sign * share.unknown;
    sums.expected += sign * share.expected;
    sums.rated += sign * share.rated;
}

void QueueLedger::settle(int row)
{
    const QueueState &state = m_rows[row];
    Place &place = m_places[row];
    Share now;
    if (m_owner[row] != nobody) {
        now.consumed = 1;
        now.unknown = !state.countsNow();
        now.expected =
            state.readings.size() == 1 && state.readings.front().source == QueueSource::Blueprint;
        if (state.countsNow()) {
            now.ready = state.row.ready;
            now.outMilli = std::llround(state.outRate.value_or(0) * 1000);
            now.rated = state.outRate.has_value();
        }
    }
    Share &sums = m_workspaces[place.workspace].sums;
    count(sums, std::exchange(place.share, now), -1);
    count(sums, now, 1);
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
    for (const std::string &workspace : std::exchange(m_unresolved, {})) {
        const auto at = m_workspaceNumbers.find(workspace);
        if (at == m_workspaceNumbers.end())
            continue;
        const std::vector<int> rows = m_workspaces[at->second].rows;
        for (const int row : rows) {
            bool named = false;
            const int owner = ownerOf(m_rows[row].row, named);
            m_named[row] = named;
            if (owner == m_owner[row])
                continue;
            leave(row);
            m_owner[row] = owner;
            enter(row);
            m_movedOwners.push_back(row);
        }
    }
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
    const auto at = m_slotNumbers.find(slotKey(workspace, flow));
    if (at == m_slotNumbers.end())
        return {};
    std::vector<int> found = m_slotRows[at->second];
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<std::string> QueueLedger::flowsOf(int row)
{
    resolve();
    std::vector<std::string> flows;
    visit(m_owner[row], [&](int slot) { flows.push_back(m_slotFlows[slot]); });
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

std::optional<FlowTotals> QueueLedger::totalsOf(
    const std::string &workspace, const std::string &flow)
{
    resolve();
    const auto at = m_slotNumbers.find(slotKey(workspace, flow));
    if (at == m_slotNumbers.end() || m_slotRows[at->second].empty())
        return {};
    FlowTotals sum;
    for (const int row : m_slotRows[at->second])
        add(sum, row, m_owner[row] < nobody);
    return sum;
}

std::optional<FlowTotals> QueueLedger::totalsOf(const std::string &workspace,
    const std::string &flow, const std::function<QueueFigures(const QueueState &)> &figures)
{
    resolve();
    const auto at = m_slotNumbers.find(slotKey(workspace, flow));
    if (at == m_slotNumbers.end())
        return {};
    FlowTotals sum;
    for (const int row : m_slotRows[at->second]) {
        const QueueFigures told = figures(m_rows[row]);
        ++sum.queues;
        if (!told.known) {
            ++sum.unknownCounts;
            continue;
        }
        sum.ready += told.ready;
        sum.unacked += told.unacked;
        sum.outRate += told.outRate.value_or(0);
        sum.ratesKnown = sum.ratesKnown && told.outRate.has_value();
        if (told.consumers == 0 && served(m_rows[row].row)) {
            ++sum.starving;
            sum.starvingReady += told.ready;
        }
    }
    return sum;
}

WorkspaceTotals QueueLedger::totalsIn(const QString &workspace)
{
    resolve();
    WorkspaceTotals totals;
    const auto at = m_workspaceNumbers.find(workspace.toStdString());
    if (at == m_workspaceNumbers.end())
        return totals;
    const Workspace &held = m_workspaces[at->second];
    totals.queues = int(held.rows.size());
    totals.consumed = held.sums.consumed;
    totals.unknownCounts = held.sums.unknown;
    totals.onlyExpected = held.sums.expected;
    totals.ready = held.sums.ready;
    totals.outRate = double(held.sums.outMilli) / 1000;
    totals.ratesKnown = held.sums.rated > 0;
    totals.unrated = held.sums.consumed - held.sums.rated;
    return totals;
}

} // namespace signalbox
