// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/tails.h"

#include "app/gateway/services/answers.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

constexpr std::size_t maxTails = 200;
constexpr std::size_t maxWaiting = 2000;
constexpr std::int64_t maxWaitingBytes = std::int64_t(4) << 20;
constexpr std::size_t payloadBytes = 64 * 1024; // signalbox-gateway §6
using Clock = std::chrono::steady_clock;

enum Field { PayloadField, IdField, SizeField, SeqField, RedeliveredField };

struct MessageRow final : rules::Filter::Row {
    const Message &message;
    const std::string id;
    explicit MessageRow(const Message &m)
        : message(m)
        , id(m.property("id"))
    {
    }
    std::string_view text(std::size_t field) const override
    {
        if (field == PayloadField)
            return message.value;
        if (field == IdField)
            return id;
        if (field == RedeliveredField)
            return message.redelivered ? "yes" : "no";
        return {};
    }
    std::optional<double> number(std::size_t field) const override
    {
        if (field == SizeField)
            return static_cast<double>(message.value.size());
        if (field == SeqField)
            return static_cast<double>(message.seq);
        return std::nullopt;
    }
};

std::size_t cutAt(const std::string &text)
{
    std::size_t bytes = payloadBytes;
    if (text.size() <= bytes)
        return text.size();
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80)
        --bytes;
    return bytes;
}

schema::FabricMessage describe(const Message &message, std::size_t bytes)
{
    schema::FabricMessage part;
    part.seq = message.seq;
    part.atMs = message.atMs;
    part.properties = message.properties;
    part.size = static_cast<std::int64_t>(message.value.size());
    part.payload = message.value.substr(0, bytes);
    part.truncated = bytes < message.value.size();
    part.redelivered = message.redelivered;
    return part;
}

} // namespace

struct Tails::Tail {
    std::string topic; ///< of the request
    std::string id;
    std::string place;
    rules::Filter filter;
    std::unique_ptr<Tap> tap;
    std::mutex mutex;
    std::vector<schema::FabricMessage> waiting;
    std::int64_t waitingBytes = 0;
    std::int64_t received = 0;
    std::int64_t filtered = 0;
    std::int64_t dropped = 0;
    std::int64_t told = -1; ///< `received` in the last part
    Clock::time_point sent;
};

Tails::Tails(Backend &fabric, Options options, Respond respond)
    : m_fabric(fabric)
    , m_options(options)
    , m_respond(std::move(respond))
{
}

Tails::~Tails()
{
    stop();
}

const std::vector<rules::FilterField> &Tails::filterFields()
{
    using rules::FieldKind;
    static const std::vector<rules::FilterField> fields {
        { "payload", FieldKind::Text, { "text" } },
        { "id", FieldKind::Text, {} },
        { "size", FieldKind::Number, { "bytes" } },
        { "seq", FieldKind::Number, {} },
        { "redelivered", FieldKind::Text, {} },
    };
    return fields;
}

void Tails::start()
{
    std::lock_guard lock(m_mutex);
    m_stopping = false;
    if (!m_thread.joinable())
        m_thread = std::thread([this] { run(); });
}

void Tails::stop()
{
    {
        std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
    std::map<std::string, std::shared_ptr<Tail>> tails;
    {
        std::lock_guard lock(m_mutex);
        tails.swap(m_tails);
    }
    for (const auto &[id, tail] : tails)
        end(tail, { "cancelled", "the gateway stops" });
}

Expected<Done, ServiceFault> Tails::begin(const std::string &requestTopic, const std::string &id,
    const std::string &place, const rules::Filter &filter)
{
    auto tail = std::make_shared<Tail>();
    tail->topic = requestTopic;
    tail->id = id;
    tail->place = place;
    tail->filter = filter;
    {
        std::lock_guard lock(m_mutex);
        if (m_stopping || m_tails.size() >= maxTails)
            return unexpected(ServiceFault {
                "limit", "more than " + std::to_string(maxTails) + " tails at once" });
        if (id.empty() || m_tails.contains(id))
            return unexpected(
                ServiceFault { "invalid-argument", "a tail needs a request id of its own" });
    }
    auto tap =
        m_fabric.tap(place, [this, weak = std::weak_ptr<Tail>(tail)](const Message &message) {
            if (const auto held = weak.lock())
                collect(*held, message);
        });
    if (!tap)
        return unexpected(
            ServiceFault { tap.error().kind == FabricError::Kind::Limit ? "limit" : "not-found",
                tap.error().text });
    tail->tap = std::move(*tap);
    flush(tail); // the first part says that it works
    {
        std::lock_guard lock(m_mutex);
        m_tails.emplace(id, tail);
    }
    m_wake.notify_all();
    return Done {};
}

bool Tails::cancel(const std::string &id)
{
    std::shared_ptr<Tail> tail;
    {
        std::lock_guard lock(m_mutex);
        const auto found = m_tails.find(id);
        if (found == m_tails.end())
            return false;
        tail = std::move(found->second);
        m_tails.erase(found);
    }
    end(tail, { "cancelled", "cancelled" });
    return true;
}

void Tails::end(const std::shared_ptr<Tail> &tail, const ServiceFault &why)
{
    tail->tap.reset();
    m_respond(tail->topic, tail->id, errorAnswer(why));
}

void Tails::collect(Tail &tail, const Message &message)
{
    const bool matches = tail.filter.empty() || tail.filter.matches(MessageRow(message));
    const std::size_t bytes = cutAt(message.value);
    bool kept = false;
    {
        std::lock_guard lock(tail.mutex);
        ++tail.received;
        if (!matches) {
            ++tail.filtered;
        } else if (tail.waiting.size() >= maxWaiting || tail.waitingBytes >= maxWaitingBytes) {
            ++tail.dropped;
        } else {
            tail.waiting.push_back(describe(message, bytes));
            tail.waitingBytes += static_cast<std::int64_t>(bytes);
            kept = true;
        }
    }
    if (kept && bytes < message.value.size())
        remember(tail.place, message);
}

void Tails::remember(const std::string &place, const Message &message)
{
    const auto size = static_cast<std::int64_t>(message.value.size());
    if (size > m_options.ringBytes)
        return;
    std::lock_guard lock(m_ringMutex);
    m_ring.push_back({ place, describe(message, message.value.size()) });
    m_ringUsed += size;
    while (m_ringUsed > m_options.ringBytes) {
        m_ringUsed -= m_ring.front().message.size;
        m_ring.pop_front();
    }
}

std::optional<schema::FabricMessage> Tails::payload(
    const std::string &place, std::int64_t seq) const
{
    std::lock_guard lock(m_ringMutex);
    for (auto it = m_ring.rbegin(); it != m_ring.rend(); ++it)
        if (it->place == place && it->message.seq == seq)
            return it->message;
    return std::nullopt;
}

void Tails::flush(const std::shared_ptr<Tail> &tail)
{
    schema::FabricResponse part;
    const auto now = Clock::now();
    {
        std::lock_guard lock(tail->mutex);
        if (tail->received == tail->told && tail->waiting.empty()
            && now - tail->sent < m_options.heartbeat)
            return;
        part.messages.swap(tail->waiting);
        tail->waitingBytes = 0;
        part.received = tail->told = tail->received;
        part.filtered = tail->filtered;
        part.dropped = tail->dropped;
        tail->sent = now;
    }
    m_respond(tail->topic, tail->id, schema::encodeTail(part));
}

void Tails::run()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_stopping || !m_tails.empty(); });
        m_wake.wait_for(lock, m_options.interval, [this] { return m_stopping; });
        if (m_stopping)
            return;
        std::vector<std::shared_ptr<Tail>> tails;
        for (const auto &[id, tail] : m_tails)
            tails.push_back(tail);
        lock.unlock();
        for (const auto &tail : tails) {
            flush(tail);
            if (m_fabric.topicExists(tail->place) || m_fabric.queueExists(tail->place))
                continue;
            bool ours = false;
            {
                std::lock_guard again(m_mutex);
                ours = m_tails.erase(tail->id) > 0;
            }
            if (ours)
                end(tail, { "not-found", "'" + tail->place + "' is gone" });
        }
        lock.lock();
    }
}

} // namespace signalbox::gateway
