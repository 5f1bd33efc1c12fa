// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/conversationthread.h"

#include "models/resource.h"
#include "models/schema/arguments.h"
#include "models/schema/portal.h"
#include "models/schema/tenant.h"
#include "models/stores/plaintext.h"
#include "models/stores/whendone.h"
#include "views/pages/flowtext.h"
#include "views/pages/tenantwords.h"

#include <QUuid>

#include <algorithm>

namespace signalbox {

using flowtext::qs;

ConversationThread::ConversationThread(QObject *parent)
    : QObject(parent)
    , m_transcript(new TranscriptModel(this))
    , m_draft(new FormDraft(this))
{
    connect(m_draft, &FormDraft::changed, this, &ConversationThread::draftChanged);
    connect(this, &ConversationThread::changed, this, &ConversationThread::ticked);
}

ConversationThread::~ConversationThread() = default;

void ConversationThread::setSession(Session *session)
{
    m_session = session;
    m_store = ConversationStore::of(session);
    if (!session)
        return;
    m_scope = std::make_unique<TenantScope>(session, tr("Conversations"));
    connect(m_scope.get(), &TenantScope::changed, this, &ConversationThread::changed);
    m_draft->setSession(session);
    m_draft->setForm(QStringLiteral("conversation"));
    m_transcript->setZone(session->zone());
    connect(
        session, &Session::zoneChanged, this, [this] { m_transcript->setZone(m_session->zone()); });
    connect(session, &Session::changed, this, &ConversationThread::changed);
    connect(session, &Session::emptied, this, [this] { show({}); });
    connect(m_store, &ConversationStore::happened, this, &ConversationThread::take);
    connect(m_store, &ConversationStore::changed, this, &ConversationThread::changed);
    const auto anew = [this] {
        if (m_key.isEmpty())
            return;
        m_transcript->transcript().cut();
        load();
    };
    connect(m_store, &ConversationStore::gap, this, anew);
    connect(session, &Session::cameOnline, this, anew);
}

// ---- what is looked at ----

void ConversationThread::show(const QString &key)
{
    if (key == m_key)
        return;
    m_key = key;
    const std::string both = key.toStdString();
    const auto slash = both.find('/');
    m_tenant = both.substr(0, slash);
    m_thread = slash == std::string::npos ? std::string() : both.substr(slash + 1);
    ++m_round;
    if (m_scope)
        m_scope->setTenant(qs(m_tenant));
    m_transcript->transcript().clear();
    m_confirmation.reset();
    m_error.clear();
    m_fault.clear();
    m_reason.clear();
    m_typist.clear();
    m_again.clear();
    m_sendId.clear();
    m_olderCursor.clear();
    m_loading = m_loadingOlder = m_busy = false;
    m_text.clear();
    if (!key.isEmpty()) {
        if (m_draft->begin(key))
            m_text = m_draft->text(QStringLiteral("text"));
        load();
    }
    emit draftChanged();
    emit changed();
}

QString ConversationThread::error() const
{
    return m_scope && m_scope->stopped() ? m_scope->why() : m_error;
}

const ConversationItem *ConversationThread::item() const
{
    return m_store && !m_key.isEmpty() ? m_store->find(m_key.toStdString()) : nullptr;
}

std::string ConversationThread::workspace() const
{
    const auto *held = item();
    return held ? held->row.workspace : std::string();
}

std::string ConversationThread::messagesPath(const std::string &before) const
{
    return rules::resourcePath({ "threads", m_tenant, m_thread, "messages" })
        + resourceQuery({ { "before", before }, { "limit", std::to_string(pageSize) } });
}

namespace {

/// Oldest first, whatever the far end likes better.
std::vector<rules::ChatRecord> inOrder(schema::Page<schema::ChannelThreadMessage> page)
{
    auto records = recordsOf(page.items);
    if (records.size() > 1 && records.front().atMs > records.back().atMs)
        std::reverse(records.begin(), records.end());
    return records;
}

bool hasMore(const schema::Page<schema::ChannelThreadMessage> &page)
{
    return page.cursor.has_value() || int(page.items.size()) >= ConversationThread::pageSize;
}

} // namespace

void ConversationThread::load()
{
    if (!m_session || !m_session->gateway())
        return;
    m_loading = true;
    whenDone(this,
        ask<schema::Page<schema::ChannelThreadMessage>>(
            *m_scope, resourceRequest(rules::opsService, "GET", messagesPath({}), {}, workspace())),
        [this, round = m_round](Answer<schema::Page<schema::ChannelThreadMessage>> answer) {
            if (round != m_round)
                return;
            m_loading = false;
            m_error = answer ? QString() : answer.error().text;
            if (answer) {
                const bool older = hasMore(*answer);
                const std::string cursor = answer->cursor.value_or("");
                const auto page = inOrder(std::move(*answer));
                m_transcript->transcript().loaded(page, older);
                // Read anew while older pages are held, it is not where the next one begins.
                if (page.empty() || m_transcript->transcript().oldestId() == page.front().id)
                    m_olderCursor = cursor;
                m_transcript->told();
            }
            emit changed();
            emit settled();
        });
    askWaiting();
    emit changed();
}

/// What waits for a person in this thread survives restarts at the far end: it is read, not only
/// heard.
void ConversationThread::askWaiting()
{
    const std::string query = resourceQuery({ { "tenant", m_tenant } });
    whenDone(this,
        ask<schema::Page<schema::PendingConfirmation>>(*m_scope,
            resourceRequest(rules::opsService, "GET", "/confirmations" + query, {}, workspace())),
        [this, round = m_round](Answer<schema::Page<schema::PendingConfirmation>> answer) {
            if (round != m_round || !answer)
                return;
            m_confirmation.reset();
            for (const auto &each : answer->items)
                if (each.tenantId == m_tenant && each.threadId == m_thread)
                    takeConfirmation(each);
            emit changed();
        });
    whenDone(this,
        ask<schema::Page<schema::Escalation>>(*m_scope,
            resourceRequest(rules::opsService, "GET", "/escalations" + query, {}, workspace())),
        [this, round = m_round](Answer<schema::Page<schema::Escalation>> answer) {
            if (round != m_round || !answer)
                return;
            for (const auto &each : answer->items)
                if (each.tenantId == m_tenant && each.threadId == m_thread)
                    m_reason = plainText(each.reason, 2000);
            emit changed();
        });
}

void ConversationThread::loadOlder()
{
    const std::string before =
        m_olderCursor.empty() ? m_transcript->transcript().oldestId() : m_olderCursor;
    if (m_loadingOlder || m_loading || before.empty() || !m_transcript->hasOlder()
        || !m_session->gateway())
        return;
    m_loadingOlder = true;
    whenDone(this,
        ask<schema::Page<schema::ChannelThreadMessage>>(*m_scope,
            resourceRequest(rules::opsService, "GET", messagesPath(before), {}, workspace())),
        [this, round = m_round](Answer<schema::Page<schema::ChannelThreadMessage>> answer) {
            if (round != m_round)
                return;
            m_loadingOlder = false;
            m_error = answer ? QString() : answer.error().text;
            if (answer) {
                const bool older = hasMore(*answer) && !answer->items.empty();
                m_olderCursor = answer->cursor.value_or("");
                m_transcript->transcript().older(inOrder(std::move(*answer)), older);
                m_transcript->told();
            }
            emit changed();
        });
}

// ---- what happens in it ----

void ConversationThread::take(const std::string &tenant, const schema::TenantEvent &event)
{
    if (m_key.isEmpty() || tenant != m_tenant || event.threadId != m_thread)
        return;
    auto &chat = m_transcript->transcript();
    const qint64 now = m_session->serverNowMs();
    if (event.message && event.message->isToldAgain()) {
        chat.toldAgain(recordOf(*event.message));
    } else if (event.message) {
        chat.arrived(recordOf(*event.message), now);
        m_typist.clear();
        emit settled();
    }
    if (event.chunk)
        chat.piece(event.chunk->turnId, event.chunk->offset, event.chunk->text, now);
    if (event.tool)
        chat.tool(*event.tool, now, event.turnId);
    if (event.typing)
        takeTyping(*event.typing);
    if (event.confirmation) {
        takeConfirmation(*event.confirmation);
        emit settled();
    }
    if (event.escalation) {
        m_reason = plainText(event.escalation->reason, 2000);
        emit settled();
    }
    m_transcript->told();
    emit changed();
}

void ConversationThread::takeTyping(const schema::TypingState &typing)
{
    auto &chat = m_transcript->transcript();
    if (typing.who == "assistant") {
        if (typing.on)
            chat.typing(m_session->serverNowMs());
        else
            chat.typingEnded();
        return;
    }
    m_typist = typing.on ? plainLine(typing.who, 80) : QString();
    m_typistUntilMs = m_session->serverNowMs() + typingEndsMs;
}

void ConversationThread::takeConfirmation(const schema::PendingConfirmation &confirmation)
{
    if (confirmation.state.empty() || confirmation.state == "pending") {
        m_confirmation = confirmation;
        return;
    }
    m_transcript->transcript().decided(confirmation.callId, m_session->serverNowMs());
    const bool wasShown = m_confirmation && m_confirmation->callId == confirmation.callId;
    if (!wasShown)
        return;
    m_confirmation.reset();
    const QString who = plainLine(confirmation.decidedBy.value_or(""), 120);
    const QString tool = plainLine(confirmation.tool, 120);
    const QString word = confirmation.state == "approved" ? tr("%1 approved %2").arg(who, tool)
        : confirmation.state == "denied"                  ? tr("%1 denied %2").arg(who, tool)
                                         : tr("nobody answered in time: %1 was not run").arg(tool);
    const QString why = plainLine(confirmation.reason.value_or(""), 500);
    m_transcript->transcript().notice(
        (why.isEmpty() ? word : tr("%1: %2").arg(word, why)).toStdString(),
        m_session->serverNowMs());
}

void ConversationThread::tick()
{
    if (m_key.isEmpty() || !m_session) // a page may outlive its session by a moment
        return;
    const qint64 now = m_session->serverNowMs();
    m_transcript->transcript().tick(now);
    if (!m_typist.isEmpty() && now >= m_typistUntilMs) {
        m_typist.clear();
        emit changed();
    }
    m_transcript->told();
    emit ticked();
}

QString ConversationThread::typingText() const
{
    if (!m_typist.isEmpty())
        return tr("%1 is typing…").arg(m_typist);
    return m_transcript->typing() ? tr("The agent is typing…") : QString();
}

QString ConversationThread::title() const
{
    const auto *held = item();
    if (!held)
        return qs(m_thread);
    return plainLine(
        held->row.userName.empty() ? held->row.thread.userId : held->row.userName, 120);
}

QString ConversationThread::subtitle() const
{
    const auto *held = item();
    if (!held)
        return {};
    const auto &row = held->row;
    QStringList parts { plainLine(row.tenantName.empty() ? row.thread.tenantId : row.tenantName),
        plainLine(row.thread.channelType) };
    if (!row.agentName.empty())
        parts.append(plainLine(row.agentName));
    if (row.flow)
        parts.append(tr("flow %1").arg(plainLine(*row.flow, 120)));
    if (row.test)
        parts.append(tr("test run"));
    return parts.join(QStringLiteral(" · "));
}

// ---- confirmation ----

QString ConversationThread::confirmId() const
{
    return m_confirmation ? qs(m_tenant + "/" + m_thread + "/" + m_confirmation->callId)
                          : QString();
}

QString ConversationThread::confirmTool() const
{
    return m_confirmation ? plainLine(m_confirmation->tool, 120) : QString();
}

QStringList ConversationThread::confirmNames() const
{
    QStringList names;
    if (m_confirmation)
        for (const auto &row : schema::argumentRows(m_confirmation->arguments.text))
            names.append(plainLine(row.name, 80));
    return names;
}

/// All that is to be said yes or no to; what is beyond any reading is told by its size.
static QString wholeValue(const std::string &value)
{
    constexpr std::size_t most = 64 * 1024;
    qint64 more = 0;
    const QString text = plainText(value, most, &more);
    return more > 0
        ? text + ConversationThread::tr("\n… %1 more, not shown").arg(format::bytes(more))
        : text;
}

QStringList ConversationThread::confirmValues() const
{
    QStringList values;
    if (m_confirmation)
        for (const auto &row : schema::argumentRows(m_confirmation->arguments.text))
            values.append(wholeValue(row.plain));
    return values;
}

QString ConversationThread::confirmLeft() const
{
    if (!m_confirmation || !m_session)
        return {};
    const qint64 left = msOfTime(m_confirmation->expiresAt) - m_session->serverNowMs();
    if (left <= 0)
        return tr("expired");
    const qint64 seconds = (left + 999) / 1000;
    return tr("%1:%2 left").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

bool ConversationThread::confirmExpired() const
{
    return m_confirmation && m_session
        && msOfTime(m_confirmation->expiresAt) <= m_session->serverNowMs();
}

// ---- what a person may do ----

QString ConversationThread::denied(const char *operation) const
{
    if (!m_session)
        return {};
    const QString missing =
        m_session->denied(QStringLiteral("ops"), QString::fromLatin1(operation), qs(workspace()));
    return missing.isEmpty() ? QString() : flowtext::whyDenied(missing);
}

bool ConversationThread::waits() const
{
    const auto *held = item();
    return held && held->row.thread.state == "escalated" && holder().isEmpty();
}

QString ConversationThread::holder() const
{
    const auto *held = item();
    return held && held->row.holder ? plainLine(*held->row.holder, 80) : QString();
}

bool ConversationThread::mine() const
{
    return !holder().isEmpty() && m_session && holder() == m_session->user();
}

bool ConversationThread::closed() const
{
    const auto *held = item();
    return held && held->row.thread.state == "closed";
}

QString ConversationThread::takeDenied() const
{
    if (!holder().isEmpty() && !mine())
        return tr("%1 has it.").arg(holder());
    return denied("POST /escalations/t/t");
}

QString ConversationThread::writeDenied() const
{
    if (m_key.isEmpty())
        return tr("No conversation is looked at.");
    if (const QString why = denied("POST /conversations/t/human-message"); !why.isEmpty())
        return why;
    const auto *held = item();
    const std::string tenant = held ? held->row.tenantState.value_or("") : std::string();
    if (!schema::mayTalk(tenant))
        return tr("The tenant is %1: nothing can be said in its conversations.")
            .arg(tenantwords::stateName(tenant));
    if (mine())
        return {};
    return holder().isEmpty() ? tr("Take over to write as a person.")
                              : tr("%1 has it.").arg(holder());
}

void ConversationThread::setDraft(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    m_sendId.clear();
    if (!m_key.isEmpty())
        m_draft->keep(QStringLiteral("text"), text);
    emit draftChanged();
}

/// An answer that came first is told with who gave it (signalbox-gateway §7), and is not offered
/// any more.
QString ConversationThread::whoWasFirst(const GatewayError &error)
{
    if (error.kind != ErrorKind::Conflict)
        return error.text;
    const auto told = schema::decode<schema::PortalError>(error.body);
    if (told && told->decision) {
        const QString who = plainLine(told->by.value_or(""), 120);
        const QString word = *told->decision == "approve" || *told->decision == "approved"
            ? tr("%1 was first and approved it.")
            : *told->decision == "expired" ? tr("It expired before your answer.")
                                           : tr("%1 was first and denied it.");
        return word.contains(QLatin1String("%1")) ? word.arg(who) : word;
    }
    if (told && told->code == "other-call")
        return tr("Another call waits by now: look at it first.");
    if (told && (told->code == "waiting" || told->code == "sent")) {
        load(); // what became of it was not told, or not yet
        return told->code == "sent" ? tr("It was sent meanwhile.")
                                    : tr("It is on its way already.");
    }
    if (told && told->holder && m_store)
        m_store->heldBy(m_key.toStdString(), *told->holder);
    if (told && told->holder)
        return tr("%1 was first and has it.").arg(plainLine(*told->holder, 120));
    return error.text;
}

void ConversationThread::act(const std::string &path, std::string body, std::function<void()> done)
{
    if (m_busy || !m_session || !m_session->gateway())
        return;
    m_busy = true;
    m_fault.clear();
    emit changed();
    whenDone(this,
        m_scope->request(
            resourceRequest(rules::opsService, "POST", path, std::move(body), workspace())),
        [this, round = m_round, done = std::move(done)](const Reply &reply) {
            if (round != m_round)
                return;
            m_busy = false;
            if (reply)
                done();
            else
                m_fault = whoWasFirst(reply.error());
            if (!reply && reply.error().kind == ErrorKind::Conflict)
                askWaiting();
            emit changed();
            emit settled();
        });
}

void ConversationThread::decide(const char *decision, const QString &reason)
{
    if (!m_confirmation)
        return;
    schema::ConfirmationAnswer answer { std::string(decision), reason.toStdString() };
    if (!m_confirmation->callId.empty())
        answer.callId = m_confirmation->callId;
    act(rules::resourcePath({ "confirmations", m_tenant, m_thread }), schema::encode(answer),
        [] {});
}

void ConversationThread::escalate(const char *action, const QString &note)
{
    act(rules::resourcePath({ "escalations", m_tenant, m_thread }),
        schema::encode(schema::EscalationAction { std::string(action), note.toStdString() }),
        [] {});
}

void ConversationThread::send()
{
    const QString text = m_text.trimmed();
    if (text.isEmpty() || !writeDenied().isEmpty())
        return;
    if (m_sendId.empty())
        m_sendId = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    const auto *held = item();
    const std::string conversation =
        held && held->row.thread.conversationId ? *held->row.thread.conversationId : m_thread;
    act(rules::resourcePath({ "conversations", conversation, "human-message" }),
        schema::encode(schema::HumanMessage { m_tenant, text.toStdString(), m_sendId }), [this] {
            m_sendId.clear();
            m_text.clear();
            m_draft->drop();
            emit draftChanged();
        });
}

// ---- what did not come to another channel ----

bool ConversationThread::againOffered() const
{
    return m_session && m_session->capabilities().raw.contains(QStringLiteral("send-again"));
}

namespace {

/// The message of that id while it is not sent.
const rules::ChatRecord *unsentOf(const rules::Transcript &chat, const std::string &id)
{
    for (const auto &entry : chat.entries())
        if (!id.empty() && entry.record.id == id && entry.record.delivery)
            return entry.record.delivery->state == "failed"
                    || entry.record.delivery->state == "unsent"
                ? &entry.record
                : nullptr;
    return nullptr;
}

} // namespace

QString ConversationThread::againQuestion() const
{
    const auto *record = unsentOf(m_transcript->transcript(), m_again);
    if (!record)
        return {};
    const auto *held = item();
    const QString whom = held
        ? tr("%1 over %2").arg(title(), plainLine(held->row.thread.channelType, 40))
        : title(); // the list has not told yet
    const QString words = plainLine(record->text, 80);
    return record->delivery->tries > 0
        ? tr("Send “%1” to %2 once more? If an earlier try did arrive, it comes twice.")
              .arg(words, whom)
        : tr("Send “%1” to %2 now?").arg(words, whom);
}

void ConversationThread::askAgain(int row)
{
    const auto &entries = m_transcript->transcript().entries();
    if (row < 0 || row >= int(entries.size()) || !againOffered() || !againDenied().isEmpty())
        return;
    m_again = entries[std::size_t(row)].record.id;
    emit changed();
}

void ConversationThread::sendAgain()
{
    if (againQuestion().isEmpty() || m_busy)
        return;
    act(rules::resourcePath({ "threads", m_tenant, m_thread, "messages", m_again, "send" }), "{}",
        [] {});
    leaveAgain();
}

void ConversationThread::leaveAgain()
{
    m_again.clear();
    emit changed();
}

void ConversationThread::dismissFault()
{
    m_fault.clear();
    emit changed();
}

} // namespace signalbox
