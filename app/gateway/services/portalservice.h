// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/chattools.h"
#include "app/gateway/services/requestserver.h"
#include "app/gateway/services/tenantaccess.h"

#include <map>
#include <mutex>

namespace signalbox::gateway {

class Orchestrator;
class WebChat;
struct ChatInput;

/// `/api/portal` and `/ops` (tenant-platform §5, signalbox-gateway §7) behind the edge. On
/// `request:tg:portal`, from the edge only: {"operation":"rest","method","path":[…],"query":{…},
/// "body","headers":{…},"actor","name","roles"} → {"status","body"}. `path` begins after the base.
class PortalService final : public RequestServer {
public:
    PortalService(TenantCore &core, WebChat &chat, Orchestrator &orchestrator, ChatTools &tools);
    ~PortalService() override;

private:
    using Tenant = rules::TenantId;
    using Path = std::vector<std::string>;
    struct Call {
        std::string method;
        Path path;
        std::map<std::string, std::string> query;
        std::map<std::string, std::string> headers; ///< of webhooks, lower case
        std::string body;
        TenantCaller caller;
        [[nodiscard]] std::string asked(const char *name) const;
        [[nodiscard]] int limit(int most, int otherwise) const; ///< of `limit`, 1 … most
        [[nodiscard]] bool is(const char *wanted) const { return method == wanted; }
    };
    struct Answer {
        int status = 200;
        std::string body = "{}";
        std::string allow {}; ///< with 405
    };
    /// What a caller may do in a tenant; `tenant` only when he may anything.
    struct Place {
        std::optional<Tenant> tenant;
        std::string role;
        [[nodiscard]] bool member() const { return !role.empty(); }
        [[nodiscard]] bool admin() const
        {
            return role == "platform_admin" || role == "customer_admin";
        }
    };

    Expected<Done, std::string> prepare() override;
    std::string handle(const Request &request) override;
    [[nodiscard]] std::string errorType() const override { return "internal-error"; }
    Answer answered(const Call &call);
    Answer authorised(const Call &call);
    Place placeOf(const Call &call, const std::string &tenant);
    /// Of the tenants that the caller may see.
    std::vector<schema::Tenant> tenantsOf(const Call &call);

    /// The refusal of what would be said in a tenant that is suspended or cancelled.
    std::optional<Answer> halted(const Tenant &tenant);

    static Answer ok(std::string body, int status = 200);
    static Answer fail(int status, const char *code, std::string message,
        std::optional<std::string> field = std::nullopt);
    static Answer forbidden(); ///< for what is not there, too
    static Answer notAllowed(const char *allow); ///< the methods that the address takes
    static Answer missing(const char *what);
    static Answer faultOf(const StoreError &error, const char *what);
    template <class T> static Expected<T, Answer> bodyAs(const Call &call);

    // portalaudit.cpp
    void noteWrite(const Call &call, const Answer &answer);

    // portaltenants.cpp
    Answer tenants(const Call &call);
    Answer tenantItem(const Call &call);
    Answer createTenant(const Call &call);
    Answer me(const Call &call);
    Answer users(const Call &call, const Place &place);
    Answer addMember(const Call &call, const Place &place);
    Answer invitations(const Call &call, const Place &place);
    Answer acceptInvitation(const Call &call);
    Answer usage(const Call &call, const Place &place);
    // portalagents.cpp
    Answer agents(const Call &call, const Place &place);
    Answer agentItem(const Call &call, const Place &place);
    Answer agentFromTemplate(const Call &call, const Place &place);
    Answer createAgent(const Place &place, schema::Agent agent);
    Answer tryAgent(const Call &call, const Place &place);
    Answer templates(const Call &call);
    Answer channels(const Call &call, const Place &place);
    Answer channelItem(const Call &call, const Place &place);
    Answer testChannel(const Place &place, const std::string &id);
    Answer knowledge(const Call &call, const Place &place);
    [[nodiscard]] std::optional<Answer> faultIn(const schema::Agent &agent) const;
    // portalchat.cpp
    Answer chat(const Call &call);
    Answer openConversation(const Call &call);
    Answer conversationItem(const Call &call);
    Answer hook(const Call &call);
    Answer channelMessage(const Tenant &tenant, const schema::ChannelConnection &connection,
        const Json &body, const std::string &signature);
    /// `input` without its thread, which is made of the channel's own.
    Answer inbound(const Tenant &tenant, const schema::ChannelConnection &connection,
        const std::string &thread, ChatInput input);
    Answer slackEvent(const Call &call, const Json &body);
    Answer slackChallenge(const Call &call, const Json &body);
    /// Who answers what begins on that connection: the agent that its `agent_id` names, switched
    /// on or not, else the first that is switched on. nullopt: nobody.
    StoreResult<std::optional<AgentRow>> answererOf(
        const Tenant &tenant, const schema::ChannelConnection &connection);
    /// The agent or a person has that thread of a channel.
    bool engagedIn(const Tenant &tenant, const std::string &thread);
    // portalops.cpp
    Answer ops(const Call &call);
    Answer conversationList(const Call &call);
    std::optional<std::int64_t> added(std::optional<std::int64_t> total, const Tenant &tenant,
        const ThreadQuery &query, bool filtered, std::int64_t read);
    Answer thread(const Call &call);
    Answer keys(const Call &call);
    Answer keysOf(const Tenant &tenant, const std::string &thread);
    Answer confirmations(const Call &call);
    Answer decide(const Call &call);
    Answer escalations(const Call &call);
    Answer escalation(const Call &call);
    StoreResult<Done> keepNote(
        const Tenant &tenant, const ThreadRow &thread, const std::string &author, std::string text);
    Answer humanMessage(const Call &call);
    Answer sendAgain(const Call &call);
    Answer audit(const Call &call);

    TenantCore &m_core;
    TenantStore &m_store;
    WebChat &m_chat;
    Orchestrator &m_orchestrator;
    ChatTools &m_tools;
    std::mutex m_challenge; ///< one at a time: nobody we know asks for it
    std::mutex m_handingBack; ///< one after another: who is second finds it done
};

template <class T> Expected<T, PortalService::Answer> PortalService::bodyAs(const Call &call)
{
    auto value = schema::decode<T>(call.body);
    if (value)
        return std::move(*value);
    const schema::SchemaError &error = value.error();
    return unexpected(fail(400, "invalid", error.message,
        error.path.empty() ? std::nullopt : std::optional(error.path)));
}

} // namespace signalbox::gateway
