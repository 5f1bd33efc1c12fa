// SPDX-License-Identifier: GPL-3.0-only
// Agents, templates, channel connections and texts of a tenant.
#include "app/gateway/fabric/requester.h"
#include "app/gateway/services/orchestrator.h"
#include "app/gateway/services/portalservice.h"
#include "models/rules/condition.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace signalbox::gateway {

namespace {

constexpr std::size_t longestKnowledge = std::size_t(1) << 20;

template <class T> std::string listBody(std::vector<T> items)
{
    return schema::encode(schema::Page<T> { std::move(items), std::nullopt, std::nullopt });
}

/// Two texts of the same members: what is shown, and what only the channel's own code gets.
struct SplitConfig {
    schema::Members<schema::JsonText> shown;
    std::string secrets;
};

/// Whatever is configured is a secret, but for the agent that answers and switches.
bool secretMember(const std::string &name, const schema::JsonText &value)
{
    const bool plain = value.text == "true" || value.text == "false"
        || (name == "agent_id" && value.text.starts_with('"'));
    return !plain;
}

/// Masked, also what an earlier version has left in the row.
schema::ChannelConnection shownConnection(const std::string &tenant, const ConnectionRow &row)
{
    auto connection = connectionOf(tenant, row);
    for (auto &[name, value] : connection.config)
        if (secretMember(name, value))
            value.text = schema::jsonString(schema::maskedSecret);
    return connection;
}

/// What a connection keeps as secrets, also what an earlier version has left in its row.
Json secretsKept(const std::string &sealed, const ConnectionRow &held)
{
    const std::string mask = schema::jsonString(schema::maskedSecret);
    Json kept = Json::parse(sealed, nullptr, false);
    if (!kept.is_object())
        kept = Json::object();
    if (const auto plain = schema::decode<schema::ChannelConnection>(held.body))
        for (const auto &[name, value] : plain->config)
            if (secretMember(name, value) && value.text != mask)
                kept[name] = Json::parse(value.text, nullptr, false);
    return kept;
}

SplitConfig splitConfig(const schema::Members<schema::JsonText> &given, const Json &kept)
{
    Json secrets = Json::object();
    SplitConfig split;
    const std::string mask = schema::jsonString(schema::maskedSecret);
    for (const auto &[name, value] : given) {
        if (!secretMember(name, value)) {
            split.shown.emplace_back(name, value);
            continue;
        }
        const bool stays = value.text == mask && kept.contains(name);
        secrets[name] = stays ? kept[name] : Json::parse(value.text, nullptr, false);
        split.shown.emplace_back(name, schema::JsonText { mask });
    }
    split.secrets = dump(secrets);
    return split;
}

/// What `given` does to secrets that are kept and cannot be read; everything between would lose
/// one.
enum class Unread { None, Replaced, Left, Mixed };
Unread changeOfUnread(
    const schema::Members<schema::JsonText> &held, const schema::Members<schema::JsonText> &given)
{
    const std::string mask = schema::jsonString(schema::maskedSecret);
    const auto names = [&](const schema::Members<schema::JsonText> &of, bool masked) {
        std::set<std::string> all;
        for (const auto &[name, value] : of)
            if (secretMember(name, value) && (value.text == mask) == masked)
                all.insert(name);
        return all;
    };
    if (names(given, true).empty())
        return Unread::Replaced;
    return names(given, false).empty() && names(given, true) == names(held, true) ? Unread::Left
                                                                                  : Unread::Mixed;
}

/// What each channel needs before anything can come in or go out.
std::vector<const char *> neededMembers(const std::string &type)
{
    if (type == "slack")
        return { "signing_secret", "bot_token" };
    if (type == "whatsapp")
        return { "access_token", "verify_token" };
    if (type == "telegram")
        return { "bot_token" };
    if (type == "teams")
        return { "app_id", "app_password" };
    if (type == "mattermost" || type == "rocketchat")
        return { "url", "token" };
    if (type == "signal")
        return { "number" };
    return {};
}

} // namespace

std::optional<PortalService::Answer> PortalService::faultIn(const schema::Agent &agent) const
{
    if (agent.name.empty())
        return fail(422, "invalid", "an agent needs a name", "name");
    if (const std::string fault = preferenceFault(agent.modelPreference); !fault.empty())
        return fail(422, "invalid", fault, "model_preference");
    const auto tools = m_tools.all();
    for (const std::string &name : agent.toolAssignments)
        if (std::none_of(tools.begin(), tools.end(),
                [&](const schema::ToolInfo &tool) { return tool.name == name; }))
            return fail(422, "invalid", "there is no tool " + name, "tool_assignments");
    for (std::size_t i = 0; i < agent.escalationRules.size(); ++i) {
        const std::string field = "escalation_rules[" + std::to_string(i) + "].";
        const schema::EscalationRule &rule = agent.escalationRules[i];
        const auto condition = rules::Condition::compile(rule.condition);
        if (!condition)
            return fail(422, "invalid",
                condition.error().message + " at byte "
                    + std::to_string(condition.error().position),
                field + "condition");
        const auto actions = rules::conditionActions();
        if (std::find(actions.begin(), actions.end(), rule.action) == actions.end())
            return fail(422, "invalid", "no such action: " + rule.action, field + "action");
    }
    if (agent.budgetLimitUsd.value_or(0) < 0)
        return fail(422, "invalid", "a budget is not negative", "budget_limit_usd");
    return std::nullopt;
}

PortalService::Answer PortalService::agents(const Call &call, const Place &place)
{
    if (call.is("POST")) {
        if (!place.admin())
            return forbidden();
        auto agent = bodyAs<schema::Agent>(call);
        return agent ? createAgent(place, std::move(*agent)) : agent.error();
    }
    if (!call.is("GET"))
        return notAllowed("GET, POST");
    const auto rows = m_store.agents(*place.tenant);
    if (!rows)
        return faultOf(rows.error(), "agent");
    std::vector<schema::Agent> list;
    for (const AgentRow &row : *rows)
        list.push_back(agentOf(place.tenant->text(), row));
    return ok(listBody(std::move(list)));
}

PortalService::Answer PortalService::createAgent(const Place &place, schema::Agent agent)
{
    if (auto fault = faultIn(agent))
        return std::move(*fault);
    const auto owner = m_core.tenant(*place.tenant);
    const auto held = m_store.agents(*place.tenant);
    if (!held || !owner)
        return held ? forbidden() : faultOf(held.error(), "agent");
    if (owner->agentQuota > 0 && std::int64_t(held->size()) >= owner->agentQuota)
        return fail(422, "limit",
            "the quota of this tenant is " + std::to_string(owner->agentQuota) + " agents");
    agent.id = newUuid();
    agent.tenantId = place.tenant->text();
    agent.version = 1;
    AgentRow row = rowOf(agent);
    row.createdMs = row.updatedMs = unixMs();
    if (const auto made = m_store.insertAgent(*place.tenant, row); !made)
        return faultOf(made.error(), "agent");
    return ok(schema::encode(agentOf(agent.tenantId, row)), 201);
}

PortalService::Answer PortalService::agentFromTemplate(const Call &call, const Place &place)
{
    if (!call.is("POST"))
        return notAllowed("POST");
    if (!place.admin())
        return forbidden();
    const auto row = m_store.agentTemplate(call.path[4]);
    if (!row)
        return faultOf(row.error(), "template");
    const schema::AgentTemplate from = templateOf(*row);
    schema::Agent agent;
    agent.name = from.name;
    agent.role = from.role;
    agent.persona = from.persona;
    agent.systemPrompt = from.systemPrompt;
    agent.modelPreference = from.modelPreference;
    agent.toolAssignments = from.toolAssignments;
    agent.escalationRules = from.escalationRules;
    return createAgent(place, std::move(agent));
}

PortalService::Answer PortalService::agentItem(const Call &call, const Place &place)
{
    if (call.path.size() == 5 && call.path[3] == "from-template")
        return agentFromTemplate(call, place);
    if (call.path.size() == 5 && call.path[4] == "test")
        return call.is("POST") ? tryAgent(call, place) : notAllowed("POST");
    if (call.path.size() != 4)
        return missing("address");
    const auto held = m_store.agent(*place.tenant, call.path[3]);
    if (!held)
        return faultOf(held.error(), "agent");
    if (call.is("GET"))
        return ok(schema::encode(agentOf(place.tenant->text(), *held)));
    if (!place.admin())
        return forbidden();
    if (call.is("DELETE")) {
        const auto gone = m_store.deleteAgent(*place.tenant, held->id);
        return gone ? ok("{}") : faultOf(gone.error(), "agent");
    }
    if (!call.is("PUT"))
        return notAllowed("GET, PUT, DELETE");
    auto agent = bodyAs<schema::Agent>(call);
    if (!agent)
        return agent.error();
    if (auto fault = faultIn(*agent))
        return std::move(*fault);
    agent->id = held->id;
    agent->tenantId = place.tenant->text();
    AgentRow row = rowOf(*agent);
    if (row.version == 0)
        row.version = held->version;
    row.createdMs = held->createdMs;
    row.updatedMs = unixMs();
    const auto version = m_store.updateAgent(*place.tenant, row);
    if (!version)
        return faultOf(version.error(), "agent");
    row.version = *version;
    return ok(schema::encode(agentOf(agent->tenantId, row)));
}

PortalService::Answer PortalService::tryAgent(const Call &call, const Place &place)
{
    const auto asked = bodyAs<schema::AgentTry>(call);
    if (!asked)
        return asked.error();
    if (asked->text.empty() || asked->text.size() > longestChatText)
        return fail(asked->text.empty() ? 422 : 413, "invalid",
            asked->text.empty() ? "a test needs a text" : "the text is too large", "text");
    schema::Agent agent;
    if (asked->draft) {
        agent = *asked->draft;
        if (auto fault = faultIn(agent))
            return std::move(*fault);
        agent.id = call.path[3];
    } else {
        const auto held = m_store.agent(*place.tenant, call.path[3]);
        if (!held)
            return faultOf(held.error(), "agent");
        agent = agentOf(place.tenant->text(), *held);
    }
    if (auto refused = halted(*place.tenant))
        return std::move(*refused);
    const auto result = m_orchestrator.tryTurn(*place.tenant, agent, *asked);
    if (!result)
        return fail(502, "no-answer", result.error());
    return ok(schema::encode(*result));
}

PortalService::Answer PortalService::templates(const Call &)
{
    const auto rows = m_store.templates();
    if (!rows)
        return faultOf(rows.error(), "template");
    std::vector<schema::AgentTemplate> list;
    for (const AgentRow &row : *rows)
        list.push_back(templateOf(row));
    return ok(listBody(std::move(list)));
}

PortalService::Answer PortalService::channels(const Call &call, const Place &place)
{
    if (call.is("GET")) {
        const auto rows = m_store.connections(*place.tenant);
        if (!rows)
            return faultOf(rows.error(), "channel");
        std::vector<schema::ChannelConnection> list;
        for (const ConnectionRow &row : *rows)
            list.push_back(shownConnection(place.tenant->text(), row));
        return ok(listBody(std::move(list)));
    }
    if (!call.is("POST"))
        return notAllowed("GET, POST");
    if (!place.admin())
        return forbidden();
    auto given = bodyAs<schema::ChannelConnection>(call);
    if (!given)
        return given.error();
    if (!schema::isChannelType(given->channelType))
        return fail(422, "invalid", "no such channel: " + given->channelType, "channel_type");
    if (given->workspaceId.empty())
        return fail(422, "invalid", "the channel's own id is missing", "workspace_id");
    SplitConfig split = splitConfig(given->config, Json::object());
    given->id = newUuid();
    given->tenantId = place.tenant->text();
    given->config = std::move(split.shown);
    given->version = 1;
    ConnectionRow row { given->id, given->channelType, given->workspaceId, schema::encode(*given),
        given->isActive, 1, unixMs(), unixMs() };
    if (const auto made = m_store.insertConnection(*place.tenant, row, split.secrets); !made)
        return made.error().kind == StoreError::Kind::Duplicate ? fail(409, "duplicate",
                   "that workspace of the channel is connected already", "workspace_id")
                                                                : faultOf(made.error(), "channel");
    return ok(schema::encode(shownConnection(given->tenantId, row)), 201);
}

PortalService::Answer PortalService::channelItem(const Call &call, const Place &place)
{
    const std::string &id = call.path[3];
    if (call.path.size() == 5 && call.path[4] == "test")
        return call.is("POST") ? testChannel(place, id) : notAllowed("POST");
    if (call.path.size() != 4)
        return missing("address");
    if (!place.admin())
        return forbidden();
    if (call.is("DELETE")) {
        const auto gone = m_store.deleteConnection(*place.tenant, id);
        return gone ? ok("{}") : faultOf(gone.error(), "channel");
    }
    if (!call.is("PUT"))
        return notAllowed("PUT, DELETE");
    const auto held = m_store.connection(*place.tenant, id);
    const auto secrets = m_store.connectionSecrets(*place.tenant, id);
    if (!held)
        return faultOf(held.error(), "channel");
    auto given = bodyAs<schema::ChannelConnection>(call);
    if (!given)
        return given.error();
    const Unread unread = secrets
        ? Unread::None
        : changeOfUnread(shownConnection(place.tenant->text(), *held).config, given->config);
    if (unread == Unread::Mixed)
        return faultOf(secrets.error(), "channel");
    if (given->workspaceId.empty())
        return fail(422, "invalid", "the channel's own id is missing", "workspace_id");
    SplitConfig split =
        splitConfig(given->config, secrets ? secretsKept(*secrets, *held) : Json::object());
    given->id = held->id;
    given->channelType = held->channelType;
    given->config = std::move(split.shown);
    ConnectionRow row { held->id, held->channelType, given->workspaceId, schema::encode(*given),
        given->isActive, given->version == 0 ? held->version : given->version, held->createdMs,
        unixMs() };
    const auto version = m_store.updateConnection(
        *place.tenant, row, unread == Unread::Left ? std::nullopt : std::optional(split.secrets));
    if (!version)
        return version.error().kind == StoreError::Kind::Duplicate
            ? fail(409, "duplicate", "that workspace of the channel is connected already",
                "workspace_id")
            : faultOf(version.error(), "channel");
    row.version = *version;
    return ok(schema::encode(shownConnection(place.tenant->text(), row)));
}

/// What can be told without the vendor; the rest is said to be untested.
PortalService::Answer PortalService::testChannel(const Place &place, const std::string &id)
{
    const auto held = m_store.connection(*place.tenant, id);
    const auto secrets = m_store.connectionSecrets(*place.tenant, id);
    if (!held || !secrets)
        return faultOf(held ? secrets.error() : held.error(), "channel");
    const Json kept = Json::parse(*secrets, nullptr, false);
    schema::ChannelTest test;
    test.ok = true;
    const auto step = [&](const char *name, bool good, const std::string &text) {
        test.steps.push_back({ name, good ? "ok" : "failed", text });
        test.ok = test.ok && good;
    };
    std::string absent;
    for (const char *name : neededMembers(held->channelType))
        if (text(kept, name).value_or("").empty())
            absent += (absent.empty() ? "" : ", ") + std::string(name);
    step("settings", absent.empty(),
        absent.empty() ? "everything that this channel needs is there" : "missing: " + absent);
    const auto route = m_store.route(held->channelType, held->workspaceId);
    step("route", route && route->tenantId == place.tenant->text(),
        "inbound messages of " + held->workspaceId + " find this tenant");
    step("active", held->active, held->active ? "switched on" : "switched off");
    if (held->channelType == "web")
        return ok(schema::encode(test));
    const auto connection = connectionOf(place.tenant->text(), *held);
    const auto answerer = answererOf(*place.tenant, connection);
    if (!answerer)
        return faultOf(answerer.error(), "agent");
    step("agent", *answerer && (*answerer)->active,
        !*answerer                ? whyNobody(connection)
            : (*answerer)->active ? agentOf(place.tenant->text(), **answerer).name + " answers"
                                  : whySwitchedOff(agentOf(place.tenant->text(), **answerer)));
    test.steps.push_back({ "vendor", "untested",
        "whether " + held->channelType + " takes these secrets can only be told by asking it" });
    const auto has = [&kept](const char *name) {
        return kept.is_object() && !text(kept, name).value_or("").empty();
    };
    test.steps.push_back({ "answers", "untested",
        has("callback_url") ? "answers are posted to callback_url; each says what became of it"
            : held->channelType == "slack" && has("bot_token")
            ? "answers are posted to Slack with bot_token; each says what became of it"
            : "answers are kept and shown, and not sent: there is no callback_url"
                + std::string(held->channelType == "slack" ? " and no bot_token" : "") });
    return ok(schema::encode(test));
}

PortalService::Answer PortalService::knowledge(const Call &call, const Place &place)
{
    const auto textOf = [&place](const KnowledgeRow &row) {
        return schema::KbText { row.id, place.tenant->text(), row.title, row.content,
            rfc3339(row.createdMs), {} };
    };
    if (call.path.size() == 4 && call.is("GET")) {
        const auto row = m_store.knowledgeText(*place.tenant, call.path[3]);
        return row ? ok(schema::encode(textOf(*row))) : faultOf(row.error(), "text");
    }
    if (call.path.size() == 4 && call.is("DELETE")) {
        if (!place.admin())
            return forbidden();
        const auto gone = m_store.deleteKnowledge(*place.tenant, call.path[3]);
        return gone ? ok("{}") : faultOf(gone.error(), "text");
    }
    if (call.path.size() != 3)
        return call.path.size() == 4 ? notAllowed("GET, DELETE") : missing("address");
    if (call.is("GET")) {
        const auto rows = m_store.knowledge(*place.tenant);
        if (!rows)
            return faultOf(rows.error(), "text");
        std::vector<schema::KbText> list;
        for (const KnowledgeRow &row : *rows)
            list.push_back(textOf(row));
        return ok(listBody(std::move(list)));
    }
    if (!call.is("POST"))
        return notAllowed("GET, POST");
    if (!place.admin())
        return forbidden();
    auto given = bodyAs<schema::KbText>(call);
    if (!given)
        return given.error();
    if (given->title.empty() || given->text.empty())
        return fail(422, "invalid", "a text needs a title and words",
            given->title.empty() ? "title" : "text");
    if (given->text.size() > longestKnowledge)
        return fail(413, "too-large", "a text is at most 1 MiB", "text");
    const KnowledgeRow row { newUuid(), {}, given->title, given->text, unixMs() };
    if (const auto kept = m_store.putKnowledge(*place.tenant, row); !kept)
        return faultOf(kept.error(), "text");
    given->id = row.id;
    given->tenantId = place.tenant->text();
    given->createdAt = rfc3339(row.createdMs);
    return ok(schema::encode(*given), 201);
}

} // namespace signalbox::gateway
