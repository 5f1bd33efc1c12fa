// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/signin.h"

#include "models/schema/oidc.h"
#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const LoginRequest *)
{
    v("username", &LoginRequest::username, Always);
    v("password", &LoginRequest::password, Always);
}

template <class V> void members(V &v, const PasswordChange *)
{
    v("current_password", &PasswordChange::current, Always);
    v("new_password", &PasswordChange::next, Always);
}

SIGNALBOX_WIRE(LoginRequest)
SIGNALBOX_WIRE(PasswordChange)

std::optional<std::chrono::seconds> tokenLifetime(std::string_view token)
{
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos)
        return std::nullopt;
    const auto payload = fromBase64Url(token.substr(first + 1, second - first - 1));
    const auto claims = parseTree(payload.value_or(std::string()));
    if (!claims || !claims->is_object())
        return std::nullopt;
    const auto issued = claims->find("iat");
    const auto ends = claims->find("exp");
    if (issued == claims->end() || ends == claims->end() || !issued->is_number()
        || !ends->is_number())
        return std::nullopt;
    const auto seconds = ends->get<double>() - issued->get<double>();
    constexpr double longest = 10.0 * 365 * 24 * 3600;
    if (!(seconds > 0 && seconds <= longest))
        return std::nullopt;
    return std::chrono::seconds(std::int64_t(seconds));
}

} // namespace signalbox::schema
