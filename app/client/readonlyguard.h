// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/stores/leasestore.h"

#include <atomic>

namespace signalbox {

/// Lets only reads through while it is closed; an unknown operation counts as a write. What it
/// refuses never reaches the gateway below. Also refuses a request whose body names another
/// operation than the request does, so that a write cannot travel under the name of a read. Where a
/// lease is needed, what the one that is held covers passes until it ends.
class ReadOnlyGuard : public Gateway {
public:
    explicit ReadOnlyGuard(std::shared_ptr<Gateway> below);
    enum class Mode { Open, NeedsLease, Closed };

    void setReadOnly(bool readOnly) { m_mode = readOnly ? Mode::Closed : Mode::Open; }
    void setMode(Mode mode) { m_mode = mode; }
    /// A past instant is shown: whoever presses a button there means another world than the one
    /// that would change.
    void setReplay(bool replay) { m_replay = replay; }
    /// What may pass although a lease is needed, and until when; nullopt: nothing. The time is
    /// looked at with every request, so that no late timer lets one through. GUI thread.
    void setLease(const std::optional<schema::Lease> &lease, const LeaseEnd &end);
    /// The workspace that a request without one is about.
    void setDefaultWorkspace(std::string workspace) { m_workspace = std::move(workspace); }
    /// Why the request may not go out now.
    [[nodiscard]] std::optional<GatewayError> refusal(const Request &request) const;
    QFuture<Reply> request(Request request) override;
    std::unique_ptr<Subscription> stream(Request request) override;

private:
    [[nodiscard]] bool leased(const rules::Change &change) const;
    [[nodiscard]] std::optional<GatewayError> inReplay(const rules::Change &change) const;

    std::shared_ptr<Gateway> m_below;
    std::atomic<Mode> m_mode { Mode::Closed };
    std::atomic<bool> m_replay { false };
    std::optional<schema::Lease> m_lease;
    LeaseEnd m_end;
    std::string m_workspace;
};

} // namespace signalbox
