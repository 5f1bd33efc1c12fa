// SPDX-License-Identifier: GPL-3.0-only
// The numbered files of resources/sql, embedded at build time.
#pragma once

#include <string>
#include <vector>

namespace signalbox::gateway {

struct Migration {
    int version = 0; ///< of the database once it is applied; 1, 2, 3 … without gaps
    std::string name;
    std::string sql; ///< statements, each ended by ';' at the end of a line
};

const std::vector<Migration> &migrations();

} // namespace signalbox::gateway
