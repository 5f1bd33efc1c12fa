// SPDX-License-Identifier: GPL-3.0-only
// Answers on their way to users of other channels than the web: posted to the callback address of
// the connection, signed as what comes in is, or told to Slack with the bot's token (annex).
#pragma once

#include "app/gateway/services/tenantcore.h"

#include <condition_variable>
#include <stop_token>
#include <thread>

namespace signalbox::gateway {

struct ChannelLetter {
    std::string url;
    std::string bearer; ///< "" = none
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body; ///< JSON
};
struct ChannelReply {
    int status = 0;
    std::string body;
    std::int64_t retryAfterSeconds = 0; ///< 0 = it did not say
};
struct ChannelFault {
    std::string text;
    bool forGood = false; ///< asking again cannot help
};
/// POST. Blocks for a few seconds at most; refuses what this gateway may not ask. Made by
/// app/gateway/http.
using ChannelPost = std::function<Expected<ChannelReply, ChannelFault>(
    const ChannelLetter &letter, const std::stop_token &stop)>;

struct DeliveryOptions {
    ChannelPost post; ///< empty: nothing is sent
    std::string slackApi = "https://slack.com/api";
    /// After each failed try; when they are used up it is given up.
    std::vector<std::chrono::milliseconds> pauses { std::chrono::seconds(2),
        std::chrono::seconds(10), std::chrono::minutes(1), std::chrono::minutes(5),
        std::chrono::minutes(30) };
    /// A try that has not ended by then (the process was killed) is made again.
    std::chrono::milliseconds claim { 60000 };
    int threads = 4; ///< tries at once
};

/// Sends what is in the outbox, each thread's answers in their order. At least once: a message
/// whose try ended without a word is sent again, with the same id. Its state is part of the stored
/// message; each end is a line of the audit. begin() and stop() from one thread, plan() and wake()
/// from any.
class ChannelDelivery final : public Outbound {
public:
    ChannelDelivery(TenantCore &core, DeliveryOptions options);
    ~ChannelDelivery() override; ///< stops

    /// Reads what waits since before; the store and the notices are there.
    Expected<Done, std::string> begin();
    void stop();

    std::optional<schema::Delivery> plan(
        const rules::TenantId &tenant, const std::string &thread, const std::string &role) override;
    void wake(const rules::TenantId &tenant, const std::string &thread) override;

private:
    using Place = std::pair<std::string, std::string>; ///< tenant and thread
    struct Due {
        std::int64_t atMs = 0;
        bool busy = false;
        bool again = false; ///< something came while it was busy
    };
    struct Way;
    struct Outcome;
    Way wayOf(const rules::TenantId &tenant, const ThreadRow &thread, const std::string &role);
    void run(const std::stop_token &ends);
    std::optional<Place> next(std::unique_lock<std::mutex> &lock, const std::stop_token &ends);
    /// When to look at it again, 0 = there is nothing more.
    std::int64_t look(const Place &place, const std::stop_token &ends);
    Outcome tryToSend(const rules::TenantId &tenant, const ThreadRow &thread,
        const ThreadMessageRow &message, const std::stop_token &ends);
    std::int64_t settle(const rules::TenantId &tenant, const ThreadRow &thread,
        const ThreadMessageRow &message, std::int64_t tries, const Outcome &outcome);

    TenantCore &m_core;
    const DeliveryOptions m_options;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::map<Place, Due> m_due;
    std::uint64_t m_changes = 0; ///< of m_due, by others than who looks at it
    std::vector<std::jthread> m_threads;
};

} // namespace signalbox::gateway
