// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/eventsocket.h"

#include "models/schema/envelope.h"

namespace signalbox {
namespace {

constexpr std::size_t signInLimit = 65536; ///< bytes: no answer to a sign-in is longer

} // namespace

// ---- BatchBuilder ----

void BatchBuilder::add(schema::Event event)
{
    using Kind = schema::Event::Kind;
    m_empty = false;
    m_batch.lastSeq = std::max<qint64>(m_batch.lastSeq, event.seq);
    if (event.tsMs > 0)
        m_batch.serverTimeMs = event.tsMs;
    m_batch.droppedByServer = std::max<qint64>(m_batch.droppedByServer, event.dropped);
    switch (event.kind) {
    case Kind::Config:
        m_batch.config.push_back(std::move(event.config));
        break;
    case Kind::Flow:
        m_batch.flows.emplace_back(event.workspace, std::move(event.flow));
        break;
    case Kind::Queue:
        m_batch.received += qint64(event.queues.size());
        addQueues(std::move(event.queues));
        for (auto &name : event.removedQueues) {
            if (const auto at = m_queues.find(name); at != m_queues.end()) {
                m_batch.queues[at->second].name.clear(); // taken out in take()
                ++m_batch.coalesced;
                m_queues.erase(at);
            }
            m_batch.removedQueues.push_back(std::move(name));
        }
        break;
    case Kind::Processor:
        for (auto &row : event.processors) {
            const auto key = row.processor + '\n' + row.variant + '\n' + row.workspace;
            const auto [at, fresh] = m_processors.try_emplace(key, m_batch.processors.size());
            if (fresh)
                m_batch.processors.push_back(std::move(row));
            else
                m_batch.processors[at->second] = std::move(row);
        }
        break;
    case Kind::Gap:
        m_batch.gap = true;
        m_batch.lastSeq = std::max<qint64>(m_batch.lastSeq, event.gapTo);
        break;
    case Kind::Lost:
    case Kind::Subscribed:
    case Kind::Unknown:
        break;
    case Kind::Conversation:
    case Kind::Message:
    case Kind::Typing:
    case Kind::Chunk:
    case Kind::Tool:
    case Kind::Confirmation:
    case Kind::Escalation:
    case Kind::Audit:
        addTenant(std::move(event));
        break;
    }
}

void BatchBuilder::addTenant(schema::Event event)
{
    constexpr std::size_t atMost = 16384;
    if (event.about.empty())
        return;
    auto &held = m_batch.tenants;
    if (const auto &chunk = event.about.front().chunk) {
        const std::string turn = event.tenant + '\n' + chunk->turnId;
        const auto [at, fresh] = m_turns.try_emplace(turn, held.size());
        if (!fresh) {
            auto &first = held[at->second].about.front().chunk;
            if (first->offset + std::int64_t(first->text.size()) == chunk->offset) {
                first->text += chunk->text;
                return;
            }
            at->second = held.size();
        }
    }
    if (held.size() >= atMost) {
        held.clear();
        m_turns.clear();
        m_batch.gap = true;
    }
    held.push_back(std::move(event));
}

void BatchBuilder::addQueues(std::vector<schema::QueueRow> rows)
{
    for (auto &row : rows) {
        // It is back: what was said about its removal is no longer true.
        if (!m_batch.removedQueues.empty())
            std::erase(m_batch.removedQueues, row.name);
        const auto [at, fresh] = m_queues.try_emplace(row.name, m_batch.queues.size());
        if (fresh) {
            m_batch.queues.push_back(std::move(row));
        } else {
            m_batch.queues[at->second] = std::move(row);
            ++m_batch.coalesced;
        }
    }
}

LiveBatchPtr BatchBuilder::take()
{
    std::erase_if(m_batch.queues, [](const schema::QueueRow &row) { return row.name.empty(); });
    auto batch = std::make_shared<const LiveBatch>(std::move(m_batch));
    m_batch = {};
    m_batch.droppedByServer = batch->droppedByServer;
    m_batch.lastSeq = batch->lastSeq;
    m_queues.clear();
    m_processors.clear();
    m_turns.clear();
    m_empty = true;
    return batch;
}

// ---- EventSocket ----

EventSocket::EventSocket(const LinkTiming &timing, std::optional<qint64> since, QObject *parent)
    : QObject(parent)
    , m_timing(timing)
    , m_socket(timing, timing.eventPing, this)
    , m_since(since)
    , m_lastSeq(since.value_or(0))
{
    m_flush.setSingleShot(true);
    m_flush.setTimerType(Qt::PreciseTimer);
    m_flush.setInterval(timing.batch);
    connect(&m_flush, &QTimer::timeout, this, &EventSocket::handOver);
    connect(&m_socket, &LiveSocket::frame, this, &EventSocket::takeFrame);
    connect(&m_socket, &LiveSocket::alive, this, &EventSocket::alive);
    connect(
        &m_socket, &LiveSocket::traffic, this, [this](qint64 bytes) { emit traffic(0, bytes); });
    connect(&m_socket, &LiveSocket::lost, this, &EventSocket::lost);
    connect(&m_socket, &LiveSocket::opened, this, &EventSocket::signIn);
}

void EventSocket::open(const QUrl &url, const std::string &token)
{
    m_token = token;
    m_socket.open(url);
}

void EventSocket::signIn()
{
    schema::ClientFrame auth;
    auth.kind = schema::ClientFrame::Kind::Auth;
    auth.token = m_token;
    m_socket.send(schema::encode(auth));
}

void EventSocket::renew(const std::string &token)
{
    m_token = token;
    if (!m_signedIn)
        return;
    m_renewing = true;
    signIn();
}

void EventSocket::close()
{
    m_socket.close();
}

void EventSocket::setInterval(int ms)
{
    if (std::exchange(m_intervalMs, ms) == ms || !m_subscribed)
        return;
    m_since = m_lastSeq;
    subscribe();
}

void EventSocket::subscribe()
{
    schema::Subscribe wish;
    wish.kinds = { "config", "flow", "queue", "processor", "lost", "conversation", "message",
        "typing", "chunk", "tool", "confirmation", "escalation", "audit" };
    wish.since = m_since;
    if (m_intervalMs > 0)
        wish.intervalMs = m_intervalMs;
    emit traffic(1, 0);
    m_socket.send(schema::encode(wish));
}

bool EventSocket::takeSignIn(const std::string &text)
{
    const auto frame = schema::decode<schema::ServerFrame>(text);
    if (frame && frame->kind == schema::ServerFrame::Kind::AuthOk) {
        m_renewing = false;
        if (std::exchange(m_signedIn, true))
            return true;
        m_socket.signedIn();
        subscribe();
        return true;
    }
    if (frame && frame->kind != schema::ServerFrame::Kind::Response) {
        m_socket.close();
        emit refused(QString::fromStdString(frame->error.explained()));
        return true;
    }
    if (m_signedIn)
        return false;
    m_socket.close();
    emit refused(tr("unexpected answer to the sign-in"));
    return true;
}

void EventSocket::takeFrame(const std::string &text)
{
    const auto says = [&text](const char *word) {
        return text.size() <= signInLimit && text.find(word) != std::string::npos;
    };
    const bool mayBeSignIn =
        !m_signedIn || says("\"auth-failed\"") || (m_renewing && says("\"auth-ok\""));
    if (mayBeSignIn && takeSignIn(text))
        return;
    auto event = schema::decode<schema::Event>(text);
    if (!event) {
        // What it said is not known: as good as a gap, whatever is shown is fetched anew.
        emit strayFrame(text, QString::fromStdString(event.error().text()));
        event = schema::Event {};
        event->kind = schema::Event::Kind::Gap;
    }
    emit frame(
        QString::fromStdString(event->kindText), QString::fromStdString(event->workspace), text);
    if (event->kind == schema::Event::Kind::Lost) {
        qint64 messages = 0;
        for (const auto &[queue, count] : event->lost)
            messages += count;
        emit messagesLost(messages, int(event->lost.size()));
        return;
    }
    if (event->kind == schema::Event::Kind::Subscribed) {
        // A far end that counts from below where we were has started anew: what it said in between
        // is lost.
        const bool restarted = m_since && event->seq < *m_since;
        m_lastSeq = event->seq;
        if (!std::exchange(m_subscribed, true))
            emit subscribed();
        if (!restarted)
            return;
        event->kind = schema::Event::Kind::Gap;
        event->gapTo = event->seq;
    }
    m_lastSeq = std::max<qint64>(m_lastSeq, event->seq);
    m_builder.add(std::move(*event));
    if (!m_outstanding && !m_flush.isActive())
        m_flush.start();
}

void EventSocket::handOver()
{
    if (m_builder.empty() || std::exchange(m_outstanding, true))
        return;
    emit batch(m_builder.take());
}

void EventSocket::taken()
{
    m_outstanding = false;
    if (!m_builder.empty() && !m_flush.isActive())
        m_flush.start();
}

} // namespace signalbox
