// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/oidc.h"

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace signalbox::gateway {

/// A key of an issuer, ready to check signatures of RS256, PS256, ES256 and EdDSA (Ed25519).
/// Immutable, thread-safe; copies share the key.
class PublicKey {
public:
    /// The error says what is wrong with the key: a type or curve that is not supported, RSA below
    /// 2048 bits, a point off the curve, meant for encryption.
    static Expected<PublicKey, std::string> from(const schema::JsonWebKey &key);
    /// False for every algorithm that the key's type or its own `alg` does not fit: the token does
    /// not choose how a key is used.
    [[nodiscard]] bool fits(std::string_view algorithm) const;
    [[nodiscard]] bool verifies(
        std::string_view algorithm, std::string_view covered, std::string_view signature) const;
    [[nodiscard]] const std::string &id() const { return m_id; }

private:
    PublicKey() = default;
    std::shared_ptr<evp_pkey_st> m_key;
    std::string m_id;
    std::string m_type;
    std::string m_algorithm; ///< "" = any that fits the type
};

} // namespace signalbox::gateway
