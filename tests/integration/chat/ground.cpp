// SPDX-License-Identifier: GPL-3.0-only
#include "tests/integration/chat/ground.h"

#include "tests/support/serverprocess.h"

namespace signalbox::integration {

std::vector<std::string> emptyGround(Ground ground, const std::vector<std::string> &more)
{
    if (ground == Ground::SqliteAndProcess)
        return more;
    static support::PostgresServer postgres;
    static support::RedisServer redis;
    postgres.reset();
    redis.stop();
    redis.start();
    std::vector<std::string> options { "--store", postgres.appUrl(), "--store-owner",
        postgres.ownerUrl(), "--cache", redis.url() };
    options.insert(options.end(), more.begin(), more.end());
    return options;
}

std::string groundName(const ::testing::TestParamInfo<Ground> &info)
{
    return info.param == Ground::SqliteAndProcess ? "SqliteAndProcess" : "PostgresAndRedis";
}

} // namespace signalbox::integration
