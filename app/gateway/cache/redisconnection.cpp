// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/cache/redisconnection.h"

#include <charconv>
#include <poll.h>

namespace signalbox::gateway {

namespace {

constexpr std::string_view scheme = "redis://";

/// False when it is no number in that range.
bool readNumber(std::string_view text, int least, int most, int &out)
{
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
    return fault == std::errc() && end == text.data() + text.size() && out >= least && out <= most;
}

std::string withoutPercent(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        int code = 0;
        const bool escaped = text[i] == '%' && i + 2 < text.size()
            && std::from_chars(text.data() + i + 1, text.data() + i + 3, code, 16).ptr
                == text.data() + i + 3;
        out += escaped ? static_cast<char>(code) : text[i];
        i += escaped ? 2 : 0;
    }
    return out;
}

timeval patienceAsTimeval()
{
    const auto ms = Cache::patience.count();
    return { ms / 1000, (ms % 1000) * 1000 };
}

CacheError replyError(const std::string &text)
{
    CacheError error { CacheError::Kind::Unavailable, "redis: " + text };
    if (text.starts_with("WRONGTYPE"))
        error.kind = CacheError::Kind::WrongType;
    else if (text.starts_with("OOM"))
        error.kind = CacheError::Kind::Limit;
    else if (text.starts_with("ERR"))
        error.kind = CacheError::Kind::Invalid;
    return error;
}

} // namespace

Expected<RedisAddress, std::string> redisAddress(const std::string &url)
{
    if (!url.starts_with(scheme))
        return unexpected(std::string("not redis://[user:password@]host[:port][/number]"));
    std::string_view rest = std::string_view(url).substr(scheme.size());
    RedisAddress address;
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        const std::string_view who = rest.substr(0, at);
        const auto colon = who.find(':');
        address.user = withoutPercent(who.substr(0, colon));
        if (colon != std::string_view::npos)
            address.password = withoutPercent(who.substr(colon + 1));
        rest.remove_prefix(at + 1);
    }
    if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
        const std::string_view number = rest.substr(slash + 1);
        if (!number.empty() && !readNumber(number, 0, 100000, address.database))
            return unexpected(std::string("the database after '/' is no number"));
        rest = rest.substr(0, slash);
    }
    const auto colon = rest.rfind(':');
    if (colon != std::string_view::npos && !rest.ends_with(']')) {
        if (!readNumber(rest.substr(colon + 1), 1, 65535, address.port))
            return unexpected(std::string("the port is no number from 1 to 65535"));
        rest = rest.substr(0, colon);
    }
    if (rest.starts_with('[') && rest.ends_with(']'))
        rest = rest.substr(1, rest.size() - 2);
    address.host = rest;
    if (address.host.empty())
        return unexpected(std::string("no host"));
    return address;
}

std::string redisUrlFault(const std::string &url)
{
    const auto address = redisAddress(url);
    return address ? std::string() : address.error();
}

std::string textOf(const redisReply *reply)
{
    return reply && reply->str ? std::string(reply->str, reply->len) : std::string();
}

CacheResult<RedisConnection> RedisConnection::open(const RedisAddress &address)
{
    RedisConnection connection(
        redisConnectWithTimeout(address.host.c_str(), address.port, patienceAsTimeval()));
    if (!connection.m_context)
        return unexpected(CacheError { CacheError::Kind::Unavailable, "redis: no memory" });
    if (connection.m_context->err)
        return unexpected(connection.lost());
    redisSetTimeout(connection.m_context.get(), patienceAsTimeval());
    redisEnableKeepAlive(connection.m_context.get());
    if (!address.password.empty()) {
        std::vector<std::string> command { "AUTH" };
        if (!address.user.empty())
            command.push_back(address.user);
        command.push_back(address.password);
        if (auto signedIn = connection.ask(command); !signedIn)
            return unexpected(signedIn.error());
    }
    if (auto chosen = connection.ask({ "SELECT", std::to_string(address.database) }); !chosen)
        return unexpected(chosen.error());
    return connection;
}

CacheError RedisConnection::lost() const
{
    return { CacheError::Kind::Unavailable, std::string("redis: ") + m_context->errstr };
}

CacheResult<Done> RedisConnection::send(const std::vector<std::string> &command)
{
    std::vector<const char *> texts;
    std::vector<std::size_t> sizes;
    for (const std::string &word : command) {
        texts.push_back(word.data());
        sizes.push_back(word.size());
    }
    if (redisAppendCommandArgv(
            m_context.get(), static_cast<int>(command.size()), texts.data(), sizes.data())
        != REDIS_OK)
        return unexpected(lost());
    return Done {};
}

CacheResult<RedisReply> RedisConnection::answer()
{
    void *raw = nullptr;
    if (redisGetReply(m_context.get(), &raw) != REDIS_OK)
        return unexpected(lost());
    RedisReply reply(static_cast<redisReply *>(raw));
    if (reply->type == REDIS_REPLY_ERROR)
        return unexpected(replyError(textOf(reply.get())));
    return reply;
}

CacheResult<RedisReply> RedisConnection::ask(const std::vector<std::string> &command)
{
    if (const auto sent = send(command); !sent)
        return unexpected(sent.error());
    return answer();
}

bool RedisConnection::isQuiet() const
{
    pollfd watched { m_context->fd, POLLIN, 0 };
    return m_context->err == 0 && poll(&watched, 1, 0) == 0;
}

} // namespace signalbox::gateway
