// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/issuertoken.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace signalbox::gateway {

/// The keys of one OpenID provider and the tokens that they vouch for. A thread of its own reads
/// discovery document and keys: at start, every `keyAge`, and when a token names a key that is not
/// known, at most `keyBurst` times and then once per `keyPause`. What it reads replaces what was
/// known, so a withdrawn key ends with the next reading. While the issuer cannot be reached the
/// last keys stand for `keyLife`. Thread-safe.
class OidcIssuer {
public:
    explicit OidcIssuer(OidcOptions options); ///< with a `fetch`
    ~OidcIssuer(); ///< stops
    OidcIssuer(const OidcIssuer &) = delete;
    OidcIssuer &operator=(const OidcIssuer &) = delete;

    void start();
    void stop(); ///< who waits in afterReading() is forgotten

    /// Does the token say that it comes from this issuer? Nothing is checked.
    [[nodiscard]] bool claims(std::string_view token) const;
    /// `now` in seconds since 1970. A refusal is logged, at most one line a second.
    Expected<IssuedIdentity, TokenRefusal> check(std::string_view token, std::int64_t now);
    /// Calls `then` on the issuer's thread when the keys have been read (or could not be), however
    /// that was brought about. False, and never called: they may not be read again yet, or too many
    /// wait already.
    bool afterReading(std::function<void()> then);
    [[nodiscard]] const OidcOptions &options() const { return m_options; }

private:
    using Clock = std::chrono::steady_clock;
    void run();
    Expected<std::vector<PublicKey>, std::string> readKeys();
    void take(Expected<std::vector<PublicKey>, std::string> keys);
    bool mayRead(); ///< m_mutex is held; takes one of the readings
    void note(const TokenRefusal &refusal);
    std::shared_ptr<const std::vector<PublicKey>> keys();

    const OidcOptions m_options;
    std::stop_source m_stop;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::shared_ptr<const std::vector<PublicKey>> m_keys;
    Clock::time_point m_read; ///< when m_keys were read
    std::vector<std::function<void()>> m_waiting;
    bool m_reading = true; ///< the first reading comes with the start
    bool m_wanted = false;
    double m_allowed; ///< readings that unknown keys may bring about
    Clock::time_point m_allowedAt;
    Clock::time_point m_noted;
    std::int64_t m_unnoted = 0;
    bool m_failed = false;
    std::thread m_thread;
};

} // namespace signalbox::gateway
