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

std::optional<std::string> stringIn(const nlohmann::json &object, const char *name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    if (!object.is_object() || found == object.end() || found->is_null())
        return std::string();
    return found->is_string() ? std::optional(found->get<std::string>()) : std::nullopt;
}

} // namespace

nlohmann::json parseBody(std::string_view text)
{
    if (tooDeep(text))
        return nlohmann::json(nlohmann::json::value_t::discarded);
    return nlohmann::json::parse(text, nullptr, false);
}

std::optional<std::string> askedWorkspace(const nlohmann::json &body)
{
    return stringIn(body, "workspace");
}

std::optional<std::string> askedOfIam(const nlohmann::json &body)
{
    const auto inner = [&body](const char *object, const char *name) {
        return body.is_object() && body.contains(object) ? stringIn(body[object], name)
                                                         : std::optional(std::string());
    };
    // The first that is named decides; what stands behind it is not looked at, as at the real one.
    auto named = inner("user", "workspace");
    if (named && named->empty())
        named = inner("workspace_record", "id");
    if (named && named->empty())
        named = askedWorkspace(body);
    return named;
}

} // namespace signalbox::gateway
