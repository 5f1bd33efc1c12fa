// SPDX-License-Identifier: GPL-3.0-only
#include "tests/integration/chat/ground.h"

#include "tests/support/serverprocess.h"

namespace signalbox::integration {

std::vector<std::string> emptyGround(Ground ground)
{
    if (ground == Ground::SqliteAndProcess)
        return {};
    static support::PostgresServer postgres;
    static support::RedisServer redis;
    postgres.reset();
    redis.stop();
    redis.start();
    return { "--store", postgres.appUrl(), "--store-owner", postgres.ownerUrl(), "--cache",
        redis.url() };
}

std::string groundName(const ::testing::TestParamInfo<Ground> &info)
{
    return info.param == Ground::SqliteAndProcess ? "SqliteAndProcess" : "PostgresAndRedis";
}

} // namespace signalbox::integration
