// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/tenants.h"

#include "app/gateway/services/orchestrator.h"
#include "app/gateway/services/webchat.h"

#include <condition_variable>
#include <mutex>
#include <spdlog/spdlog.h>
#include <thread>

namespace signalbox::gateway::demo {

namespace {

constexpr std::chrono::milliseconds atStart { 400 }; ///< between the messages of the first minute
constexpr std::int64_t mostMessages = 120; ///< then the conversation begins anew

struct DemoAgent {
    const char *id;
    const char *name;
    const char *role;
    const char *persona;
    const char *prompt;
    std::vector<std::string> tools;
    std::vector<std::pair<const char *, const char *>> rules;
    double budgetUsd;
    bool asksForPeople;
};

struct DemoTenant {
    const char *id;
    const char *name;
    std::vector<DemoAgent> agents;
    std::vector<std::pair<const char *, const char *>> texts;
};

/// Somebody who writes: what, one after another and again from the start.
struct DemoVisitor {
    const char *tenant;
    const char *agent;
    const char *channel;
    const char *id;
    const char *name;
    std::vector<const char *> lines;
};

const std::vector<DemoTenant> &demoTenants()
{
    static const std::vector<DemoTenant> tenants {
        { "harbour-freight", "Harbour Freight",
            { { "a1000000-0000-4000-8000-000000000001", "Mara", "customer support",
                  "Calm, brief, never promises a date that she has not looked up.",
                  "Answer questions about shipments and pick-up times.",
                  { "kb_search", "calendar_lookup", "calendar_book" },
                  { { "billing_dispute AND attempts > 2", "handoff_human" },
                      { "tool_failures > 2", "handoff_human" } },
                  5.0, true },
                { "a1000000-0000-4000-8000-000000000002", "Tariff desk", "sales",
                    "Precise with figures.", "Explain tariffs; hand over large contracts.",
                    { "kb_search" }, { { "contract OR discount", "handoff_human" } }, 0.01,
                    false } },
            { { "Pick-up times",
                  "Containers are handed out from 06:00 to 20:00 on weekdays. "
                  "What policy applies on holidays is on the gate." },
                { "Damage",
                    "How to report damage: photograph it before unloading and write to the "
                    "claims desk within seven days." } } },
        { "lindqvist-clinic", "Lindqvist Clinic",
            { { "a2000000-0000-4000-8000-000000000001", "Reception", "appointments",
                "Friendly, speaks plainly.", "Find and book appointments. Give no medical advice.",
                { "calendar_lookup", "calendar_book" },
                { { "pain AND attempts > 1", "handoff_human" } }, 2.0, true } },
            {} },
        { "oak-and-rye", "Oak & Rye Bakery",
            { { "a3000000-0000-4000-8000-000000000001", "Counter", "orders", "Cheerful.",
                "Take orders and answer what is in the bread.", { "kb_search" }, {}, 1.0, true } },
            { { "Allergens",
                "What is in the rye loaf: rye, water, salt, sourdough. It is baked "
                "where nuts are handled." } } },
    };
    return tenants;
}

const std::vector<DemoVisitor> &demoVisitors()
{
    static const std::vector<DemoVisitor> visitors {
        { "harbour-freight", "a1000000-0000-4000-8000-000000000001", "web", "visitor-ines",
            "Inès Duarte",
            { "Good morning, where is shipment HF-2207?", "Which slot is free on Thursday?",
                "Please book Thursday 11:00 for the pick-up." } },
        { "harbour-freight", "a1000000-0000-4000-8000-000000000001", "slack", "U04TOMASZ", "Tomasz",
            { "The invoice is wrong, I dispute the billing.", "The billing dispute is still open.",
                "Third time: this billing dispute needs somebody." } },
        { "harbour-freight", "a1000000-0000-4000-8000-000000000002", "web", "visitor-chen",
            "Chen Wei", { "What does a reefer container cost?", "And for two of them?" } },
        { "lindqvist-clinic", "a2000000-0000-4000-8000-000000000001", "whatsapp", "46700001",
            "Elsa",
            { "Is there a free appointment on Monday?", "Then book Monday 09:30, please." } },
        { "lindqvist-clinic", "a2000000-0000-4000-8000-000000000001", "web", "visitor-omar",
            "Omar Haddad",
            { "I would rather talk to a person about my results.", "Are you there?" } },
        { "oak-and-rye", "a3000000-0000-4000-8000-000000000001", "telegram", "771204", "Jo",
            { "What is in the rye loaf?", "Two for Saturday then.", "Thanks!" } },
    };
    return visitors;
}

std::string threadIdOf(const DemoVisitor &visitor)
{
    return std::string("demo-") + visitor.id;
}

} // namespace

struct DemoTenants::Data {
    Data(TenantPlatform &p, Options o)
        : platform(p)
        , options(std::move(o))
        , said(demoVisitors().size())
    {
    }

    void run(const std::stop_token &ends);
    void seed();
    void seedTenant(const DemoTenant &from);
    bool open(const DemoVisitor &visitor, const rules::TenantId &tenant);
    void speak(std::size_t who);
    bool wait(std::chrono::milliseconds time, const std::stop_token &ends);

    TenantPlatform &platform;
    const Options options;
    std::vector<std::size_t> said; ///< lines, per visitor
    std::mutex mutex;
    std::condition_variable_any wake;
    std::jthread thread;
};

void DemoTenants::Data::seedTenant(const DemoTenant &from)
{
    TenantStore &store = platform.core().store();
    const auto tenant = rules::TenantId::of(from.id);
    const std::int64_t now = unixMs();
    schema::Tenant value;
    value.id = value.slug = from.id;
    value.name = from.name;
    value.subscriptionState = "active";
    value.agentQuota = 10;
    value.version = 1;
    TenantRow row = rowOf(value);
    row.createdMs = row.updatedMs = now;
    const auto made = store.insertTenant(row);
    if (!tenant || !made)
        return;
    for (const DemoAgent &each : from.agents) {
        schema::Agent agent;
        agent.id = each.id;
        agent.tenantId = from.id;
        agent.name = each.name;
        agent.role = each.role;
        agent.persona = each.persona;
        agent.systemPrompt = each.prompt;
        agent.modelPreference = "scripted";
        if (!options.flow.empty() && std::string_view(each.role) == "sales")
            agent.modelPreference = "flow:" + options.flow + ", scripted";
        agent.toolAssignments = each.tools;
        for (const auto &[condition, action] : each.rules)
            agent.escalationRules.push_back({ condition, action, {} });
        agent.naturalLanguageEscalation = each.asksForPeople;
        agent.budgetLimitUsd = each.budgetUsd;
        agent.version = 1;
        AgentRow agentRow = rowOf(agent);
        agentRow.createdMs = agentRow.updatedMs = now;
        if (const auto added = store.insertAgent(*tenant, agentRow); !added)
            spdlog::warn("demo: {}", added.error().text);
    }
    for (const auto &[title, text] : from.texts)
        if (const auto added = store.putKnowledge(*tenant, { newUuid(), {}, title, text, now });
            !added)
            spdlog::warn("demo: {}", added.error().text);
}

void DemoTenants::Data::seed()
{
    TenantStore &store = platform.core().store();
    const auto held = store.tenants({}, 1);
    if (!held || !held->empty())
        return; // an operator's changes survive
    for (const DemoTenant &each : demoTenants())
        seedTenant(each);
    const DemoAgent &like = demoTenants().front().agents.front();
    for (const char *category : { "support", "sales", "operations" }) {
        schema::AgentTemplate value;
        value.id = category;
        value.name = std::string("A calm voice for ") + category;
        value.role = category;
        value.category = category;
        value.description = "A scripted agent to begin with; give it a model of your own later.";
        value.persona = like.persona;
        value.systemPrompt = like.prompt;
        value.modelPreference = "scripted";
        value.toolAssignments = { "kb_search" };
        value.escalationRules.push_back({ "attempts > 5", "handoff_human", {} });
        if (const auto put = store.putTemplate(rowOf(value)); !put)
            spdlog::warn("demo: {}", put.error().text);
    }
}

/// The visitor's thread is there and has room.
bool DemoTenants::Data::open(const DemoVisitor &visitor, const rules::TenantId &tenant)
{
    TenantStore &store = platform.core().store();
    const std::string id = threadIdOf(visitor);
    const auto held = store.thread(tenant, id);
    if (held && held->state != "open")
        return false; // it is a person's turn
    if (held && !held->needs.empty())
        return false;
    if (held && factsOf(*held).messages < mostMessages)
        return true;
    if (held) {
        const auto gone = held->conversationId.empty() ? store.deleteThread(tenant, id)
                                                       : store.deleteConversation(tenant, id);
        if (!gone)
            return false;
        platform.core().tellRemoved(tenant, id);
    }
    const std::int64_t now = unixMs();
    ThreadFacts facts;
    facts.userName = visitor.name;
    if (std::string_view(visitor.channel) == "web") {
        const gateway::ConversationRow wanted { id, visitor.agent, visitor.id, now, now };
        if (!store.openConversation(tenant, wanted))
            return false;
        const auto named =
            platform.core().changeThread(tenant, id, [&](ThreadRow &row, ThreadFacts &stored) {
                stored = facts;
                row.sinceMs = now;
            });
        return bool(named);
    }
    ThreadRow row;
    row.id = id;
    row.channelType = visitor.channel;
    row.agentId = visitor.agent;
    row.userId = visitor.id;
    row.body = bodyOf(facts);
    row.sinceMs = row.createdMs = row.updatedMs = now;
    return bool(store.insertThread(tenant, row));
}

void DemoTenants::Data::speak(std::size_t who)
{
    const DemoVisitor &visitor = demoVisitors()[who];
    const auto tenant = rules::TenantId::of(visitor.tenant);
    if (!tenant || !open(visitor, *tenant))
        return;
    ChatInput input;
    input.threadId = threadIdOf(visitor);
    input.text = visitor.lines[said[who]++ % visitor.lines.size()];
    input.senderId = visitor.id;
    input.senderName = visitor.name;
    if (const auto accepted = platform.chat().accept(*tenant, input); !accepted)
        spdlog::warn("demo: {}", accepted.error());
}

bool DemoTenants::Data::wait(std::chrono::milliseconds time, const std::stop_token &ends)
{
    std::unique_lock lock(mutex);
    wake.wait_for(lock, ends, time, [] { return false; });
    return !ends.stop_requested();
}

void DemoTenants::Data::run(const std::stop_token &ends)
{
    seed();
    const std::size_t visitors = demoVisitors().size();
    // Everybody has written three times before anybody looks; then it goes slowly.
    for (std::size_t i = 0; i < 3 * visitors; ++i) {
        if (!wait(atStart, ends))
            return;
        speak(i % visitors);
    }
    for (std::size_t i = 0; wait(options.pause, ends); ++i)
        speak(i % visitors);
}

DemoTenants::DemoTenants(TenantPlatform &platform, Options options)
    : m_data(std::make_unique<Data>(platform, std::move(options)))
{
}

DemoTenants::~DemoTenants()
{
    stop();
}

void DemoTenants::start()
{
    m_data->thread =
        std::jthread([data = m_data.get()](const std::stop_token &ends) { data->run(ends); });
}

void DemoTenants::stop()
{
    m_data->thread = {};
}

} // namespace signalbox::gateway::demo
