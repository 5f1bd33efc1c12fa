// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/ops.h"
#include "tests/support/fakegateway.h"

namespace signalbox {

/// Conversations of a FakeGateway: answers `/ops` for reading and for what people do in them, and
/// tells all of it as events, as signalbox-gateway §7 says. GUI thread.
class FakeTalks {
public:
    explicit FakeTalks(FakeGateway &gateway); ///< answers the gateway's `ops` from now on

    /// A conversation in the given state; the row can be changed, then told by announce().
    schema::ConversationRow &add(const std::string &tenant, const std::string &id,
        const std::string &user, const std::string &state = "idle");
    schema::ConversationRow *find(const std::string &tenant, const std::string &id);
    /// Stored and told. `role` user assistant human notice.
    schema::ChannelThreadMessage say(const std::string &tenant, const std::string &id,
        const std::string &role, const std::string &text, bool tell = true);
    void announce(const schema::ConversationRow &row);
    void tell(const std::string &tenant, schema::TenantEvent event);
    void chunk(const std::string &tenant, const std::string &id, const std::string &turn,
        std::int64_t offset, const std::string &text);
    void typing(const std::string &tenant, const std::string &id, const std::string &who, bool on);
    void askConfirmation(const std::string &tenant, const std::string &id, int secondsLeft);
    /// Somebody else decides before anybody here.
    void decideBy(const std::string &who, const std::string &tenant, const std::string &id,
        const std::string &decision);
    void takeBy(const std::string &who, const std::string &tenant, const std::string &id);
    /// The six conversations of the picture, and as many idle ones.
    void fillDemo(int idle = 0);

    std::vector<schema::ConversationRow> rows;
    std::vector<schema::PendingConfirmation> confirmations; ///< decided ones too
    std::vector<schema::KeyRow> keys;
    std::map<std::string, std::vector<schema::ChannelThreadMessage>> messages; ///< tenant/thread
    std::string me = "mira";
    /// Requests with this in their line are answered with something of the tenant "intruder".
    std::string hostile;
    int pageLimit = 1000;
    std::optional<std::int64_t> total; ///< that a search is answered with; else what fits

private:
    std::optional<Reply> answer(const Request &request);
    Reply list(std::string_view query);
    Reply page(const std::string &key, std::string_view query);
    Reply prompt(const std::string &tenant, const std::string &id);
    Reply decide(const std::string &tenant, const std::string &id, const Request &request);
    Reply escalate(const std::string &tenant, const std::string &id, const Request &request);
    Reply write(const std::string &id, const Request &request);
    Reply sendAgain(const std::string &tenant, const std::string &id, const std::string &message);

    FakeGateway &m_gateway;
    int m_next = 1;
};

/// RFC 3339 of now and so many seconds.
std::string fakeTime(int seconds = 0);

} // namespace signalbox
