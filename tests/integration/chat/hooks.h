// SPDX-License-Identifier: GPL-3.0-only
// What a channel sends in, signed.
#pragma once

#include "tests/integration/chat/desk.h"

#include <cstdint>
#include <string>

namespace signalbox::integration {

/// HMAC-SHA-256 in lower case.
std::string hexHmac(const std::string &key, const std::string &text);
std::int64_t unixSeconds();

/// The settings of a connection whose webhooks are signed with "abc".
Json hookConfig(Json more = Json::object());

/// POST to `webhooks/path`, `header` Slack or Signalbox, signed at that time.
support::HttpReply postHook(int port, const std::string &path, const std::string &header,
    const Json &event, const std::string &secret = "abc", std::int64_t at = unixSeconds());

} // namespace signalbox::integration
