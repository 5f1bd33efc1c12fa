// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/store/store.h"
#include "models/schema/lease.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace signalbox::gateway {

/// Who may change something for a while (ARCHITECTURE.md, annex). Part of iam. What was given,
/// renewed or ended is in the store before it is answered, so that no restart gives or takes a
/// lease. Bounded per user. Thread-safe.
class Leases {
public:
    using Clock = std::function<std::int64_t()>; ///< Unix milliseconds
    static constexpr std::size_t perUser = 16;

    Leases(Clock clock, IamStore &store);

    /// Takes up what ran when the last process ended. Without the store nothing is taken up.
    StoreResult<Done> restore();

    static bool knows(std::string_view operation);
    /// The answer to one of its operations: JSON text, perhaps an error.
    std::string handle(std::string_view operation, std::string_view body);
    /// Those that still run, of one user; "" = of all.
    [[nodiscard]] std::vector<schema::Lease> of(const std::string &user);

private:
    std::string take(const schema::LeaseRequest &request);
    std::string renew(const schema::LeaseRequest &request);
    std::string end(const schema::LeaseRequest &request, bool anybodys);
    std::string list(const std::string &user);
    void drop(); ///< what has run out; holds the lock already
    StoreResult<Done> keep(const schema::Lease &lease);

    Clock m_clock;
    IamStore &m_store;
    std::mutex m_mutex;
    std::map<std::string, schema::Lease> m_held; ///< by id
};

} // namespace signalbox::gateway
