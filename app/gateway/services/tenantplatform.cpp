// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/tenantplatform.h"

#include "app/gateway/services/chatrouter.h"
#include "app/gateway/services/orchestrator.h"
#include "app/gateway/services/portalservice.h"
#include "app/gateway/services/webchat.h"

#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

constexpr std::chrono::seconds clockInterval { 1 };
constexpr std::chrono::hours testsKept { 1 };
constexpr int sweepEvery = 600; ///< ticks of the clock
constexpr int testsAtOnce = 3; ///< of agents, besides the turns: one for each thread of the portal

LlmPool::Providers providersOf(Backend &fabric, const TenantOptions &options)
{
    LlmPool::Providers providers;
    providers["scripted"] = makeScriptedLlm(options.scriptedPause);
    providers["flow"] = makeFlowLlm(fabric, options.llmPatience);
    if (!options.ollama.empty() && options.llmFetch)
        providers["ollama"] = makeOllamaLlm(options.ollama, options.llmFetch);
    if (!options.openAi.empty() && options.llmFetch)
        providers["openai"] = makeOpenAiLlm(options.openAi, options.openAiKey, options.llmFetch);
    return providers;
}

/// What cannot be read or sealed is told where it is wanted; all else works without.
void sealSecrets(TenantStore &store)
{
    const auto report = store.sealSecrets();
    if (!report)
        return spdlog::error("tenants: secrets of channels: {}", report.error().text);
    if (report->sealed > 0)
        spdlog::info("tenants: sealed the secrets of {} channel connections", report->sealed);
    for (const std::string &each : report->unreadable)
        spdlog::error("tenants: secrets of channel connection {}", each);
}

} // namespace

struct TenantPlatform::Data {
    Data(Backend &fabric, TenantStore &tenantStore, Cache &cache, TenantOptions given)
        : options(std::move(given))
        , store(tenantStore)
        , core(fabric, store, cache)
        , delivery(core, options.delivery)
        , tools(store, options.tools)
        , pool(fabric, providersOf(fabric, options), options.turns + testsAtOnce)
        , orchestrator(core, tools,
              { options.turns, options.llmPatience, options.confirmation, options.alone })
        , router(core, options.bucket)
        , chat(core)
        , portal(core, chat, orchestrator, tools)
    {
    }
    void sweepTests();
    void tick(const std::stop_token &ends);

    const TenantOptions options;
    TenantStore &store;
    TenantCore core;
    ChannelDelivery delivery;
    ChatTools tools;
    LlmPool pool;
    Orchestrator orchestrator;
    ChatRouter router;
    WebChat chat;
    PortalService portal;
    std::mutex clockMutex;
    std::condition_variable_any clockWake;
    std::jthread clock;
    bool running = false;
};

/// Conversations of test runs that nobody cleaned up.
void TenantPlatform::Data::sweepTests()
{
    const std::int64_t before =
        unixMs() - std::chrono::duration_cast<std::chrono::milliseconds>(testsKept).count();
    ThreadQuery all;
    all.limit = 1000;
    for (const schema::Tenant &each : core.tenants()) {
        const auto tenant = rules::TenantId::of(each.id);
        if (!tenant)
            continue;
        const auto rows = store.threads(*tenant, all);
        if (!rows)
            continue;
        for (const ThreadRow &row : *rows)
            if (row.updatedMs < before && factsOf(row).test) {
                if (store.deleteConversation(*tenant, row.id)) {
                    core.forgetThread(*tenant, row);
                    core.tellRemoved(*tenant, row.id);
                }
            }
    }
}

void TenantPlatform::Data::tick(const std::stop_token &ends)
{
    std::unique_lock lock(clockMutex);
    for (int i = 1;; ++i) {
        clockWake.wait_for(lock, ends, clockInterval, [] { return false; });
        if (ends.stop_requested())
            return;
        orchestrator.expire(unixMs());
        if (i % sweepEvery == 0)
            sweepTests();
    }
}

TenantPlatform::TenantPlatform(
    Backend &fabric, TenantStore &store, Cache &cache, TenantOptions options)
    : m_data(std::make_unique<Data>(fabric, store, cache, std::move(options)))
{
}

TenantPlatform::~TenantPlatform()
{
    stop();
}

Expected<Done, std::string> TenantPlatform::start()
{
    Data &d = *m_data;
    if (std::exchange(d.running, true))
        return Done {};
    if (auto begun = d.core.begin(); !begun)
        return begun;
    sealSecrets(d.store);
    d.core.sendBy(&d.delivery);
    d.core.runAs(d.options.instance);
    d.core.whenMembersChange([&d](const rules::TenantId &tenant) { d.chat.leaveOut(tenant); });
    // Each finds the topics of the one that it sends to.
    const std::pair<const char *, RequestServer *> order[] = { { "llm-pool", &d.pool },
        { "orchestrator", &d.orchestrator }, { "chat-router", &d.router }, { "webchat", &d.chat },
        { "portal", &d.portal } };
    for (const auto &[name, service] : order)
        if (auto begun = service->begin(); !begun)
            return unexpected(std::string(name) + ": " + begun.error());
    if (auto begun = d.delivery.begin(); !begun)
        return unexpected("delivery: " + begun.error());
    d.clock = std::jthread([&d](const std::stop_token &ends) { d.tick(ends); });
    return Done {};
}

void TenantPlatform::stop()
{
    Data &d = *m_data;
    if (!std::exchange(d.running, false))
        return;
    d.clock = {};
    d.portal.stop();
    d.chat.stop();
    d.router.stop();
    d.pool.stopTurns();
    d.orchestrator.stopTurns();
    d.orchestrator.stop(); // waits for the pool's answers
    d.pool.stop();
    d.delivery.stop(); // what it has not sent is in the outbox
}

TenantCore &TenantPlatform::core()
{
    return m_data->core;
}

WebChat &TenantPlatform::chat()
{
    return m_data->chat;
}

Orchestrator &TenantPlatform::orchestrator()
{
    return m_data->orchestrator;
}

} // namespace signalbox::gateway
