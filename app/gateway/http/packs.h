// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::gateway {

struct Pack {
    std::string_view language; ///< en, de, zh-cn …
    std::string_view text; ///< JSON: a flat object of key and text
};

/// All packs; made from resources/i18n.
const std::vector<Pack> &packTexts();

/// The string pack of a language (TG §1.11): region tags are accepted, an unknown language is
/// answered in English. nullopt: not a language code (contains `/` or `..`).
std::optional<std::string> packOf(std::string_view language);

} // namespace signalbox::gateway
