// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/cache/redislistener.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace signalbox::gateway {

namespace {

constexpr std::chrono::milliseconds reconnectInterval { 250 };

} // namespace

RedisListener::RedisListener(RedisAddress address)
    : m_address(std::move(address))
    , m_wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
}

RedisListener::~RedisListener()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_stopping = true;
    }
    wake();
    if (m_thread.joinable())
        m_thread.join();
    close(m_wake);
}

CacheResult<std::shared_ptr<Listening>> RedisListener::add(
    const std::string &channel, CacheListener listener)
{
    auto listening = std::make_shared<Listening>(std::move(listener));
    std::unique_lock lock(m_mutex);
    Channel &own = m_channels[channel];
    own.listening.push_back(listening);
    if (own.listening.size() == 1) {
        ++own.sent;
        m_waiting.push_back({ "SUBSCRIBE", channel });
    }
    if (!m_thread.joinable())
        m_thread = std::thread([this] { run(); });
    wake();
    const bool confirmed = m_confirmed.wait_for(lock, Cache::patience, [&] {
        const auto at = m_channels.find(channel);
        return at != m_channels.end() && at->second.sent > 0
            && at->second.sent == at->second.answered;
    });
    if (confirmed)
        return listening;
    lock.unlock();
    remove(channel, listening);
    return unexpected(
        CacheError { CacheError::Kind::Unavailable, "redis: no answer to a subscription" });
}

void RedisListener::remove(const std::string &channel, const std::shared_ptr<Listening> &listening)
{
    {
        const std::scoped_lock lock(m_mutex);
        const auto at = m_channels.find(channel);
        if (at != m_channels.end()) {
            Channel &own = at->second;
            std::erase(own.listening, listening);
            if (own.listening.empty()) {
                m_waiting.push_back({ "UNSUBSCRIBE", channel });
                if (own.sent == own.answered)
                    m_channels.erase(at);
            }
        }
    }
    wake();
    listening->end();
}

void RedisListener::wake() const
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(m_wake, &one, sizeof one);
}

void RedisListener::rest(std::chrono::milliseconds time) const
{
    pollfd watched { m_wake, POLLIN, 0 };
    poll(&watched, 1, static_cast<int>(time.count()));
}

void RedisListener::run()
{
    for (;;) {
        {
            const std::scoped_lock lock(m_mutex);
            if (m_stopping)
                return;
        }
        if (!m_connection && !connect())
            continue;
        converse();
    }
}

bool RedisListener::connect()
{
    auto opened = RedisConnection::open(m_address);
    if (!opened) {
        if (!std::exchange(m_told, true))
            spdlog::warn("cache: {}", opened.error().text);
        rest(reconnectInterval);
        std::uint64_t ignored = 0;
        [[maybe_unused]] const ssize_t taken = read(m_wake, &ignored, sizeof ignored);
        return false;
    }
    if (std::exchange(m_told, false))
        spdlog::info("cache: redis is there again");
    m_connection = std::make_unique<RedisConnection>(std::move(*opened));
    const std::scoped_lock lock(m_mutex);
    m_waiting.clear();
    std::erase_if(m_channels, [](const auto &entry) { return entry.second.listening.empty(); });
    for (auto &[name, channel] : m_channels) {
        channel.sent = 1;
        channel.answered = 0;
        m_waiting.push_back({ "SUBSCRIBE", name });
    }
    return true;
}

void RedisListener::converse()
{
    pollfd watched[2] = { { m_connection->context()->fd, POLLIN, 0 }, { m_wake, POLLIN, 0 } };
    bool good = sendWaiting();
    if (good) {
        poll(watched, 2, -1);
        if (watched[1].revents) {
            std::uint64_t ignored = 0;
            [[maybe_unused]] const ssize_t taken = read(m_wake, &ignored, sizeof ignored);
        }
        if (watched[0].revents)
            good = readAnswers();
    }
    if (good)
        return;
    m_connection.reset();
    const std::scoped_lock lock(m_mutex);
    for (auto &[name, channel] : m_channels) {
        channel.missed = channel.missed || channel.answered > 0;
        channel.answered = 0;
        channel.sent = 1;
    }
}

bool RedisListener::sendWaiting()
{
    std::deque<Words> waiting;
    {
        const std::scoped_lock lock(m_mutex);
        waiting.swap(m_waiting);
    }
    for (const Words &command : waiting)
        if (!m_connection->send(command))
            return false;
    for (int done = 0; done == 0;)
        if (redisBufferWrite(m_connection->context(), &done) != REDIS_OK)
            return false;
    return true;
}

bool RedisListener::readAnswers()
{
    if (redisBufferRead(m_connection->context()) != REDIS_OK)
        return false;
    for (;;) {
        void *raw = nullptr;
        if (redisReaderGetReply(m_connection->context()->reader, &raw) != REDIS_OK)
            return false;
        if (!raw)
            return true;
        const RedisReply reply(static_cast<redisReply *>(raw));
        handle(*reply);
    }
}

void RedisListener::handle(const redisReply &reply)
{
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements < 3)
        return;
    const std::string what = textOf(reply.element[0]);
    const std::string channel = textOf(reply.element[1]);
    if (what == "message")
        deliver(channel, textOf(reply.element[2]));
    else if (what == "subscribe")
        confirm(channel);
}

void RedisListener::confirm(const std::string &channel)
{
    std::vector<std::shared_ptr<Listening>> missed;
    {
        const std::scoped_lock lock(m_mutex);
        const auto at = m_channels.find(channel);
        if (at == m_channels.end())
            return;
        Channel &own = at->second;
        ++own.answered;
        if (own.sent == own.answered && std::exchange(own.missed, false))
            missed = own.listening;
        if (own.listening.empty() && own.sent == own.answered)
            m_channels.erase(at);
    }
    m_confirmed.notify_all();
    for (const auto &one : missed)
        one->tellGap();
}

void RedisListener::deliver(const std::string &channel, const std::string &text)
{
    std::vector<std::shared_ptr<Listening>> all;
    {
        const std::scoped_lock lock(m_mutex);
        const auto at = m_channels.find(channel);
        if (at != m_channels.end())
            all = at->second.listening;
    }
    for (const auto &one : all)
        one->tell(text);
}

} // namespace signalbox::gateway
