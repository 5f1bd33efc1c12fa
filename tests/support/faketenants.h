// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/agent.h"
#include "models/schema/conversation.h"
#include "models/schema/portal.h"
#include "models/schema/tenant.h"
#include "tests/support/fakegateway.h"

namespace signalbox {

/// The tenant platform of a FakeGateway (tenant-platform §5): tenants and what they have, versions
/// and 409, masked secrets. Conversations are not kept here. GUI thread.
class FakeTenants {
public:
    /// Answers the gateway's `portal`, and of its `ops` the audit and counts of conversations.
    explicit FakeTenants(FakeGateway &gateway);
    void fillDemo(); ///< three tenants; acme has something of everything

    schema::Tenant &addTenant(const std::string &id, const std::string &name);
    schema::Agent &addAgent(
        const std::string &tenant, const std::string &id, const std::string &name);

    std::vector<schema::Tenant> tenants;
    std::vector<schema::Agent> agents;
    std::vector<schema::ChannelConnection> channels;
    std::vector<schema::KbText> texts;
    std::vector<schema::Invitation> invitations;
    std::map<std::string, std::vector<schema::PortalUser>> users; ///< by tenant
    std::vector<schema::AuditEvent> audit;
    std::map<std::string, schema::UsageSummary> usage;
    std::vector<schema::ConversationRow> conversations;
    /// Who asks is that in every tenant; "" = it is not told.
    std::string role;
    /// Every answer about a tenant carries something of another one.
    bool hostile = false;
    std::size_t auditPage = 0; ///< rows of one answer, newest first; 0 all at once, oldest first

private:
    struct Line {
        std::string method;
        std::vector<std::string> at; ///< decoded segments
        std::string tenant; ///< of path or query
        std::string needs; ///< of the query
        std::string agent; ///< of the query
        std::string cursor;
    };
    std::optional<Reply> answer(const Request &request);
    Reply onTenants(const Line &line, const std::string &body);
    Reply onAgents(const Line &line, const std::string &body);
    Reply onChannels(const Line &line, const std::string &body);
    Reply onTexts(const Line &line, const std::string &body);
    Reply onPeople(const Line &line, const std::string &body);
    Reply onUsage(const Line &line) const;
    Reply onOps(const Line &line) const;

    FakeGateway &m_gateway;
    int m_next = 1;
};

} // namespace signalbox
