// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/fabric/requester.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace signalbox::gateway {

/// Requests to services over the fabric, without blocking. One requester per pair of topics, made
/// on first use, dropped when idle or when its topic went away. Thread-safe. Callbacks run on
/// fabric or timer threads.
class FabricCalls {
public:
    using Part = std::function<void(const Message &)>;
    using DoneFn = std::function<void(FabricResult<Message>)>;
    struct Ticket {
        std::shared_ptr<Requester> requester;
        std::string id;
    };
    struct Ask {
        RequestTopics topics;
        std::string value;
        std::chrono::milliseconds timeout { 600000 };
        bool ownRequester = false; ///< for topics that come and go with a flow
    };

    explicit FabricCalls(Backend &fabric);
    ~FabricCalls();
    FabricCalls(const FabricCalls &) = delete;
    FabricCalls &operator=(const FabricCalls &) = delete;

    /// `done` is called exactly once, perhaps before this returns.
    Ticket ask(Ask ask, Recipient last, Part part, DoneFn done);
    Ticket ask(Ask ask, DoneFn done);
    static void cancel(const Ticket &ticket);
    /// Ends what waits too long and drops idle requesters; about ten times a second.
    void tick(std::chrono::steady_clock::time_point now);
    [[nodiscard]] std::size_t inFlight() const;

    /// `request:tg:<service>[:<workspace>]` and its response (TG §0).
    static RequestTopics serviceTopics(std::string_view service, std::string_view workspace = {});
    /// Asks config for the record of a flow.
    static Ask flowRecord(const std::string &workspace, const std::string &flow);

private:
    struct Held {
        std::shared_ptr<Requester> requester;
        std::chrono::steady_clock::time_point lastUse;
    };
    std::shared_ptr<Requester> requesterFor(const Ask &ask);
    void forget(const std::string &topic);

    Backend &m_fabric;
    mutable std::mutex m_mutex;
    std::map<std::string, Held> m_shared; ///< by request topic
    std::vector<std::shared_ptr<Requester>> m_own;
    std::vector<std::shared_ptr<Requester>>
        m_leaving; ///< never destroyed inside their own callback
};

} // namespace signalbox::gateway
