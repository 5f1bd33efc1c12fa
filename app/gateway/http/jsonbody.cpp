// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/jsonbody.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

constexpr int maxDepth = 512;

/// Looks at brackets outside strings only; whether it is JSON is for the parser to say.
bool tooDeep(std::string_view text)
{
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > maxDepth)
                return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

} // namespace

nlohmann::json parseBody(std::string_view text)
{
    if (tooDeep(text))
        return nlohmann::json(nlohmann::json::value_t::discarded);
    return nlohmann::json::parse(text, nullptr, false);
}

} // namespace signalbox::gateway
