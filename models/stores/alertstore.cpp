// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/alertstore.h"

#include "models/stores/alertreadings.h"
#include "models/stores/aspect.h"
#include "models/stores/queuestore.h"
#include "models/stores/secretstore.h"
#include "models/stores/session.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QUrl>

#include <algorithm>
#include <utility>

namespace signalbox {
namespace {

const QString webhookKey = QStringLiteral("alerts/webhook");
constexpr int queuesPerPart = 10000; ///< a millisecond or two
constexpr std::chrono::milliseconds alertPartsEvery { 16 };

qint64 wallMs()
{
    return QDateTime::currentMSecsSinceEpoch();
}

/// An earlier version knew a process that serves all flows by each flow that waits for it:
/// `acme/embedder:ingest-eu` is now `embedder`.
bool wasIdOf(const std::string &id, const rules::AlertReading &reading)
{
    if (reading.kind != rules::AlertKind::WorkerDead
        || reading.subject.find('/') != std::string::npos)
        return false;
    const std::string kind = rules::alertId(reading.kind, {});
    const auto slash = id.starts_with(kind) ? id.find('/', kind.size()) : std::string::npos;
    return slash != std::string::npos
        && std::string_view(id).substr(slash + 1).starts_with(reading.subject + ':');
}

} // namespace

AlertStore::AlertStore(Session *session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
    QElapsedTimer clock;
    clock.start();
    m_clock = [clock] { return clock.elapsed(); };
    m_timer.setInterval(lookMs);
    connect(&m_timer, &QTimer::timeout, this, &AlertStore::beginLook);
    m_timer.start();
    m_parts.setSingleShot(true);
    m_parts.setInterval(alertPartsEvery);
    connect(&m_parts, &QTimer::timeout, this, &AlertStore::continueLook);
    connect(session, &Session::emptied, this, &AlertStore::openConnection);
    connect(this, &AlertStore::settingsChanged, session,
        [this, session] { session->setCallsOutside(desktop() || !m_webhook.isEmpty()); });
}

AlertStore::~AlertStore() = default;

Session *AlertStore::session() const
{
    return m_session;
}

void AlertStore::openConnection()
{
    if (m_connection == m_session->connectionIdentity())
        return;
    m_connection = m_session->connectionIdentity();
    m_book.clear();
    m_taken.clear();
    m_history.clear();
    m_older.clear();
    m_knownSince = -1;
    m_settled = false;
    m_queuesBeyond = 0;
    m_known = false;
    m_gathering.reset();
    readHistory();
    makeRows();
}

void AlertStore::look()
{
    if (!m_session || m_session->connectionIdentity().isEmpty())
        return;
    if (m_connection != m_session->connectionIdentity())
        openConnection();
    AlertGathering gathering(*m_session, m_rules, m_book);
    gathering.next(m_session->queues()->count());
    judge(gathering.take());
}

void AlertStore::beginLook()
{
    if (!m_session || m_session->connectionIdentity().isEmpty() || m_gathering)
        return;
    if (m_connection != m_session->connectionIdentity())
        openConnection();
    m_gathering = std::make_unique<AlertGathering>(*m_session, m_rules, m_book);
    continueLook();
}

void AlertStore::continueLook()
{
    if (!m_gathering || !m_session)
        return;
    if (m_gathering->next(queuesPerPart))
        return m_parts.start();
    const auto done = std::exchange(m_gathering, nullptr);
    judge(done->take());
}

void AlertStore::judge(const AlertReadings &seen)
{
    m_queuesBeyond = seen.queuesBeyond;
    const bool known = alertsKnown(*m_session);
    const bool turned = std::exchange(m_known, known) != known;
    const auto changes = m_book.look(m_clock(), seen.readings, m_rules, known);
    for (const auto &change : changes)
        takeChange(change);
    endMutes();
    forgetOld();
    if (turned || !changes.empty() || !m_rows.empty())
        makeRows();
}

/// What was called for, taken or muted under an earlier version's id is so under this one.
void AlertStore::adoptEarlier(const rules::AlertChange &change)
{
    schema::AlertMute mute { m_connection.toStdString(), change.id, mutedUntil(change.id), {} };
    const auto muted = std::erase_if(m_settings.mutes, [&](const schema::AlertMute &old) {
        const bool was = old.connection == mute.connection && wasIdOf(old.id, change.alert.reading);
        if (was)
            mute.untilMs = std::max(mute.untilMs, old.untilMs);
        return was;
    });
    if (muted > 0) {
        std::erase_if(m_settings.mutes, [&](const schema::AlertMute &old) {
            return old.connection == mute.connection && old.id == mute.id;
        });
        m_settings.mutes.push_back(std::move(mute));
        writeSettings();
    }
    for (auto at = m_taken.begin(); at != m_taken.end();) {
        if (!wasIdOf(at->first, change.alert.reading)) {
            ++at;
            continue;
        }
        const Taken before = at->second;
        remember(eventOf("ended", at->first));
        at = m_taken.erase(at);
        auto &taken = m_taken[change.id];
        if (taken.raisedMs == 0) {
            taken.raisedMs = before.raisedMs;
            auto event = eventOf("raised", change.id);
            event.atMs = before.raisedMs;
            remember(std::move(event));
        }
        if (before.acknowledged && !taken.acknowledged) {
            taken = { taken.raisedMs, true, before.note, before.by };
            auto event = eventOf("acknowledged", change.id);
            event.note = before.note.toStdString();
            event.user = before.by.toStdString();
            remember(std::move(event));
        }
    }
}

void AlertStore::takeChange(const rules::AlertChange &change)
{
    if (change.what == rules::AlertChange::Grouped)
        return; // its cause is told
    if (change.what == rules::AlertChange::Call)
        adoptEarlier(change);
    const auto taken = m_taken.find(change.id);
    if (change.what == rules::AlertChange::Ended) {
        if (change.alert.called) {
            auto event = eventOf("ended", change.id);
            event.grouped = m_book.groupedUnder(change.id);
            remember(std::move(event));
        }
        if (taken != m_taken.end())
            m_taken.erase(taken);
        return;
    }
    if (taken != m_taken.end())
        return; // an earlier start of this console called for it, and its end was not seen
    m_taken[change.id].raisedMs = wallMs();
    auto event = eventOf("raised", change.id);
    remember(event);
    if (mutedUntil(change.id) == 0)
        emit called(event);
}

/// Nobody tells yet how the thing is that an earlier start called for.
bool AlertStore::stillUnknown(const std::string &id) const
{
    const auto bar = id.find('|');
    const auto kind = rules::parseAlertKind(std::string_view(id).substr(0, bar));
    const auto *line = begunBy(id);
    return kind && line && bar != std::string::npos
        && !alertTells(
            *m_session, { *kind, id.substr(bar + 1), line->workspace, line->flow, {}, {} });
}

/// What an earlier start of this console left open and is not met again has ended unseen.
void AlertStore::forgetOld()
{
    if (m_settled || !alertsKnown(*m_session))
        return;
    if (m_knownSince < 0)
        m_knownSince = m_clock();
    if (m_clock() - m_knownSince < settleMs)
        return;
    m_settled = true;
    for (auto at = m_taken.begin(); at != m_taken.end();) {
        const auto alert = m_book.alerts().find(at->first);
        const bool raised = alert != m_book.alerts().end() && alert->second.raised;
        if (raised || stillUnknown(at->first)) {
            m_settled = m_settled && raised;
            ++at;
            continue;
        }
        remember(eventOf("ended", at->first));
        at = m_taken.erase(at);
    }
}

/// Whoever wanted quiet until now is called for what is still there.
void AlertStore::endMutes()
{
    const qint64 now = wallMs();
    const auto over = [&](const schema::AlertMute &mute) { return mute.untilMs <= now; };
    std::vector<schema::AlertMute> ended;
    std::copy_if(m_settings.mutes.begin(), m_settings.mutes.end(), std::back_inserter(ended), over);
    if (ended.empty())
        return;
    std::erase_if(m_settings.mutes, over);
    writeSettings();
    for (const auto &mute : ended) {
        const auto at = m_book.alerts().find(mute.id);
        if (mute.connection != m_connection.toStdString() || at == m_book.alerts().end()
            || !at->second.called)
            continue;
        remember(eventOf("unmuted", mute.id));
        if (const auto taken = m_taken.find(mute.id);
            taken == m_taken.end() || !taken->second.acknowledged)
            emit called(eventOf("raised", mute.id));
    }
}

qint64 AlertStore::mutedUntil(const std::string &id) const
{
    for (const auto &mute : m_settings.mutes)
        if (mute.id == id && mute.connection == m_connection.toStdString())
            return mute.untilMs;
    return 0;
}

AlertRow AlertStore::rowOf(const std::string &id, const rules::Alert &alert) const
{
    AlertRow row;
    row.id = QString::fromStdString(id);
    row.reading = alert.reading;
    row.aspect = rules::grave(alert.reading.kind) ? Cell::Stop : Cell::Warning;
    row.title = alertTitle(alert.reading);
    row.sentence = alertSentence(alert.reading, alert.limit);
    row.mutedUntilMs = mutedUntil(id);
    if (!alert.under.empty() && m_book.alerts().contains(alert.under))
        row.under = QString::fromStdString(alert.under);
    row.grouped = m_book.groupedUnder(id);
    row.called = alert.called;
    const auto taken = m_taken.find(id);
    if (taken == m_taken.end()) {
        row.raisedMs = wallMs() - (m_clock() - alert.since);
        return row;
    }
    row.raisedMs = taken->second.raisedMs;
    row.acknowledged = taken->second.acknowledged;
    row.note = taken->second.note;
    row.by = taken->second.by;
    return row;
}

void AlertStore::makeRows()
{
    std::vector<AlertRow> roots;
    std::map<QString, std::vector<AlertRow>> below;
    for (const auto &[id, alert] : m_book.alerts()) {
        if (!alert.raised)
            continue;
        AlertRow row = rowOf(id, alert);
        if (row.under.isEmpty())
            roots.push_back(std::move(row));
        else
            below[row.under].push_back(std::move(row));
    }
    std::stable_sort(roots.begin(), roots.end(), [](const AlertRow &a, const AlertRow &b) {
        const auto rank = [](const AlertRow &row) {
            return std::tuple(!row.called || row.acknowledged || row.mutedUntilMs > 0,
                -aspectRank(row.aspect), -row.raisedMs);
        };
        return rank(a) < rank(b);
    });
    m_rows.clear();
    for (AlertRow &root : roots) {
        const auto group = below.find(root.id);
        m_rows.push_back(std::move(root));
        if (group != below.end())
            std::move(group->second.begin(), group->second.end(), std::back_inserter(m_rows));
    }
    emit changed();
}

const AlertRow *AlertStore::find(const QString &id) const
{
    const auto at = std::find_if(
        m_rows.begin(), m_rows.end(), [&](const AlertRow &row) { return row.id == id; });
    return at == m_rows.end() ? nullptr : &*at;
}

namespace {

bool calls(const AlertRow &row)
{
    return row.called && row.under.isEmpty() && !row.acknowledged && row.mutedUntilMs == 0;
}

} // namespace

int AlertStore::count() const
{
    return int(std::count_if(m_rows.begin(), m_rows.end(), calls));
}

int AlertStore::total() const
{
    return int(std::count_if(m_rows.begin(), m_rows.end(),
        [](const AlertRow &row) { return row.called && row.under.isEmpty(); }));
}

int AlertStore::aspect() const
{
    Cell::Aspect worst = Cell::Clear;
    for (const AlertRow &row : m_rows)
        if (calls(row) && aspectRank(row.aspect) > aspectRank(worst))
            worst = row.aspect;
    return worst;
}

// ---- what people do ----

/// What it was is told by the line that began it.
const schema::AlertEvent *AlertStore::begunBy(const std::string &id) const
{
    for (const auto *lines : { &m_history, &m_older })
        for (auto old = lines->rbegin(); old != lines->rend(); ++old)
            if (old->id == id)
                return &*old;
    return nullptr;
}

schema::AlertEvent AlertStore::eventOf(const char *what, const std::string &id) const
{
    schema::AlertEvent event;
    event.event = what;
    event.id = id;
    event.connection = m_connection.toStdString();
    event.environment = m_session->environment().toStdString();
    event.user = m_session->user().toStdString();
    event.atMs = wallMs();
    const auto at = m_book.alerts().find(id);
    if (at == m_book.alerts().end()) {
        if (const auto *old = begunBy(id)) {
            event.kind = old->kind;
            event.subject = old->subject;
            event.workspace = old->workspace;
            event.flow = old->flow;
            event.severity = old->severity;
            event.text = old->text;
        }
        return event;
    }
    const auto &alert = at->second;
    event.kind = rules::name(alert.reading.kind);
    event.subject = alertTitle(alert.reading).toStdString();
    event.workspace = alert.reading.workspace;
    event.flow = alert.reading.flow;
    event.severity = rules::grave(alert.reading.kind) ? "danger" : "caution";
    event.text = alertSentence(alert.reading, alert.limit).toStdString();
    event.value = alert.reading.value;
    event.limit = alert.limit.limit;
    event.grouped = m_book.groupedUnder(id);
    return event;
}

void AlertStore::acknowledge(const QString &id, const QString &note)
{
    const AlertRow *row = find(id);
    if (!row || row->acknowledged)
        return;
    Taken &taken = m_taken[id.toStdString()];
    taken.raisedMs = row->raisedMs;
    taken.acknowledged = true;
    taken.note = note.trimmed();
    taken.by = m_session->user();
    auto event = eventOf("acknowledged", id.toStdString());
    event.note = taken.note.toStdString();
    remember(std::move(event));
    makeRows();
}

void AlertStore::mute(const QString &id, int minutes)
{
    if (!find(id) || minutes <= 0)
        return;
    unmute(id);
    schema::AlertMute mute;
    mute.connection = m_connection.toStdString();
    mute.id = id.toStdString();
    mute.untilMs = wallMs() + qint64(minutes) * 60000;
    auto event = eventOf("muted", mute.id);
    event.untilMs = mute.untilMs;
    m_settings.mutes.push_back(std::move(mute));
    writeSettings();
    remember(std::move(event));
    makeRows();
}

void AlertStore::unmute(const QString &id)
{
    const auto gone = std::erase_if(m_settings.mutes, [&](const schema::AlertMute &mute) {
        return mute.id == id.toStdString() && mute.connection == m_connection.toStdString();
    });
    if (gone == 0)
        return;
    writeSettings();
    remember(eventOf("unmuted", id.toStdString()));
    makeRows();
}

void AlertStore::setDesktop(bool on)
{
    if (m_settings.desktop == on)
        return;
    m_settings.desktop = on;
    m_desktopState.clear();
    writeSettings();
    emit settingsChanged();
}

void AlertStore::setWebhook(const QString &address)
{
    const QUrl url(address.trimmed(), QUrl::StrictMode);
    const bool fine = address.trimmed().isEmpty()
        || (url.isValid() && !url.host().isEmpty() && url.userInfo().isEmpty()
            && (url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http")));
    m_webhookFault = fine ? QString()
                          : tr("Give an address that begins with https:// or http://, without a "
                               "user and password in it.");
    if (fine && webhook() != address.trimmed()) {
        m_webhook = address.trimmed();
        m_webhookState.clear();
        keepWebhook();
    }
    emit settingsChanged();
}

void AlertStore::setSecrets(SecretStore *secrets)
{
    m_secrets = secrets;
    if (!secrets)
        return;
    if (!m_webhook.isEmpty())
        return keepWebhook();
    if (!m_settings.webhookKept)
        return;
    secrets->read(webhookKey, this, [this](const QString &address, const QString &error) {
        if (!m_webhook.isEmpty())
            return; // a person was faster
        m_webhook = address;
        m_webhookKeep = tr("Kept in the keychain.");
        if (address.isEmpty())
            m_webhookState = error.isEmpty()
                ? tr("Its address is no longer in the keychain: nobody is called by it.")
                : tr("Its address is in the keychain, which does not answer: nobody is called by "
                     "it.");
        emit settingsChanged();
    });
}

/// In the keychain where one answers, else in memory; the file only knows that there is one.
void AlertStore::keepWebhook()
{
    const auto settled = [this](bool kept) {
        m_settings.webhookKept = kept;
        m_webhookKeep = kept ? tr("Kept in the keychain.")
                             : tr("Kept until the window closes: no keychain answers here.");
        writeSettings();
        emit settingsChanged();
    };
    m_settings.webhook.clear();
    if (m_webhook.isEmpty() && m_secrets && m_settings.webhookKept)
        m_secrets->forget(webhookKey);
    settled(false);
    if (!m_webhook.isEmpty() && m_secrets)
        m_secrets->write(webhookKey, m_webhook, this,
            [settled](const QString &error) { settled(error.isEmpty()); });
}

void AlertStore::tellDesktop(const QString &state)
{
    m_desktopState = state;
    emit settingsChanged();
}

void AlertStore::tellWebhook(const QString &state)
{
    m_webhookState = state;
    emit settingsChanged();
}

} // namespace signalbox
