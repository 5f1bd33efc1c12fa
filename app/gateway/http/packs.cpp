// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/packs.h"

#include <algorithm>
#include <array>
#include <utility>

namespace signalbox::gateway {

// Made from resources/i18n by CMake.
extern const char *const packEn;
extern const char *const packDe;

namespace {
const std::array<std::pair<std::string_view, const char *const *>, 2> packs { {
    { "en", &packEn },
    { "de", &packDe },
} };
} // namespace

std::optional<std::string> packOf(std::string_view language)
{
    if (language.find('/') != std::string_view::npos
        || language.find("..") != std::string_view::npos)
        return std::nullopt;
    std::string code(language.substr(0, language.find_first_of("-_")));
    std::transform(code.begin(), code.end(), code.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    for (const auto &[name, pack] : packs)
        if (name == code)
            return *pack;
    return packEn;
}

} // namespace signalbox::gateway
