// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/http/eventring.h"
#include "app/gateway/http/gatekeeper.h"
#include "models/schema/event.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace signalbox::gateway {

/// What one client may see and wants to see of a run of events, the queue rows of each workspace
/// gathered in one; rows that were replaced before they were sent are counted.
class EventView {
public:
    /// Who may see a tenant, besides administrators.
    using Members = std::map<std::string, std::set<std::string>>;
    EventView(const schema::Subscribe &wish, const Identity &who, const Members &members);

    void take(const EventRing::Record &record);
    [[nodiscard]] std::size_t rows() const { return m_rows; }
    [[nodiscard]] std::int64_t dropped() const { return m_dropped; }
    /// In the order of their numbers; a coalesced queue event has the number of its last part.
    std::vector<schema::Event> events();

private:
    struct Queues {
        std::int64_t seq = 0;
        std::int64_t tsMs = 0;
        std::vector<std::shared_ptr<const schema::QueueRow>> changed; ///< one per queue
        std::set<std::string> removed;
    };
    [[nodiscard]] bool wants(std::string_view kind) const;
    [[nodiscard]] bool sees(std::string_view capability, const std::string &workspace) const;
    void takeTenant(const EventRing::Record &record);
    void takeConfig(const schema::Event &event);
    void takeQueues(const EventRing::Record &record);
    void takeWhole(
        const EventRing::Record &record, std::string_view kind, std::string_view capability);

    const schema::Subscribe &m_wish;
    const Identity &m_who;
    const Members &m_members;
    std::vector<schema::Event> m_events;
    std::map<std::string, Queues> m_queues; ///< by workspace
    std::size_t m_rows = 0;
    std::int64_t m_dropped = 0;
};

} // namespace signalbox::gateway
