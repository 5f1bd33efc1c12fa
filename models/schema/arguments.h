// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/codec.h"

namespace signalbox::schema {

/// One argument of a tool call, for people.
struct ArgumentRow {
    std::string name;
    std::string json; ///< `"7731"`
    std::string plain; ///< `7731`: a string without its quotes, all else as JSON
    bool operator==(const ArgumentRow &) const = default;
};

/// The members of a JSON object, in its order; nothing when it is none.
std::vector<ArgumentRow> argumentRows(std::string_view json);

} // namespace signalbox::schema
