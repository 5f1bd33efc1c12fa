// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <optional>
#include <string_view>

namespace signalbox::gateway::demo {

/// Text of a file below resources/demo that was built into the program, e.g.
/// `blueprints/full-line.json`.
std::optional<std::string_view> resource(std::string_view path);

} // namespace signalbox::gateway::demo
