// SPDX-License-Identifier: GPL-3.0-only
// What a gateway keeps its tenants on: the same tests run on each.
#pragma once

#include "tests/integration/chat/desk.h"

namespace signalbox::integration {

enum class Ground { SqliteAndProcess, PostgresAndRedis };

/// The options of a gateway on an empty ground of that kind, `more` at their end. The servers are
/// started when first asked for and end with the program.
std::vector<std::string> emptyGround(Ground ground, const std::vector<std::string> &more = {});

class DeskOnGround : public Desk, public ::testing::WithParamInterface<Ground> {
protected:
    explicit DeskOnGround(const std::vector<std::string> &more = {})
        : Desk(emptyGround(GetParam(), more))
    {
    }
};

inline auto bothGrounds()
{
    return ::testing::Values(Ground::SqliteAndProcess, Ground::PostgresAndRedis);
}
std::string groundName(const ::testing::TestParamInfo<Ground> &info);

} // namespace signalbox::integration
