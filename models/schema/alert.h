// SPDX-License-Identifier: GPL-3.0-only
// What the console keeps about alerts in its profile, and what its webhook posts. Never secrets.
// Times are Unix milliseconds by our own clock.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

/// A limit that a person set for a part of the platform (rules/alert.h).
struct AlertRuleRecord {
    std::string kind; ///< worker-dead no-consumer …
    std::string workspace; ///< "" any
    std::string flow; ///< "" any
    bool on = true;
    double limit = 1;
    std::int64_t forMs = 0;
    double clearShare = 1;
    std::int64_t clearMs = 0;
    Rest rest;
    bool operator==(const AlertRuleRecord &) const = default;
};

/// Nobody is called for it until then. Of one connection.
struct AlertMute {
    std::string connection;
    std::string id;
    std::int64_t untilMs = 0;
    Rest rest;
    bool operator==(const AlertMute &) const = default;
};

struct AlertSettings {
    std::vector<AlertRuleRecord> rules;
    std::vector<AlertMute> mutes;
    bool desktop = false; ///< notifications of the desktop
    std::string webhook; ///< read from older files only: an address may hold a secret
    bool webhookKept = false; ///< there is one, in the keychain
    Rest rest;
    bool operator==(const AlertSettings &) const = default;
};

/// One line of the history, and the body of a webhook's POST.
struct AlertEvent {
    std::string event; ///< raised ended acknowledged muted unmuted
    std::string id;
    std::string kind;
    std::string subject; ///< queue, processor or flow
    std::string workspace;
    std::string flow;
    std::string severity; ///< danger caution
    std::string text; ///< one sentence for people
    std::optional<double> value;
    std::optional<double> limit;
    std::string note; ///< of the person who acknowledged it
    std::string user;
    std::string connection;
    std::string environment;
    std::int64_t atMs = 0;
    std::int64_t untilMs = 0; ///< muted
    std::int64_t grouped = 0; ///< alerts that it explained when it ended
    bool operator==(const AlertEvent &) const = default;
};

} // namespace signalbox::schema
