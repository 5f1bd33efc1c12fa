// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/llm.h"
#include "app/gateway/services/requestserver.h"
#include "models/schema/tokencost.h"

#include <map>
#include <mutex>

namespace signalbox::gateway {

/// Answers prompts from `request:tg:llm-pool`: parts {"chunk"} as they come, then one with `end`
/// that has the whole (replyOf()) or an `error`. An agent's preference names providers in the order
/// of fallback, `flow:support, ollama/llama3, scripted`: the next is asked when one failed before
/// it said anything. "" = scripted.
///
/// What a provider does not price itself costs what `token-cost/<model>` of the prompt's workspace
/// says; without such an entry nothing is counted as cost, and the log says so once a while.
class LlmPool final : public RequestServer {
public:
    /// By name: `scripted`, `flow`, `ollama`, `openai`.
    using Providers = std::map<std::string, std::unique_ptr<LlmProvider>>;
    LlmPool(Backend &fabric, Providers providers, int threads);
    ~LlmPool() override;
    void stopTurns() { m_stop.request_stop(); } ///< those that run end soon, with an error

private:
    Expected<Done, std::string> prepare() override;
    std::string handle(const Request &request) override;
    [[nodiscard]] std::string errorType() const override { return "llm-error"; }
    LlmResult complete(LlmPrompt prompt, const std::string &preference, const LlmChunk &chunk);
    void price(LlmReply &reply, const std::string &workspace);
    std::optional<schema::TokenCost> priceOf(
        const std::string &workspace, const std::string &model);

    struct Price {
        std::optional<schema::TokenCost> cost; ///< nullopt: none is known
        std::chrono::steady_clock::time_point until; ///< read anew after that
    };
    Backend &m_fabric;
    const Providers m_providers;
    std::mutex m_priceMutex;
    std::map<std::pair<std::string, std::string>, Price> m_prices; ///< workspace, model
    std::stop_source m_stop;
};

std::string llmRequest(const LlmPrompt &prompt, const std::string &preference);
/// Of the last part.
LlmResult replyOf(const std::string &part);
/// nullopt: the last part.
std::optional<std::string> chunkOf(const std::string &part);
/// "" or which provider of a preference there is not, configured or not.
std::string preferenceFault(const std::string &preference);
/// The flow that a preference names first, "" = none.
std::string flowOf(const std::string &preference);

} // namespace signalbox::gateway
