// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/queuehistory.h"

#include "models/stores/format.h"
#include "models/stores/queuestore.h"

#include <algorithm>

namespace signalbox {
namespace {

constexpr qint64 clockSetBackMs = 300000; ///< beyond it times of before are no times of now

constexpr HistoryRing::Values unknownValues { HistoryRing::unknown, HistoryRing::unknown,
    HistoryRing::unknown, HistoryRing::unknown };

HistoryRing::Values valuesOf(const QueueState *queue, bool gatewayTells)
{
    constexpr float unknown = HistoryRing::unknown;
    // a gap: nobody knows what it was then, or there was none
    if (!queue || !queue->countsNow() || (!gatewayTells && queue->readings.empty()))
        return unknownValues;
    return { float(queue->row.ready), float(queue->row.unacked),
        queue->inRate ? float(*queue->inRate) : unknown,
        queue->outRate ? float(*queue->outRate) : unknown };
}

/// The `most` rows with the largest numbers.
class Largest {
public:
    explicit Largest(std::size_t most)
        : m_most(most)
    {
    }
    void offer(double number, int row)
    {
        if (m_rows.size() == m_most && number <= m_rows.front().first)
            return;
        m_rows.emplace_back(number, row);
        std::push_heap(m_rows.begin(), m_rows.end(), std::greater<>());
        if (m_rows.size() > m_most) {
            std::pop_heap(m_rows.begin(), m_rows.end(), std::greater<>());
            m_rows.pop_back();
        }
    }
    [[nodiscard]] const std::vector<std::pair<double, int>> &rows() const { return m_rows; }

private:
    std::size_t m_most;
    std::vector<std::pair<double, int>> m_rows; ///< a heap, the smallest in front
};

} // namespace

QueueHistory::QueueHistory(QueueStore *store)
    : QObject(store)
    , m_store(store)
{
}

QueueHistory::~QueueHistory() = default;

void QueueHistory::watch(const std::string &queue)
{
    if (Kept *kept = queue.empty() ? nullptr : keep(queue, Watched))
        ++kept->watchers;
}

void QueueHistory::release(const std::string &queue)
{
    const auto at = m_kept.find(queue);
    if (at == m_kept.end() || at->second.watchers == 0)
        return;
    if (--at->second.watchers == 0)
        at->second.why = Looked;
}

void QueueHistory::look(const std::string &queue)
{
    if (m_looks.size() < looksPerSample
        && std::find(m_looks.begin(), m_looks.end(), queue) == m_looks.end())
        m_looks.push_back(queue);
}

/// nullptr when there is no room: everything kept has a better reason.
QueueHistory::Kept *QueueHistory::keep(const std::string &queue, Why why)
{
    auto at = m_kept.find(queue);
    if (at == m_kept.end()) {
        // whoever watches gets a history whatever else is kept; they are few
        if (count() >= capacity && !letGo() && why != Watched)
            return nullptr;
        at = m_kept.try_emplace(queue).first;
        at->second.why = why;
    }
    at->second.why = std::max(at->second.why, why);
    at->second.wantedMs = m_now;
    return &at->second;
}

/// The one that went longest without a reason; whoever has one now stays.
bool QueueHistory::letGo()
{
    auto oldest = m_kept.end();
    for (auto at = m_kept.begin(); at != m_kept.end(); ++at)
        if (at->second.why == Looked
            && (oldest == m_kept.end() || at->second.wantedMs < oldest->second.wantedMs))
            oldest = at;
    if (oldest == m_kept.end())
        return false;
    m_kept.erase(oldest);
    ++m_evicted;
    return true;
}

/// Alerting: a signal that is not clear while something waits.
void QueueHistory::rank()
{
    Largest deep(hottest);
    Largest alarmed(alerting);
    const auto &rows = m_store->rows();
    for (int row = 0; row < int(rows.size()); ++row) {
        const QueueState &queue = rows[std::size_t(row)];
        if (!queue.countsNow() || queue.row.ready <= 0)
            continue;
        deep.offer(double(queue.row.ready), row);
        const auto aspect = m_store->aspectOf(queue);
        if (aspect == Cell::Stop || aspect == Cell::Warning)
            alarmed.offer((aspect == Cell::Stop ? 1e12 : 0) + double(queue.row.ready), row);
    }
    for (auto &[name, kept] : m_kept)
        kept.why = kept.watchers > 0 ? Watched : Looked;
    for (const auto &[ready, row] : alarmed.rows())
        keep(rows[std::size_t(row)].row.name, Alerting);
    for (const auto &[ready, row] : deep.rows())
        keep(rows[std::size_t(row)].row.name, Hottest);
}

void QueueHistory::gone(const std::string &queue)
{
    if (const auto at = m_kept.find(queue); at != m_kept.end())
        at->second.ring.end(m_now);
}

void QueueHistory::sample(qint64 nowMs, bool gatewayTells)
{
    if (nowMs + clockSetBackMs < m_now)
        for (auto &[name, kept] : m_kept)
            kept.ring = {};
    m_now = nowMs;
    if (--m_untilRank <= 0) {
        m_untilRank = rankEvery;
        rank();
    }
    for (const auto &queue : std::exchange(m_looks, {}))
        keep(queue, Looked);
    for (auto &[name, kept] : m_kept)
        if (const QueueState *queue = m_store->find(name); queue || kept.ring.firstMs() >= 0)
            kept.ring.push(nowMs, valuesOf(queue, gatewayTells));
    emit sampled();
}

void QueueHistory::clear()
{
    // whoever watches goes on to watch, under another connection
    std::erase_if(m_kept, [](const auto &one) { return one.second.watchers == 0; });
    for (auto &[name, kept] : m_kept)
        kept.ring = {};
    m_looks.clear();
    m_evicted = 0;
    m_untilRank = 0;
    emit sampled();
}

bool QueueHistory::keeps(const std::string &queue) const
{
    return m_kept.contains(queue);
}

HistoryRing::Points QueueHistory::points(
    const std::string &queue, HistoryRing::Span span, HistoryRing::Metric metric) const
{
    const auto at = m_kept.find(queue);
    return (at == m_kept.end() ? HistoryRing() : at->second.ring).points(span, metric, m_now);
}

QList<qreal> QueueHistory::trend(const std::string &queue, HistoryRing::Metric metric) const
{
    const auto at = m_kept.find(queue);
    return at == m_kept.end() ? QList<qreal>() : at->second.ring.trend(metric, m_now, trendSteps);
}

QList<qreal> QueueHistory::trendUntil(
    const std::string &queue, HistoryRing::Metric metric, qint64 untilMs) const
{
    const auto at = m_kept.find(queue);
    return at == m_kept.end() ? QList<qreal>()
                              : at->second.ring.trendUntil(metric, untilMs, m_now, trendSteps);
}

qint64 QueueHistory::sinceMs(const std::string &queue) const
{
    const auto at = m_kept.find(queue);
    return at == m_kept.end() ? -1 : at->second.ring.firstMs();
}

int QueueHistory::count(Why why) const
{
    return int(std::count_if(
        m_kept.begin(), m_kept.end(), [why](const auto &one) { return one.second.why == why; }));
}

qint64 QueueHistory::bytes() const
{
    qint64 bytes = 0;
    for (const auto &[name, kept] : m_kept)
        bytes += kept.ring.bytes();
    return bytes;
}

QString QueueHistory::summary() const
{
    const auto n = [this](Why why) { return format::count(qint64(count(why))); };
    return tr("History of %1 of %2 queues: %3 watched, %4 with a signal, %5 deepest, %6 looked at")
        .arg(format::count(qint64(count())), format::count(qint64(m_store->count())), n(Watched),
            n(Alerting), n(Hottest), n(Looked));
}

std::vector<int> QueueHistory::rows() const
{
    std::vector<int> rows;
    for (const auto &[name, kept] : m_kept)
        if (const int row = m_store->rowOf(name); row >= 0)
            rows.push_back(row);
    std::sort(rows.begin(), rows.end());
    return rows;
}

} // namespace signalbox
