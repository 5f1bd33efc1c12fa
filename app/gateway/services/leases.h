// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/lease.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace signalbox::gateway {

/// Who may change something for a while (ARCHITECTURE.md, annex). Part of iam, kept in memory: a
/// restart ends all leases, which is the safe side. Bounded per user. Thread-safe.
class Leases {
public:
    using Clock = std::function<std::int64_t()>; ///< Unix milliseconds
    static constexpr std::size_t perUser = 16;

    explicit Leases(Clock clock);

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

    Clock m_clock;
    std::mutex m_mutex;
    std::map<std::string, schema::Lease> m_held; ///< by id
};

} // namespace signalbox::gateway
