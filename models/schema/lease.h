// SPDX-License-Identifier: GPL-3.0-only
// Leases of writing, an extension of ours (ARCHITECTURE.md, annex).
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

/// The right to change something for a while. Times are the server's, Unix milliseconds.
struct Lease {
    std::string id;
    std::string user; ///< id of who holds it
    std::string workspace; ///< "" = all of them, and what belongs to none
    std::vector<std::string> scopes; ///< names of rules/lease.h
    std::int64_t minutes = 0; ///< as asked for
    std::string reason;
    std::int64_t takenMs = 0;
    std::int64_t expiresMs = 0;
    bool operator==(const Lease &) const = default;
};

/// `take-lease`, `renew-lease`, `end-lease`, `list-my-leases`, `list-leases`, `revoke-lease` of
/// iam.
struct LeaseRequest {
    std::string operation;
    std::string actor; ///< set by the gateway, never by a client
    std::optional<Lease> lease; ///< take: all but id and times; renew: id, minutes; end: id
    bool operator==(const LeaseRequest &) const = default;
};

struct LeaseResponse {
    std::optional<Lease> lease;
    std::vector<Lease> leases;
    std::int64_t nowMs = 0; ///< the server's clock, so that nobody counts by another one
    bool operator==(const LeaseResponse &) const = default;
};

} // namespace signalbox::schema
