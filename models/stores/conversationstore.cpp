// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/conversationstore.h"

#include "models/resource.h"
#include "models/stores/tenantscope.h"
#include "models/stores/whendone.h"

#include <algorithm>

namespace signalbox {

qint64 msOfTime(const std::string &rfc3339)
{
    const QDateTime time =
        QDateTime::fromString(QString::fromStdString(rfc3339), Qt::ISODateWithMs);
    return time.isValid() ? time.toMSecsSinceEpoch() : 0;
}

const std::string &ConversationItem::state() const
{
    static const std::string idle("idle");
    static const std::string confirmation("confirmation");
    if (row.thread.state != "open")
        return row.thread.state;
    if (needsConfirmation())
        return confirmation;
    return activity.empty() ? idle : activity;
}

bool ConversationItem::live() const
{
    const std::string &state = this->state();
    return state == "typing" || state == "streaming" || state == "confirmation"
        || state == "escalated" || state == "human";
}

ConversationStore *ConversationStore::of(Session *session)
{
    if (!session)
        return nullptr;
    const auto held =
        session->findChildren<ConversationStore *>(QString(), Qt::FindDirectChildrenOnly);
    return held.isEmpty() ? new ConversationStore(session) : held.constFirst();
}

ConversationStore::ConversationStore(Session *session)
    : QObject(session)
    , m_session(session)
    , m_scope(std::make_unique<TenantScope>(session, tr("Conversations")))
{
    connect(m_scope.get(), &TenantScope::changed, this, &ConversationStore::changed);
    connect(session, &Session::emptied, this, &ConversationStore::clear);
    connect(session, &Session::cameOnline, this, &ConversationStore::begin);
    connect(session, &Session::live, this, &ConversationStore::takeBatch);
    connect(session, &Session::zoneChanged, this, &ConversationStore::zoneChanged);
    connect(session, &Session::changed, this, &ConversationStore::changed);
    if (session->online())
        begin();
}

ConversationStore::~ConversationStore() = default;

QString ConversationStore::error() const
{
    return m_scope->stopped() ? m_scope->why() : m_error;
}

bool ConversationStore::offered() const
{
    return m_session->capabilities().ops;
}

std::string ConversationStore::keyOf(const schema::ChannelThread &thread)
{
    return thread.tenantId + "/" + thread.id;
}

const ConversationItem *ConversationStore::find(const std::string &key) const
{
    const auto at = m_index.find(key);
    return at == m_index.end() ? nullptr : &m_rows[std::size_t(at->second)];
}

void ConversationStore::clear()
{
    ++m_round;
    m_rows.clear();
    m_index.clear();
    m_error.clear();
    m_more = 0;
    m_loaded = m_loading = m_all = false;
    count();
    emit reset();
    emit changed();
}

void ConversationStore::watch(bool watching)
{
    m_watching = watching;
    if (watching && !m_all && m_session->online())
        begin();
}

void ConversationStore::tryAgain()
{
    m_scope->resume();
    begin();
}

/// Reads the list anew; what it does not hold any more goes at the end, so that nothing flickers.
void ConversationStore::begin()
{
    if (!offered() || !m_session->gateway())
        return;
    ++m_round;
    m_seen.clear();
    m_loading = true;
    load("person", {}, m_round); // first of all, however many others there are
}

void ConversationStore::load(const std::string &needs, const std::string &cursor, int round)
{
    const std::string path = "/conversations"
        + resourceQuery(
            { { "needs", needs }, { "cursor", cursor }, { "limit", std::to_string(pageSize) } });
    whenDone(this,
        ask<schema::Page<schema::ConversationRow>>(
            *m_scope, resourceRequest(rules::opsService, "GET", path)),
        [this, needs, round](Answer<schema::Page<schema::ConversationRow>> answer) {
            if (round != m_round)
                return;
            if (!answer) {
                m_error = answer.error().text;
                m_loading = false;
                emit changed();
                return;
            }
            m_error.clear();
            for (const auto &row : answer->items)
                m_seen.insert(keyOf(row.thread));
            takeAll(std::move(answer->items));
            count();
            emit changed();
            if (answer->cursor && int(m_seen.size()) < limit)
                return load(needs, *answer->cursor, round);
            partRead(needs, answer->total, round);
        });
}

/// One part of a round is read: what waits for a person, for a yes or no, then all if wanted.
void ConversationStore::partRead(
    const std::string &needs, std::optional<std::int64_t> told, int round)
{
    if (needs == "person")
        return load("confirmation", {}, round);
    if (!needs.empty() && m_watching)
        return load({}, {}, round);
    if (needs.empty()) {
        for (int row = total() - 1; row >= 0; --row)
            if (const auto key = keyOf(m_rows[std::size_t(row)].row.thread); !m_seen.contains(key))
                remove(key);
        m_more = std::max<qint64>(0, qint64(told.value_or(std::int64_t(m_seen.size()))) - total());
        m_all = true;
    }
    m_loaded = m_all || !m_watching;
    m_loading = false;
    count();
    emit changed();
}

/// Idle ones go for what waits for somebody or was searched for, the oldest first.
void ConversationStore::makeRoom(int rows, const std::vector<std::string> &keep)
{
    const std::unordered_set<std::string> kept(keep.begin(), keep.end());
    std::vector<std::pair<qint64, std::string>> idle;
    for (const auto &item : m_rows)
        if (!item.needsPerson() && !item.needsConfirmation() && !item.live()
            && !kept.contains(keyOf(item.row.thread)))
            idle.emplace_back(item.updatedMs, keyOf(item.row.thread));
    const auto most = idle.begin() + std::min<std::ptrdiff_t>(rows, std::ssize(idle));
    std::partial_sort(idle.begin(), most, idle.end());
    for (auto it = idle.begin(); it != most; ++it) {
        remove(it->second);
        ++m_more;
    }
}

static ConversationItem itemOf(schema::ConversationRow row)
{
    ConversationItem item;
    item.sinceMs = msOfTime(row.thread.since);
    item.updatedMs = msOfTime(row.thread.updatedAt);
    item.expiresMs = row.expiresAt ? msOfTime(*row.expiresAt) : 0;
    item.row = std::move(row);
    return item;
}

/// New rows come as one insertion, changed ones as one change.
void ConversationStore::takeAll(std::vector<schema::ConversationRow> rows)
{
    const auto waits = [](const auto &row) { return !row.thread.needs.empty(); };
    std::stable_partition(rows.begin(), rows.end(), waits);
    const auto fresh = std::count_if(rows.begin(), rows.end(),
        [&](const auto &row) { return waits(row) && !m_index.contains(keyOf(row.thread)); });
    if (total() + fresh > limit)
        makeRoom(int(total() + fresh - limit));
    const int first = total();
    for (auto &row : rows) {
        ConversationItem item = itemOf(std::move(row));
        const std::string key = keyOf(item.row.thread);
        if (const auto at = m_index.find(key); at != m_index.end()) {
            ConversationItem &held = m_rows[std::size_t(at->second)];
            if (held.row == item.row)
                continue;
            item.activity = std::move(held.activity);
            held = std::move(item);
            if (at->second < first)
                emit rowsChanged({ at->second });
        } else if (total() < limit) {
            m_index.emplace(key, total());
            m_rows.push_back(std::move(item));
        }
    }
    if (total() > first)
        emit rowsInserted(first, total() - 1);
}

void ConversationStore::heldBy(const std::string &key, const std::string &holder)
{
    const auto at = m_index.find(key);
    if (at == m_index.end())
        return;
    schema::ConversationRow row = m_rows[std::size_t(at->second)].row;
    row.holder = holder;
    row.thread.state = "human";
    row.thread.needs.clear();
    takeAll({ std::move(row) });
    count();
    emit changed();
}

void ConversationStore::remove(const std::string &key)
{
    const auto at = m_index.find(key);
    if (at == m_index.end())
        return;
    const int row = at->second;
    const int last = total() - 1;
    m_index.erase(at);
    if (row != last) {
        m_rows[std::size_t(row)] = std::move(m_rows[std::size_t(last)]);
        m_index[keyOf(m_rows[std::size_t(row)].row.thread)] = row;
    }
    m_rows.pop_back();
    emit rowRemoved(row, last);
}

void ConversationStore::takeBatch(const LiveBatchPtr &batch)
{
    if (batch->gap) {
        for (auto &item : m_rows)
            item.activity.clear(); // its end may be among what was missed
        m_all = false;
        begin();
        emit gap();
    }
    bool any = false;
    bool anew = false;
    for (const auto &told : batch->tenants) {
        if (!m_scope->admits(told))
            continue; // it says one tenant and carries another: filed as evidence
        for (const auto &event : told.about) {
            if (event.conversation && event.removed)
                remove(keyOf(event.conversation->thread));
            else if (event.conversation) {
                takeAll({ *event.conversation });
                if (m_loading) // it is there, whatever the page said that was made before
                    m_seen.insert(keyOf(event.conversation->thread));
            }
            takeActivity(told.tenant, event);
            // Its name and whether anything may be said in it are part of every row.
            anew = anew || (event.audit && event.audit->actionType == "tenant_changed");
            any = any || event.conversation || event.typing;
            emit happened(told.tenant, event);
        }
    }
    if (anew) {
        m_all = false;
        begin();
    }
    if (!any)
        return;
    count();
    emit changed();
}

/// What an agent does just now: the row does not say it, events do.
void ConversationStore::takeActivity(const std::string &tenant, const schema::TenantEvent &event)
{
    const bool types = event.typing && event.typing->who == "assistant";
    const bool answered =
        event.message && event.message->role == "assistant" && !event.message->isToldAgain();
    if (!types && !answered && !event.chunk)
        return;
    const auto at = m_index.find(tenant + "/" + event.threadId);
    if (at == m_index.end())
        return;
    const char *now = event.chunk ? "streaming" : types && event.typing->on ? "typing" : "";
    ConversationItem &item = m_rows[std::size_t(at->second)];
    if (item.activity == now)
        return;
    item.activity = now;
    emit rowsChanged({ at->second });
}

void ConversationStore::count()
{
    m_live = m_waiting = 0;
    m_oldestMs = 0;
    for (const auto &item : m_rows) {
        m_live += item.live() ? 1 : 0;
        if (!item.needsPerson() && !item.needsConfirmation())
            continue;
        ++m_waiting;
        if (item.sinceMs > 0 && (m_oldestMs == 0 || item.sinceMs < m_oldestMs))
            m_oldestMs = item.sinceMs;
    }
}

void ConversationStore::search(const QString &text, Found found)
{
    if (!m_session->gateway())
        return;
    const std::string path = "/conversations"
        + resourceQuery({ { "q", text.toStdString() }, { "limit", std::to_string(pageSize) } });
    whenDone(this,
        ask<schema::Page<schema::ConversationRow>>(
            *m_scope, resourceRequest(rules::opsService, "GET", path)),
        [this, found = std::move(found)](Answer<schema::Page<schema::ConversationRow>> answer) {
            if (!answer)
                return found(unexpected(answer.error()));
            Hits hits;
            for (const auto &row : answer->items)
                hits.keys.push_back(keyOf(row.thread));
            if (answer->total)
                hits.total = *answer->total;
            else if (!answer->cursor)
                hits.total = qint64(hits.keys.size());
            const auto fresh = std::count_if(hits.keys.begin(), hits.keys.end(),
                [this](const auto &key) { return !m_index.contains(key); });
            if (total() + fresh > limit)
                makeRoom(int(total() + fresh - limit), hits.keys);
            takeAll(std::move(answer->items));
            count();
            emit changed();
            found(hits);
        });
}

} // namespace signalbox
