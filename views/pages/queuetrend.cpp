// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/queuetrend.h"

#include "models/stores/format.h"
#include "models/stores/queuehistory.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuestore.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

using Metric = HistoryRing::Metric;

QueueTrend::QueueTrend(QObject *parent)
    : QObject(parent)
{
}

QueueTrend::~QueueTrend()
{
    if (m_history)
        m_history->release(m_queue);
}

void QueueTrend::setSession(Session *session)
{
    if (m_history) {
        m_history->disconnect(this);
        m_history->release(m_queue);
        m_session->queues()->replay()->disconnect(this);
        m_session->disconnect(this);
    }
    m_session = session;
    m_history = session ? session->queues()->history() : nullptr;
    if (m_history) {
        m_history->watch(m_queue);
        connect(m_history, &QueueHistory::sampled, this, [this] {
            if (m_seen)
                read();
        });
        connect(session, &Session::zoneChanged, this, &QueueTrend::changed);
        connect(session, &Session::pulse, this, [this] {
            if (m_seen && toldNow() != m_toldNow)
                read(); // nothing is sampled while nobody tells
        });
        connect(session->queues()->replay(), &QueueReplay::moved, this, &QueueTrend::followInstant);
    }
    read();
}

void QueueTrend::show(const QString &queue)
{
    const std::string name = queue.toStdString();
    if (name == m_queue)
        return;
    if (m_history) {
        m_history->release(m_queue);
        m_history->watch(name);
    }
    m_queue = name;
    read();
}

void QueueTrend::setSeen(bool seen)
{
    if (seen == m_seen)
        return;
    m_seen = seen;
    if (seen)
        read();
}

void QueueTrend::setSpan(int span)
{
    if (span == m_span || span < 0 || span >= HistoryRing::SpanCount)
        return;
    m_span = span;
    read();
}

void QueueTrend::read()
{
    for (int metric = 0; metric < HistoryRing::MetricCount; ++metric)
        m_lines[std::size_t(metric)] = m_history && !m_queue.empty()
            ? m_history->points(m_queue, HistoryRing::Span(m_span), Metric(metric))
            : HistoryRing::Points();
    // A slot of the longer spans holds more than what is so now: the finest one tells that.
    for (int metric = 0; metric < HistoryRing::MetricCount; ++metric) {
        const HistoryRing::Points &line = m_lines[std::size_t(metric)];
        const auto high = m_span == HistoryRing::TenMinutes || line.high.isEmpty()
            ? line.high
            : m_history->points(m_queue, HistoryRing::TenMinutes, Metric(metric)).high;
        m_latest[std::size_t(metric)] = high.isEmpty() ? std::nan("") : high.constLast();
    }
    m_toldNow = toldNow();
    emit changed();
}

/// Whether what was told last is so still.
bool QueueTrend::toldNow() const
{
    const QueueState *queue = m_session ? m_session->queues()->find(m_queue) : nullptr;
    return queue && queue->countsNow() && !(queue->readings.empty() && m_session->silent());
}

/// The chart shows the instant: where ten minutes do not reach back to it, the hour does.
void QueueTrend::followInstant()
{
    if (m_span == HistoryRing::TenMinutes && m_session->replaying() && instant() < 0)
        m_span = HistoryRing::Hour;
    read();
}

double QueueTrend::instant() const
{
    const HistoryRing::Points &line = m_lines[HistoryRing::Ready];
    if (!m_session || !m_session->replaying() || line.high.size() < 2)
        return -1;
    const qint64 span = line.stepMs * (line.high.size() - 1);
    const double place =
        double(m_session->queues()->replay()->instantMs() - line.fromMs) / double(span);
    // the newest slot has only begun
    return place < 0 ? -1 : std::min(1.0, place);
}

QString QueueTrend::then(bool rates) const
{
    const QueueState *queue =
        m_session && m_session->replaying() ? m_session->queues()->find(m_queue) : nullptr;
    if (!queue)
        return {};
    const QueueFigures now = m_session->queues()->shown(*queue);
    const auto count = [&](qint64 value) {
        return now.known ? format::count(value) : format::unknown();
    };
    const QString clock =
        format::clockSeconds(m_session->queues()->replay()->instantMs(), m_session->zone());
    const QString first = rates ? format::ratePerSecond(now.inRate) : count(now.ready);
    const QString second = rates ? format::ratePerSecond(now.outRate) : count(now.unacked);
    return tr("%1 · %2 %3 · %4 %5")
        .arg(clock, nameOf(rates ? HistoryRing::In : HistoryRing::Ready), first,
            nameOf(rates ? HistoryRing::Out : HistoryRing::Unacked), second);
}

QString QueueTrend::instantMessages() const
{
    return then(false);
}

QString QueueTrend::instantRates() const
{
    return then(true);
}

QString QueueTrend::nameOf(Metric metric)
{
    switch (metric) {
    case HistoryRing::Ready:
        return tr("ready");
    case HistoryRing::Unacked:
        return tr("unacked");
    case HistoryRing::In:
        return tr("in");
    case HistoryRing::Out:
        return tr("out");
    case HistoryRing::MetricCount:
        break;
    }
    return {};
}

QString QueueTrend::valueText(Metric metric, double value) const
{
    return metric == HistoryRing::Ready || metric == HistoryRing::Unacked
        ? format::count(qint64(std::llround(value)))
        : format::ratePerSecond(value);
}

QString QueueTrend::spanName() const
{
    return m_span == HistoryRing::TenMinutes ? tr("10 minutes")
        : m_span == HistoryRing::Hour        ? tr("hour")
                                             : tr("24 hours");
}

QString QueueTrend::rangeText(Metric metric) const
{
    const HistoryRing::Points &line = m_lines[std::size_t(metric)];
    double low = std::nan("");
    double high = std::nan("");
    double last = std::nan("");
    for (qsizetype i = 0; i < line.high.size(); ++i) {
        low = std::fmin(low, line.low[i]);
        high = std::fmax(high, line.high[i]);
        if (!std::isnan(line.high[i]))
            last = line.high[i];
    }
    if (std::isnan(high))
        return tr("%1 not known").arg(nameOf(metric));
    const double now = m_latest[std::size_t(metric)];
    if (!m_toldNow || std::isnan(now)) // the last one that was told may be long ago
        return tr("%1 not known now, last %2, lowest %3, highest %4")
            .arg(nameOf(metric), valueText(metric, last), valueText(metric, low),
                valueText(metric, high));
    return tr("%1 now %2, lowest %3, highest %4")
        .arg(nameOf(metric), valueText(metric, now), valueText(metric, low),
            valueText(metric, high));
}

QString QueueTrend::messagesSummary() const
{
    return tr("Last %1: %2; %3")
        .arg(spanName(), rangeText(HistoryRing::Ready), rangeText(HistoryRing::Unacked));
}

QString QueueTrend::ratesSummary() const
{
    return tr("Last %1: %2; %3")
        .arg(spanName(), rangeText(HistoryRing::In), rangeText(HistoryRing::Out));
}

QString QueueTrend::fromText() const
{
    return m_span == HistoryRing::TenMinutes ? tr("10 min ago")
        : m_span == HistoryRing::Hour        ? tr("1 h ago")
                                             : tr("24 h ago");
}

QString QueueTrend::sinceText() const
{
    const qint64 since = m_history && !m_queue.empty() ? m_history->sinceMs(m_queue) : -1;
    if (since < 0 || !m_session)
        return tr("No history yet: it begins with the first look.");
    return tr("kept since %1").arg(format::clockSeconds(since, m_session->zone()));
}

QString QueueTrend::keptText() const
{
    return m_history ? m_history->summary() : QString();
}

QString QueueTrend::at(double place, Metric first, Metric second) const
{
    const HistoryRing::Points &line = m_lines[std::size_t(first)];
    if (!m_session || line.high.isEmpty() || place < 0 || place > 1)
        return {};
    const auto slot = qsizetype(std::llround(place * double(line.high.size() - 1)));
    QStringList words { format::clockSeconds(line.fromMs + slot * line.stepMs, m_session->zone()) };
    for (const Metric metric : { first, second }) {
        const double low = m_lines[std::size_t(metric)].low.value(slot, std::nan(""));
        const double high = m_lines[std::size_t(metric)].high.value(slot, std::nan(""));
        const QString lowText = std::isnan(low) ? format::unknown() : valueText(metric, low);
        const QString highText = std::isnan(high) ? format::unknown() : valueText(metric, high);
        words.append(lowText == highText
                ? tr("%1 %2").arg(nameOf(metric), highText)
                : tr("%1 %2 to %3").arg(nameOf(metric), lowText, highText));
    }
    return words.join(QStringLiteral(" · "));
}

QString QueueTrend::messagesAt(double place) const
{
    return at(place, HistoryRing::Ready, HistoryRing::Unacked);
}

QString QueueTrend::ratesAt(double place) const
{
    return at(place, HistoryRing::In, HistoryRing::Out);
}

QString QueueTrend::axisText(double value, bool rate) const
{
    return rate ? format::ratePerSecond(value) : format::count(qint64(std::llround(value)));
}

} // namespace signalbox
