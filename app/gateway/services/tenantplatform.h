// SPDX-License-Identifier: GPL-3.0-only
// The tenant platform: its services, started and stopped together (tenant-platform.md).
#pragma once

#include "app/gateway/cache/cache.h"
#include "app/gateway/fabric/fabric.h"
#include "app/gateway/services/channeldelivery.h"
#include "app/gateway/services/chattools.h"
#include "app/gateway/services/llm.h"

#include <memory>

namespace signalbox::gateway {

struct TenantOptions {
    std::chrono::milliseconds scriptedPause { 0 }; ///< of the scripted model, between two chunks
    std::chrono::milliseconds llmPatience { 120000 }; ///< per awaited part
    std::chrono::milliseconds confirmation { 600000 }; ///< for a person to answer
    bool alone = true; ///< no other gateway has these tenants
    std::string instance; ///< which of them this one is, "" = not known
    TokenBucket bucket;
    int turns = 16; ///< at once; what one conversation is asked is one after the other
    ToolOptions tools;
    DeliveryOptions delivery;
    std::string ollama; ///< base address, "" = none
    std::string openAi; ///< base address, "" = none
    std::string openAiKey;
    LlmFetch llmFetch; ///< for the two; made by app/gateway/http
};

class WebChat;
class Orchestrator;

/// start() and stop() from one thread; fabric, store and cache outlive it.
class TenantPlatform {
public:
    TenantPlatform(Backend &fabric, TenantStore &store, Cache &cache, TenantOptions options);
    ~TenantPlatform(); ///< stops
    TenantPlatform(const TenantPlatform &) = delete;
    TenantPlatform &operator=(const TenantPlatform &) = delete;

    Expected<Done, std::string> start();
    void stop();

    [[nodiscard]] TenantCore &core();
    [[nodiscard]] WebChat &chat();
    [[nodiscard]] Orchestrator &orchestrator();

private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

} // namespace signalbox::gateway
