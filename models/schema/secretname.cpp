// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/secretname.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace signalbox::schema {

bool namesSecret(std::string_view name)
{
    std::string plain;
    for (char c : name)
        if (std::isalnum(static_cast<unsigned char>(c)))
            plain += char(std::tolower(static_cast<unsigned char>(c)));
    static constexpr std::array facts { "expires", "available", "state", "id", "count", "prefix",
        "tokens" };
    if (std::any_of(
            facts.begin(), facts.end(), [&](const char *tail) { return plain.ends_with(tail); }))
        return false;
    static constexpr std::array parts { "password", "passwd", "passphrase", "secret", "apikey",
        "authorization", "credential", "privatekey", "accesskey", "signingkey", "jwt" };
    return plain.ends_with("token")
        || std::any_of(parts.begin(), parts.end(),
            [&](const char *part) { return plain.find(part) != std::string::npos; });
}

} // namespace signalbox::schema
