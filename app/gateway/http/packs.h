// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::gateway {

/// The string pack of a language (TG §1.11): region tags are accepted, an unknown language is
/// answered in English. nullopt: not a language code (contains `/` or `..`).
std::optional<std::string> packOf(std::string_view language);

} // namespace signalbox::gateway
