// SPDX-License-Identifier: GPL-3.0-only
// One blocking connection to Redis. Internal to this folder. Used by one thread at a time.
#pragma once

#include "app/gateway/cache/cache.h"

#include <hiredis/hiredis.h>

namespace signalbox::gateway {

struct RedisAddress {
    std::string host;
    int port = 6379;
    std::string user;
    std::string password;
    int database = 0;
};
Expected<RedisAddress, std::string> redisAddress(const std::string &url);

struct RedisFree {
    void operator()(redisContext *context) const { redisFree(context); }
    void operator()(redisReply *reply) const { freeReplyObject(reply); }
};
using RedisReply = std::unique_ptr<redisReply, RedisFree>;

class RedisConnection {
public:
    /// Signed in, in its database.
    static CacheResult<RedisConnection> open(const RedisAddress &address);

    /// Sends `command` and waits for its answer. An answer that is an error becomes one.
    CacheResult<RedisReply> ask(const std::vector<std::string> &command);
    /// The next answer to a command that was sent with send().
    CacheResult<RedisReply> answer();
    CacheResult<Done> send(const std::vector<std::string> &command);

    /// Idle and still there: nothing to read, no end.
    [[nodiscard]] bool isQuiet() const;
    [[nodiscard]] redisContext *context() const { return m_context.get(); }

private:
    explicit RedisConnection(redisContext *context)
        : m_context(context)
    {
    }
    [[nodiscard]] CacheError lost() const;

    std::unique_ptr<redisContext, RedisFree> m_context;
};

std::string textOf(const redisReply *reply);

} // namespace signalbox::gateway
