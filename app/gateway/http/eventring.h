// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/event.h"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace signalbox::gateway {

/// The latest events, consecutively numbered. Queue and processor rows are absolute values, so only
/// the last one of each is held, where it was published; how many were taken out of an event stays
/// with it. A place far back therefore costs no more memory than one nearby. Not thread-safe.
class EventRing {
public:
    struct Record {
        std::int64_t seq = 0;
        std::int64_t tsMs = 0;
        std::string workspace;
        std::string tenant;
        std::shared_ptr<const schema::Event> event; ///< null: queue rows only, or replaced
        std::vector<std::shared_ptr<const schema::QueueRow>> queues;
        std::int64_t replaced = 0; ///< queue rows that a later event replaced or removed
    };

    /// At most `maxEvents`, and at most `maxRows` rows of what is not replaced by later values.
    EventRing(std::size_t maxEvents, std::size_t maxRows, std::int64_t last);
    void push(schema::Event event, std::int64_t tsMs);
    [[nodiscard]] std::int64_t first() const { return m_last - std::int64_t(m_records.size()) + 1; }
    [[nodiscard]] std::int64_t last() const { return m_last; }
    [[nodiscard]] const Record &at(std::int64_t seq) const
    {
        return m_records[static_cast<std::size_t>(seq - first())];
    }
    /// Of a queue that was published and not removed since, also when its row has left the ring.
    [[nodiscard]] std::string workspaceOf(const std::string &queue) const;

private:
    struct Held {
        std::string workspace;
        std::int64_t seq = 0;
        std::size_t index = 0; ///< in the record's rows
    };
    Record *recordOf(std::int64_t seq);
    void takeOut(const Held &held);
    void dropFirst();

    const std::size_t m_maxEvents;
    const std::size_t m_maxRows;
    std::deque<Record> m_records;
    std::size_t m_rows = 0;
    std::int64_t m_last = 0;
    std::map<std::string, Held> m_queues;
    std::map<std::string, std::int64_t> m_processors; ///< workspace → number of its last event
};

} // namespace signalbox::gateway
