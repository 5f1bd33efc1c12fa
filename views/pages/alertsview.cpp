// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/alertsview.h"

#include "models/stores/alertreadings.h"
#include "models/stores/format.h"
#include "models/stores/session.h"

#include <QDateTime>

namespace signalbox {
namespace {

QString eventWord(const std::string &event)
{
    if (event == "raised")
        return AlertsView::tr("raised");
    if (event == "ended")
        return AlertsView::tr("ended");
    if (event == "acknowledged")
        return AlertsView::tr("acknowledged");
    if (event == "muted")
        return AlertsView::tr("muted");
    return event == "unmuted" ? AlertsView::tr("no longer muted") : QString::fromStdString(event);
}

Cell::Aspect aspectOfEvent(const schema::AlertEvent &event)
{
    return event.event == "ended"    ? Cell::Clear
        : event.event != "raised"    ? Cell::Unknown
        : event.severity == "danger" ? Cell::Stop
                                     : Cell::Warning;
}

} // namespace

AlertsView::AlertsView(QObject *parent)
    : QObject(parent)
    , m_active(new OverviewLines(this))
    , m_history(new OverviewLines(this))
    , m_rules(new AlertRules(this))
{
}

void AlertsView::setAlerts(AlertStore *alerts)
{
    if (m_alerts == alerts)
        return;
    m_alerts = alerts;
    m_rules->setStore(alerts);
    if (alerts)
        connect(alerts, &AlertStore::changed, this, &AlertsView::show);
    show();
}

OverviewLine AlertsView::lineOf(const AlertRow &row) const
{
    OverviewLine line;
    line.key = row.id;
    line.aspect = row.mutedUntilMs > 0 ? Cell::Unknown : row.aspect;
    line.title = row.under.isEmpty() ? row.title : QStringLiteral("↳ ") + row.title;
    line.workspace = QString::fromStdString(row.reading.workspace);
    line.detail = row.sentence;
    if (row.grouped > 0)
        line.detail += QLatin1Char(' ') + tr("Explains %1 more.").arg(row.grouped);
    const bool leftOver = !row.called && row.under.isEmpty();
    if (leftOver)
        line.detail += QLatin1Char(' ') + tr("Its cause has ended; it calls if it stays.");
    if (row.acknowledged)
        line.detail = row.note.isEmpty() ? tr("%1 took it. %2").arg(row.by, line.detail)
                                         : tr("%1: “%2”. %3").arg(row.by, row.note, line.detail);
    const auto zone = m_alerts->session()->zone();
    if (row.mutedUntilMs > 0)
        line.detail =
            tr("Muted until %1. %2").arg(format::clockSeconds(row.mutedUntilMs, zone), line.detail);
    line.value = row.under.isEmpty()
        ? format::age(QDateTime::currentMSecsSinceEpoch() - row.raisedMs)
        : QString();
    line.tone = row.acknowledged || row.mutedUntilMs > 0 || leftOver ? Cell::Muted
        : row.aspect == Cell::Stop                                   ? Cell::Danger
                                                                     : Cell::Caution;
    std::tie(line.page, line.target) = alertPlace(row.reading);
    return line;
}

void AlertsView::show()
{
    if (!m_alerts)
        return;
    std::vector<OverviewLine> lines;
    for (const AlertRow &row : m_alerts->rows())
        if (!m_causesOnly || (row.called && row.under.isEmpty()))
            lines.push_back(lineOf(row));
    m_active->set(std::move(lines));
    if (!current())
        m_key.clear();
    showHistory();
    emit changed();
}

void AlertsView::showHistory()
{
    const auto zone = m_alerts->session()->zone();
    std::vector<OverviewLine> lines;
    const auto &events = m_alerts->history();
    int number = int(events.size());
    for (auto it = events.rbegin(); it != events.rend() && int(lines.size()) < historyShown; ++it) {
        OverviewLine line;
        line.key = QString::number(it->atMs) + QLatin1Char(' ') + QString::number(--number);
        line.aspect = aspectOfEvent(*it);
        line.title = QString::fromStdString(it->subject);
        line.workspace = QString::fromStdString(it->workspace);
        line.detail =
            eventWord(it->event) + QStringLiteral(": ") + QString::fromStdString(it->text);
        if (!it->note.empty())
            line.detail =
                tr("%1 acknowledged: “%2”")
                    .arg(QString::fromStdString(it->user), QString::fromStdString(it->note));
        line.value = format::dateTime(it->atMs, zone).left(19);
        line.tone = Cell::Muted;
        lines.push_back(std::move(line));
    }
    m_history->set(std::move(lines), std::max(0, int(events.size()) - historyShown));
}

QString AlertsView::summary() const
{
    if (!m_alerts || m_alerts->total() == 0)
        return {};
    const int quiet = m_alerts->total() - m_alerts->count();
    const QString shown = quiet == 0
        ? tr("%1 raised").arg(m_alerts->count())
        : tr("%1 raised, %2 taken or muted").arg(m_alerts->count()).arg(quiet);
    return m_alerts->queuesBeyond() == 0 ? shown
                                         : tr("%1; %2 more queues are over a limit")
                                               .arg(shown, format::count(m_alerts->queuesBeyond()));
}

QString AlertsView::calm() const
{
    if (!m_alerts || !alertsKnown(*m_alerts->session()))
        return tr("Not known: nothing comes from the back end.");
    return tr("Nothing is over its limit.");
}

const AlertRow *AlertsView::current() const
{
    return m_alerts && !m_key.isEmpty() ? m_alerts->find(m_key) : nullptr;
}

void AlertsView::setCurrentKey(const QString &key)
{
    if (m_key == key)
        return;
    m_key = key;
    emit changed();
}

void AlertsView::choose(int row)
{
    const auto &lines = m_active->lines();
    setCurrentKey(row >= 0 && row < int(lines.size()) ? lines[std::size_t(row)].key : QString());
}

QString AlertsView::currentText() const
{
    const AlertRow *row = current();
    return row ? row->title + QStringLiteral(" — ") + row->sentence : QString();
}

bool AlertsView::currentMuted() const
{
    const AlertRow *row = current();
    return row && row->mutedUntilMs > 0;
}

QString AlertsView::whyNotTake() const
{
    const AlertRow *row = current();
    return !row                 ? tr("Choose an alert first.")
        : !row->under.isEmpty() ? tr("Acknowledge its cause.")
        : row->acknowledged     ? tr("%1 took it already.").arg(row->by)
                                : QString();
}

QString AlertsView::whyNotMute() const
{
    const AlertRow *row = current();
    return !row                 ? tr("Choose an alert first.")
        : !row->under.isEmpty() ? tr("Mute its cause.")
                                : QString();
}

void AlertsView::acknowledge(const QString &note)
{
    if (whyNotTake().isEmpty())
        m_alerts->acknowledge(m_key, note.left(1000));
}

void AlertsView::mute(int minutes)
{
    if (whyNotMute().isEmpty())
        m_alerts->mute(m_key, minutes);
}

void AlertsView::unmute()
{
    if (current())
        m_alerts->unmute(m_key);
}

} // namespace signalbox
