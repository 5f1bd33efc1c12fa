// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/chattalk.h"

#include "models/resource.h"
#include "models/stores/conversationstore.h"
#include "models/stores/whendone.h"

#include <QUuid>

#include <algorithm>

namespace signalbox {

static qint64 chatNow()
{
    return QDateTime::currentMSecsSinceEpoch();
}

std::string roleIn(const schema::PortalIdentity &me, const std::string &tenant)
{
    if (me.user.role != "platform_admin")
        for (const auto &membership : me.memberships)
            if (membership.tenantId == tenant)
                return membership.role;
    return me.user.role;
}

ChatTalk::ChatTalk(
    Session *session, TenantScope &scope, rules::Transcript &transcript, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_scope(scope)
    , m_transcript(transcript)
{
    for (QTimer *timer : { &m_ready, &m_reopen, &m_handedOver })
        timer->setSingleShot(true);
    m_ready.setInterval(readyWithinMs);
    m_handedOver.setInterval(handedOverMs);
    m_clock.setInterval(1000);
    connect(&m_ready, &QTimer::timeout, this, &ChatTalk::opened);
    connect(&m_reopen, &QTimer::timeout, this, &ChatTalk::connectNow);
    connect(&m_handedOver, &QTimer::timeout, this, [this] {
        const bool open = m_transcript.turn() && m_transcript.turn()->open();
        m_transcript.handedOver(chatNow());
        emit changed();
        if (open)
            emit turnEnded();
    });
    connect(&m_clock, &QTimer::timeout, this, [this] {
        const auto *turn = m_transcript.turn();
        if (!turn || !turn->open())
            return;
        m_transcript.tick(chatNow()); // what waits for a person waits as long as it must
        emit changed();
        if (!m_transcript.turn()->open())
            emit turnEnded();
    });
}

ChatTalk::~ChatTalk() = default;

void ChatTalk::setState(State state, const QString &error)
{
    m_state = state;
    m_error = error;
    emit changed();
}

void ChatTalk::fail(const QString &why)
{
    m_stream.reset();
    m_ready.stop();
    m_reopen.stop();
    const bool open = m_transcript.turn() && m_transcript.turn()->open();
    m_transcript.failed(why.toStdString(), chatNow());
    setState(Closed, why);
    if (open)
        emit turnEnded();
}

/// From within what the stream says: it is deleted later.
void ChatTalk::stop(const QString &why)
{
    if (m_stream) {
        m_stream->disconnect(this);
        m_stream.release()->deleteLater();
    }
    fail(why);
}

void ChatTalk::start(const std::string &tenant, const std::string &agent, const std::string &role)
{
    ++m_round;
    m_stream.reset();
    m_transcript.clear();
    m_pending.reset();
    m_conversation = {};
    m_tenant = tenant;
    m_agent = agent;
    m_role = role;
    m_tries = 0;
    setState(Opening);
    if (!m_session->gateway())
        return fail(tr("not connected"));
    m_clock.start();
    // About the person: all memberships are named, so it is no answer of this tenant.
    whenDone(this,
        ask<schema::PortalIdentity>(
            *m_session->gateway(), resourceRequest(rules::portalService, "GET", "/auth/me")),
        [this, round = m_round](Answer<schema::PortalIdentity> answer) {
            if (round != m_round)
                return;
            if (!answer)
                return fail(answer.error().text);
            m_me = std::move(*answer);
            make();
        });
}

void ChatTalk::make()
{
    schema::ConversationRequest wish;
    wish.tenantId = m_tenant;
    wish.agentId = m_agent;
    wish.test = true;
    whenDone(this,
        ask<schema::WebConversation>(m_scope,
            resourceRequest(
                rules::portalService, "POST", "/chat/conversations", schema::encode(wish))),
        [this, round = m_round](Answer<schema::WebConversation> answer) {
            if (round != m_round)
                return;
            if (!answer)
                return fail(answer.error().text);
            m_conversation = std::move(*answer);
            connectNow();
        });
}

void ChatTalk::connectNow()
{
    if (!m_session->gateway() || m_conversation.id.empty())
        return;
    schema::ChatLineRequest wish;
    wish.operation = "open";
    wish.conversation = m_conversation.id;
    wish.tenantId = m_tenant;
    wish.userId = m_me.user.id;
    wish.role = m_role.empty() ? roleIn(m_me, m_tenant) : m_role;
    wish.slow = m_slow;
    Request request;
    request.service = "chat";
    request.operation = wish.operation;
    request.body = schema::encode(wish);
    m_stream = m_scope.stream(std::move(request));
    connect(m_stream.get(), &Subscription::part, this, [this](const std::string &body, bool) {
        if (const auto part = schema::decode<schema::ChatPart>(body))
            take(*part);
    });
    connect(m_stream.get(), &Subscription::failed, this, &ChatTalk::lost);
    setState(Opening);
    m_ready.start();
}

/// Signed in and listening: only now is the history read, so that nothing falls between the two.
void ChatTalk::opened()
{
    m_ready.stop();
    if (m_state == Open)
        return;
    m_tries = 0;
    setState(Open);
    readHistory();
}

void ChatTalk::readHistory()
{
    const std::string path =
        rules::resourcePath({ "chat", "conversations", m_conversation.id, "messages" })
        + resourceQuery({ { "limit", std::to_string(pageSize) } });
    whenDone(this,
        ask<schema::Page<schema::WebConversationMessage>>(
            m_scope, resourceRequest(rules::portalService, "GET", path)),
        [this, round = m_round](Answer<schema::Page<schema::WebConversationMessage>> answer) {
            if (round != m_round)
                return;
            if (!answer) // what a foreign row stops stays stopped; all else is read again later
                return answer.error().code == QLatin1String("foreign-tenant")
                    ? fail(answer.error().text)
                    : void();
            std::vector<rules::ChatRecord> records;
            for (const auto &message : answer->items) {
                rules::ChatRecord record;
                record.kind = message.role == "user" ? rules::ChatKind::User
                    : message.role == "human"        ? rules::ChatKind::Person
                                                     : rules::ChatKind::Assistant;
                record.id = message.id;
                record.text = message.content;
                record.atMs = msOfTime(message.createdAt);
                records.push_back(std::move(record));
            }
            if (records.size() > 1 && records.front().atMs > records.back().atMs)
                std::reverse(records.begin(), records.end());
            const bool open = m_transcript.turn() && m_transcript.turn()->open();
            m_transcript.loaded(records, answer->cursor.has_value());
            if (m_pending && !m_transcript.waitsFor(m_pending->callId))
                m_pending.reset(); // decided while nobody listened
            emit changed();
            if (open && !m_transcript.turn()->open())
                emit turnEnded();
        });
}

void ChatTalk::lost(const GatewayError &error)
{
    m_ready.stop();
    if (m_stream)
        m_stream.release()->deleteLater(); // it is speaking
    m_transcript.cut();
    if (error.kind == ErrorKind::ReadOnly || error.kind == ErrorKind::Protocol
        || m_tries >= reopenTries)
        return fail(error.text);
    ++m_tries;
    setState(Lost, error.text);
    m_reopen.start(reopenMs * m_tries);
}

void ChatTalk::send(const std::string &operation, const std::string &text, const std::string &id)
{
    schema::ChatLineRequest wish;
    wish.operation = operation;
    wish.conversation = m_conversation.id;
    wish.text = text;
    wish.id = id;
    Request request;
    request.service = "chat";
    request.operation = operation;
    request.body = schema::encode(wish);
    whenDone(this, m_scope.request(std::move(request)),
        [this, round = m_round, operation](const Reply &reply) {
            if (round != m_round || reply || operation != "send")
                return;
            const bool open = m_transcript.turn() && m_transcript.turn()->open();
            m_transcript.sendingFailed(reply.error().text.toStdString());
            emit changed();
            if (open)
                emit turnEnded();
        });
}

void ChatTalk::say(const std::string &text, bool twice)
{
    if (m_state != Open || !m_session->gateway())
        return;
    const qint64 now = chatNow();
    m_transcript.said(text, m_me.user.name, now);
    schema::ChatClientFrame frame;
    frame.message.text = text;
    frame.message.id = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    for (int time = 0; time < (twice ? 2 : 1); ++time) {
        send("send", text, *frame.message.id);
        emit framed(true, schema::encode(frame), now);
    }
    emit changed();
}

void ChatTalk::drop()
{
    if (m_state == Open)
        send("drop", {}, {});
}

void ChatTalk::setSlow(bool slow)
{
    if (std::exchange(m_slow, slow) == slow)
        return;
    drop(); // opened again, it reads as is wished
    emit changed();
}

void ChatTalk::decide(bool approve, const std::string &reason)
{
    if (!m_pending || !m_session->gateway())
        return;
    schema::ConfirmationAnswer answer;
    answer.decision = approve ? "approve" : "deny";
    answer.reason = reason;
    if (!m_pending->callId.empty())
        answer.callId = m_pending->callId;
    whenDone(this,
        m_scope.request(resourceRequest(rules::opsService, "POST",
            rules::resourcePath({ "confirmations", m_tenant, m_conversation.id }),
            schema::encode(answer))),
        [this, round = m_round](const Reply &reply) {
            if (round != m_round)
                return;
            if (!reply)
                m_transcript.notice(reply.error().text.toStdString(), chatNow());
            // Decided by this or by somebody else, or gone: else it still waits and may be asked.
            if (reply || reply.error().kind == ErrorKind::Conflict
                || reply.error().kind == ErrorKind::NotFound)
                m_pending.reset();
            emit changed();
        });
}

QFuture<Reply> ChatTalk::finish()
{
    m_ready.stop();
    m_reopen.stop();
    m_handedOver.stop();
    m_clock.stop();
    m_stream.reset();
    ++m_round;
    // Past the prover: it is removed also where a foreign row has stopped the view.
    QFuture<Reply> gone = !m_conversation.id.empty() && m_session->gateway()
        ? m_session->gateway()->request(resourceRequest(rules::portalService, "DELETE",
            rules::resourcePath({ "chat", "conversations", m_conversation.id })))
        : ready<Reply>(Response { "{}", {} });
    m_conversation = {};
    m_pending.reset();
    setState(Closed);
    return gone;
}

// ---- frames ----

void ChatTalk::take(const schema::ChatPart &part)
{
    if (!m_scope.admits(part.frame, tr("a frame of the chat")))
        return stop(tr("a frame of another tenant came and was not shown"));
    emit framed(false, part.frame, part.atMs);
    const auto frame = schema::decode<schema::ChatFrame>(part.frame);
    if (!frame) {
        m_transcript.notice("A frame that cannot be read: " + frame.error().text(), part.atMs);
        emit changed();
        return;
    }
    const bool open = m_transcript.turn() && m_transcript.turn()->open();
    takeFrame(*frame, part.atMs);
    emit changed();
    const bool asks = frame->kind == schema::ChatFrame::Kind::ConfirmationRequired;
    if (asks || (open && m_transcript.turn() && !m_transcript.turn()->open()))
        emit turnEnded();
}

void ChatTalk::takeFrame(const schema::ChatFrame &frame, qint64 nowMs)
{
    using Kind = schema::ChatFrame::Kind;
    if (m_state == Opening && frame.kind != Kind::Error)
        opened();
    rules::ChatRecord record;
    record.text = frame.text;
    record.id = frame.messageId.value_or("");
    schema::ToolCall call;
    call.id = frame.callId;
    call.tool = frame.tool;
    call.arguments = frame.arguments;
    switch (frame.kind) {
    case Kind::Typing:
        m_transcript.delivered(record.id);
        return m_transcript.typing(nowMs);
    case Kind::Chunk:
        return m_transcript.chunk(frame.text, nowMs, record.id);
    case Kind::Response:
    case Kind::Done:
        m_handedOver.stop();
        record.kind = rules::ChatKind::Assistant;
        return m_transcript.answered(record, nowMs);
    case Kind::ToolCall:
        call.state = "running";
        return m_transcript.tool(call, nowMs, record.id);
    case Kind::ToolResult:
        call.state = frame.error.empty() ? "done" : "failed";
        call.result = frame.result;
        if (!frame.error.empty())
            call.error = frame.error;
        call.durationMs = frame.durationMs;
        return m_transcript.tool(call, nowMs, record.id);
    case Kind::ConfirmationRequired:
        m_pending = frame;
        call.state = "waiting";
        return m_transcript.tool(call, nowMs, record.id);
    case Kind::ConfirmationResolved:
        if (m_pending && m_pending->callId == frame.callId)
            m_pending.reset();
        m_transcript.decided(frame.callId, nowMs);
        return m_transcript.notice((frame.by.empty() ? "Nobody" : frame.by) + ": " + frame.decision
                + " " + frame.tool + (frame.reason.empty() ? "" : ", " + frame.reason),
            nowMs);
    case Kind::Escalated:
        m_handedOver.start();
        return m_transcript.escalated("Handed to a person: " + frame.reason, nowMs);
    case Kind::HumanMessage:
        m_handedOver.stop();
        record.kind = rules::ChatKind::Person;
        record.author = frame.from;
        return m_transcript.arrived(record, nowMs);
    case Kind::Error:
        if (frame.code == "auth") // nothing would change by asking again
            return stop(tr("refused: %1").arg(QString::fromStdString(frame.message)));
        if (frame.code == "duplicate")
            return m_transcript.notice(
                tr("The second of the same message was dropped, as it must be.").toStdString(),
                nowMs);
        return m_transcript.failed(frame.code + ": " + frame.message, nowMs);
    case Kind::Ready:
    case Kind::Unknown:
        return;
    }
}

} // namespace signalbox
