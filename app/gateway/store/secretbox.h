// SPDX-License-Identifier: GPL-3.0-only
// Secrets of tenants at rest: AES-256-GCM with keys from a file, so that who gets hold of the
// database alone has none of them (annex).
#pragma once

#include "app/gateway/store/store.h"

namespace signalbox::gateway {

/// What it seals names the key that it was sealed with, so that keys can follow each other; `about`
/// is sealed with it, so that a row's secret cannot be put into another row. Never changes once it
/// is made: calls from any thread. Errors say what is wrong, never a secret.
class SecretBox {
public:
    /// With a key that is forgotten with it (tests).
    static SecretBox forgotten();
    /// The keys of a file, one a line, 64 hexadecimal digits; the first one seals, all open. Lines
    /// that begin with '#' are comments. NotFound: there is no such file.
    static StoreResult<SecretBox> read(const std::string &file);
    /// Makes the file with a new key, for its owner alone. One that is there stays as it is.
    static StoreResult<Done> make(const std::string &file);

    [[nodiscard]] const std::string &key() const; ///< id of the one that seals
    [[nodiscard]] bool holds(const std::string &id) const;
    [[nodiscard]] StoreResult<std::string> seal(
        const std::string &plain, const std::string &about) const;
    [[nodiscard]] StoreResult<std::string> open(
        const std::string &sealed, const std::string &about) const;

    static bool isSealed(const std::string &text);
    /// Id of the key of a sealed text, "" of any other.
    static std::string keyOf(const std::string &sealed);

private:
    struct Key {
        std::string id; ///< the beginning of a hash: tells nothing of the key
        std::string bytes; ///< 32
    };
    explicit SecretBox(std::vector<Key> keys)
        : m_keys(std::move(keys))
    {
    }
    static Key keyFrom(std::string bytes);

    std::vector<Key> m_keys; ///< one at least
};

} // namespace signalbox::gateway
