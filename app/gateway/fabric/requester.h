// SPDX-License-Identifier: GPL-3.0-only
// Request/response over the fabric, contract signalbox-gateway §3.
#pragma once

#include "app/gateway/fabric/fabric.h"

namespace signalbox::gateway {

/// Asked after each part: was that the last?
using Recipient = std::function<bool(const Message &part)>;

struct RequestTopics {
    std::string request;
    std::string response;
};

/// Blocking. New UUID, subscribe to the response topic first (as `subscription`), send with
/// property `id`, wait at most `timeout` per awaited part, unsubscribe on every path. Without a
/// recipient the first answer is the result.
FabricResult<Message> request(Backend &fabric, const RequestTopics &topics,
    const std::string &subscription, std::string value,
    std::chrono::milliseconds timeout = std::chrono::seconds(300), const Recipient &recipient = {});

/// Not blocking, for the HTTP side: one response consumer per requester, many requests in flight,
/// matched by `id`. `done` is called exactly once per request with the final part or an error,
/// `part` before it for each earlier part; both on the fabric's or the timer thread, outside all
/// locks.
class Requester {
public:
    using Part = std::function<void(const Message &)>;
    using DoneFn = std::function<void(FabricResult<Message>)>;
    Requester(
        Backend &fabric, RequestTopics topics, std::string subscription, int maxInFlight = 1000);
    ~Requester();
    /// Returns an id for cancel(). `last` decides which part is the last; empty: the first.
    std::string send(std::string value, std::chrono::milliseconds timeout, Recipient last,
        Part part, DoneFn done);
    void cancel(const std::string &id); ///< done is called with kind Closed
    void expire(std::chrono::steady_clock::time_point
            now); ///< call about ten times a second: ends what waits too long
    [[nodiscard]] std::size_t inFlight() const;

private:
    struct Data;
    std::shared_ptr<Data> m_data;
};

std::string newUuid();

} // namespace signalbox::gateway
