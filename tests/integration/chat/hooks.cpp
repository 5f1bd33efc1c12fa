// SPDX-License-Identifier: GPL-3.0-only
#include "tests/integration/chat/hooks.h"

#include <ctime>
#include <openssl/hmac.h>

namespace signalbox::integration {

std::string hexHmac(const std::string &key, const std::string &text)
{
    unsigned char digest[32];
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), int(key.size()),
        reinterpret_cast<const unsigned char *>(text.data()), text.size(), digest, &size);
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        char pair[3];
        std::snprintf(pair, sizeof pair, "%02x", digest[i]);
        hex += pair;
    }
    return hex;
}

std::int64_t unixSeconds()
{
    return std::time(nullptr);
}

Json hookConfig(Json more)
{
    Json config { { "signing_secret", "abc" }, { "bot_token", "xoxb-of-a-test" } };
    config.update(more);
    return config;
}

support::HttpReply postHook(int port, const std::string &path, const std::string &header,
    const Json &event, const std::string &secret, std::int64_t at)
{
    const std::string body = event.dump();
    const std::string stamp = std::to_string(at);
    const bool slack = header == "Slack";
    return support::rawHttp(port,
        "POST /api/portal/webhooks/" + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-"
            + header + (slack ? "-Request-Timestamp: " : "-Timestamp: ") + stamp + "\r\nX-" + header
            + "-Signature: v0=" + hexHmac(secret, "v0:" + stamp + ":" + body)
            + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

} // namespace signalbox::integration
