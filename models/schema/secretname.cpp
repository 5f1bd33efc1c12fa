// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/secretname.h"

#include <algorithm>
#include <array>
#include <string>

namespace signalbox::schema {

bool namesSecret(std::string_view name)
{
    std::string plain;
    for (const char c : name) {
        const bool capital = c >= 'A' && c <= 'Z';
        if (capital || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            plain += capital ? static_cast<char>(c - 'A' + 'a') : c;
    }
    static constexpr std::array<std::string_view, 7> facts { "expires", "available", "state", "id",
        "count", "prefix", "tokens" };
    if (std::any_of(facts.begin(), facts.end(),
            [&](std::string_view tail) { return plain.ends_with(tail); }))
        return false;
    static constexpr std::array<std::string_view, 11> parts { "password", "passwd", "passphrase",
        "secret", "apikey", "authorization", "credential", "privatekey", "accesskey", "signingkey",
        "jwt" };
    return plain.ends_with("token")
        || std::any_of(parts.begin(), parts.end(),
            [&](std::string_view part) { return plain.find(part) != std::string::npos; });
}

} // namespace signalbox::schema
