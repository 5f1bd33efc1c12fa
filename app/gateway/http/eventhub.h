// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/fabric/fabric.h"
#include "app/gateway/http/eventring.h"
#include "app/gateway/http/gatekeeper.h"
#include "app/gateway/http/limits.h"
#include "models/schema/event.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>

namespace signalbox::gateway {

/// All events of the platform, numbered, in one ring of fixed size. Clients hold no queue of their
/// own: each has a place in the ring and draws from it as fast as it reads. What was replaced
/// meanwhile is coalesced and counted. Thread-safe.
class EventHub {
public:
    using Processors = std::function<std::vector<schema::ProcessorRow>()>;
    /// A client's place in the ring and what it wants.
    struct Place {
        schema::Subscribe wish;
        std::int64_t next = 0;
        std::int64_t dropped = 0; ///< queue rows replaced before they were sent
        std::chrono::steady_clock::time_point drawn; ///< when last
        /// Up to this number an earlier subscription of the same client held counts back by its
        /// wish.
        std::int64_t heldTo = 0;
    };

    EventHub(Backend &fabric, const HttpLimits &limits);
    ~EventHub();
    EventHub(const EventHub &) = delete;
    EventHub &operator=(const EventHub &) = delete;

    void setProcessors(Processors processors); ///< before start()
    FabricResult<Done> start(); ///< follows `notify:tg:flow`
    void stop();
    void publishConfig(const schema::ConfigNotice &notice);
    /// What a graceful stop could not drain, as the last word before the sockets close.
    void publishLost(const std::string &workspace, const schema::Members<std::int64_t> &queues);
    /// About ten times a second: queue changes; once a second: processor rows that changed.
    void tick(std::chrono::steady_clock::time_point now);

    /// Number of the last event. Starts at the Unix time in ms, so that it never repeats over a
    /// restart.
    [[nodiscard]] std::int64_t sequence() const;
    [[nodiscard]] Place placeFor(const schema::Subscribe &wish) const;
    /// Whether the place has something to draw now: a wish for an interval holds counts back until
    /// it is over, but neither configuration nor flow events, and not so long that the ring runs
    /// over.
    [[nodiscard]] bool due(const Place &place, std::chrono::steady_clock::time_point now) const;
    /// Moves the place on and returns the frames for it; empty when it has caught up. One call
    /// yields at most about a thousand rows.
    std::vector<std::string> draw(Place &place, const Identity &who) const;

    int addListener(std::function<void()> wake);
    void removeListener(int listener);

private:
    struct Flows;
    void publish(schema::Event event);
    FabricResult<Done> followTenants();
    void takeTenant(const Message &message);
    void wakeAll();
    void publishQueues();
    void publishProcessors();

    Backend &m_fabric;
    HttpLimits m_limits;
    Processors m_processors;
    mutable std::mutex m_mutex;
    EventRing m_ring;
    std::map<std::string, std::set<std::string>> m_members; ///< of tenants, as last told
    std::map<int, std::function<void()>> m_listeners;
    int m_lastListener = 0;
    std::mutex m_polling;
    std::uint64_t m_mark = 0;
    std::map<std::string, std::vector<schema::ProcessorRow>> m_lastProcessors; ///< by workspace
    std::chrono::steady_clock::time_point m_sampledAt;
    std::shared_ptr<Flows> m_flows;
};

} // namespace signalbox::gateway
