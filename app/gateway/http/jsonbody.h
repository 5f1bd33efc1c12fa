// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::gateway {

/// A client's JSON. Discarded (`is_discarded()`) when it is not JSON, or nested deeper than 512
/// levels, which would exhaust the stack later on.
nlohmann::json parseBody(std::string_view text);

/// The workspace that a body asks for, "" when it names none (absent, null, empty); nullopt when
/// that is no text, so that nobody could say what to authorise: 400 `bad request` (TG §1.4).
std::optional<std::string> askedWorkspace(const nlohmann::json &body);
/// The workspace that an iam operation is about: of its user, its workspace record, or of itself
/// (TG §2.4).
std::optional<std::string> askedOfIam(const nlohmann::json &body);

} // namespace signalbox::gateway
