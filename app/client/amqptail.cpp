// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/amqptail.h"

#include "app/client/amqpwire.h"

#include <QCoreApplication>
#include <QUuid>

#include <algorithm>

namespace signalbox {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t shownBytes = std::size_t(64) << 10; ///< of a payload in a part
constexpr std::size_t partMessages = 500;
constexpr std::size_t partBytes = std::size_t(4) << 20;
constexpr milliseconds partEvery { 100 };
constexpr milliseconds countEvery { 1000 };
constexpr milliseconds pollEvery { 50 };

} // namespace

std::int64_t TailPayloads::keep(std::string payload)
{
    const std::lock_guard lock(m_mutex);
    m_bytes += payload.size();
    m_payloads.push_back(std::move(payload));
    while (m_bytes > byteLimit && m_payloads.size() > 1) {
        m_bytes -= m_payloads.front().size();
        m_payloads.pop_front();
        ++m_first;
    }
    return m_first + std::int64_t(m_payloads.size()) - 1;
}

std::optional<std::string> TailPayloads::find(std::int64_t seq) const
{
    const std::lock_guard lock(m_mutex);
    if (seq < m_first || seq >= m_first + std::int64_t(m_payloads.size()))
        return {};
    return m_payloads[std::size_t(seq - m_first)];
}

AmqpTail::AmqpTail(AmqpTarget target, std::vector<schema::RabbitBinding> bindings,
    std::unique_ptr<StreamCall> call, std::shared_ptr<TailPayloads> payloads,
    std::function<void()> over)
    : m_target(std::move(target))
    , m_bindings(std::move(bindings))
    , m_call(std::move(call))
    , m_payloads(std::move(payloads))
    , m_over(std::move(over))
    , m_queue("signalbox-tail-" + QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString())
    , m_thread([this] { run(); })
{
}

AmqpTail::~AmqpTail()
{
    m_stop = true;
    m_thread.join();
}

void AmqpTail::run()
{
    try {
        Wire wire(m_target);
        wire.declare(m_queue);
        for (const auto &binding : m_bindings)
            wire.bind(m_queue, binding);
        wire.consume(m_queue);
        schema::FabricResponse begun;
        begun.pending = 0;
        hand(std::move(begun));
        listen(wire);
    } catch (const AmqpFault &fault) {
        m_call->failed({ fault.kind, {}, fault.text, fault.kind == ErrorKind::Network });
    }
    m_call.reset(); // says so, if nothing was said
    m_over();
}

void AmqpTail::listen(Wire &wire)
{
    schema::FabricResponse part;
    std::size_t bytes = 0;
    auto handed = steady_clock::now();
    auto counted = handed;
    std::int64_t pending = 0;
    std::int64_t droppedBefore = 0;
    std::int64_t pendingBefore = 0;
    while (!m_stop) {
        // Who looks is slower than the broker: what comes waits there, bounded and counted.
        const bool room =
            *m_onTheWay < partsOnTheWay && part.messages.size() < partMessages && bytes < partBytes;
        if (room) {
            if (auto message = wire.next(pollEvery, m_stop); !message) {
                // Nothing is on its way to us: what was published besides is gone.
                m_dropped = std::max(m_dropped, m_published.load() - m_taken);
                pending = 0;
            } else {
                message->truncated = message->payload.size() > shownBytes;
                const std::string whole = message->payload;
                if (message->truncated)
                    message->payload.resize(shownBytes);
                message->seq = m_payloads->keep(whole);
                bytes += message->payload.size();
                part.messages.push_back(std::move(*message));
                ++m_taken;
            }
        } else {
            std::this_thread::sleep_for(milliseconds(5));
        }
        const auto now = steady_clock::now();
        if (now - counted >= countEvery) {
            counted = now;
            pending = wire.waiting(m_queue);
            m_dropped = std::max(m_dropped, m_published.load() - m_taken - pending - prefetchLimit);
        }
        const bool news =
            !part.messages.empty() || pending != pendingBefore || m_dropped != droppedBefore;
        if (!news || now - handed < partEvery || *m_onTheWay >= partsOnTheWay)
            continue;
        handed = now;
        wire.acknowledge();
        pendingBefore = pending;
        droppedBefore = m_dropped;
        part.pending = pending;
        hand(std::exchange(part, {}));
        bytes = 0;
    }
}

void AmqpTail::hand(schema::FabricResponse part)
{
    part.dropped = m_dropped;
    part.received = m_taken + part.pending.value_or(0) + m_dropped;
    ++*m_onTheWay;
    const std::shared_ptr<void> ticket(
        nullptr, [count = m_onTheWay](void *) { --*count; }); // when it was taken, or never will be
    m_call->part(schema::encodeTail(part), false, ticket);
}

} // namespace signalbox
