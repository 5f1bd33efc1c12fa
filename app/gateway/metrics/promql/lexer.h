// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/expected.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::gateway::promql {

/// Why a query is refused. `text` begins with `line:column: `, as Prometheus has it.
struct QueryFault {
    std::size_t position = 0; ///< byte in the query
    std::string text;
};

/// The fault with its place worked out from the query.
QueryFault faultAt(std::string_view query, std::size_t position, std::string_view what);

struct Token {
    enum class Kind { End, Word, Number, Duration, Text, Sign };
    Kind kind = Kind::End;
    std::size_t position = 0;
    std::string text; ///< word, sign as written; the value of a text
    double number = 0;
    std::int64_t durationMs = 0;
};

inline constexpr std::size_t maxQueryBytes = 16 * 1024;

/// The last token is End. Comments (`# …`) are skipped.
Expected<std::vector<Token>, QueryFault> tokensOf(std::string_view query);

/// `5m`, `1h30m`: positive, units ms s m h d w y in descending order, each once. nullopt when it is
/// none.
bool durationOf(std::string_view text, std::int64_t &milliseconds);

} // namespace signalbox::gateway::promql
