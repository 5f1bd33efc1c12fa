// SPDX-License-Identifier: GPL-3.0-only
// Keys of an issuer made at test time, and tokens signed with them: right ones and any wrong one.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace signalbox::support {

std::string toBase64Url(std::string_view bytes);

class IssuerKey {
public:
    static IssuerKey rsa(std::string kid, int bits = 2048);
    static IssuerKey ec(std::string kid, const char *curve = "P-256");
    static IssuerKey ed25519(std::string kid);

    /// As a JSON Web Key, public part only.
    [[nodiscard]] nlohmann::ordered_json jwk() const;
    [[nodiscard]] std::string publicPem() const;
    /// The signature of `text` by RS256, PS256, ES256 or EdDSA.
    [[nodiscard]] std::string sign(std::string_view algorithm, std::string_view text) const;
    /// A compact JWS; `header` is written as it is, signed by `algorithm`.
    [[nodiscard]] std::string token(const nlohmann::ordered_json &header,
        const nlohmann::ordered_json &claims, std::string_view algorithm) const;
    /// With the header that belongs to it.
    [[nodiscard]] std::string token(
        const nlohmann::ordered_json &claims, std::string_view algorithm) const;
    [[nodiscard]] const std::string &kid() const { return m_kid; }

private:
    std::string m_kid;
    std::shared_ptr<evp_pkey_st> m_key;
};

} // namespace signalbox::support
