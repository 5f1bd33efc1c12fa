// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <string>
#include <string_view>

namespace signalbox {

/// The text with everything that may be a secret replaced by "•••", for logs and copies. Text in,
/// text out: it must work on half a frame, on JSON inside JSON strings (config values, TG §3) and
/// on no JSON at all.
///  - members whose name says so (password, secret, api key, authorization, token, jwt, credential
///  …), at any depth of quoting;
///    a list or object under such a name goes as a whole, except the records of API keys;
///  - tg_… keys anywhere, JWTs, `Bearer …`, and such names in query strings.
std::string masked(std::string_view text);

} // namespace signalbox
