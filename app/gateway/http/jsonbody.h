// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace signalbox::gateway {

/// A client's JSON. Discarded (`is_discarded()`) when it is not JSON, or nested deeper than 512
/// levels, which would exhaust the stack later on.
nlohmann::json parseBody(std::string_view text);

} // namespace signalbox::gateway
