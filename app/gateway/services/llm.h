// SPDX-License-Identifier: GPL-3.0-only
// What answers an agent's prompt, behind one interface.
#pragma once

#include "app/gateway/fabric/fabric.h"
#include "models/schema/portal.h"

#include <stop_token>

namespace signalbox::gateway {

struct LlmPrompt {
    std::string tenant;
    std::string workspace; ///< of the fabric
    std::string model; ///< what the provider is asked for, without its own name
    std::string system;
    std::vector<schema::PromptMessage> messages; ///< oldest first; roles user, assistant and tool
    std::vector<schema::ToolInfo> tools;
};

struct LlmCall {
    std::string tool;
    std::string arguments = "{}"; ///< JSON
};

struct LlmReply {
    std::string text;
    std::vector<LlmCall> calls; ///< to be answered before it goes on
    std::string provider;
    std::string model;
    std::int64_t promptTokens = 0;
    std::int64_t completionTokens = 0;
    std::optional<double> costUsd; ///< not there: nobody knows the price
};

/// A piece of the answer as it comes.
using LlmChunk = std::function<void(std::string_view text)>;
using LlmResult = Expected<LlmReply, std::string>;

/// Blocks; called by several threads at once.
class LlmProvider {
public:
    virtual ~LlmProvider() = default;
    /// Ends soon after it is asked to stop. An error says what a person can do.
    virtual LlmResult complete(
        const LlmPrompt &prompt, const LlmChunk &chunk, const std::stop_token &stop) = 0;
};

/// A POST whose answer comes in lines: `line` gets each without its end, and says whether it wants
/// another. The error says why there was no answer with status 200.
struct LlmPost {
    std::string url;
    std::string bearer; ///< "" = none
    std::string body; ///< JSON
};
using LlmFetch = std::function<Expected<Done, std::string>(const LlmPost &post,
    const std::function<bool(std::string_view line)> &line, const std::stop_token &stop)>;

/// Deterministic, a function of the prompt alone: streams, calls the tools that it is offered, asks
/// for a person. `pause` between two chunks.
std::unique_ptr<LlmProvider> makeScriptedLlm(std::chrono::milliseconds pause);
/// The text-completion service of the flow `prompt.model` in the prompt's workspace.
std::unique_ptr<LlmProvider> makeFlowLlm(Backend &fabric, std::chrono::milliseconds patience);
/// POST `base`/api/chat, lines of JSON.
std::unique_ptr<LlmProvider> makeOllamaLlm(std::string base, LlmFetch fetch);
/// POST `base`/chat/completions, server-sent events.
std::unique_ptr<LlmProvider> makeOpenAiLlm(std::string base, std::string key, LlmFetch fetch);

/// The prompt as one text, for providers that take only that.
std::string flatPrompt(const LlmPrompt &prompt);

} // namespace signalbox::gateway
