// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/llmpool.h"

#include "models/schema/envelope.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

std::string trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos)
        return {};
    return std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

std::vector<std::string> choicesOf(std::string_view preference)
{
    std::vector<std::string> choices;
    while (!preference.empty()) {
        const std::size_t end = std::min(preference.find(','), preference.size());
        if (std::string choice = trimmed(preference.substr(0, end)); !choice.empty())
            choices.push_back(std::move(choice));
        preference.remove_prefix(std::min(end + 1, preference.size()));
    }
    if (choices.empty())
        choices.emplace_back("scripted");
    return choices;
}

/// `flow:x` and `ollama/x`: the provider and what it is asked for.
std::pair<std::string, std::string> providerAndModel(const std::string &choice)
{
    const std::size_t end = choice.find_first_of(":/");
    if (end == std::string::npos)
        return { choice, choice };
    return { choice.substr(0, end), choice.substr(end + 1) };
}

LlmPrompt promptOf(const Json &body)
{
    LlmPrompt prompt;
    prompt.tenant = text(body, "tenant").value_or("");
    prompt.workspace = text(body, "workspace").value_or("default");
    prompt.system = text(body, "system").value_or("");
    for (const Json &message : body.value("messages", Json::array()))
        if (message.is_object())
            prompt.messages.push_back(
                { text(message, "role").value_or(""), text(message, "content").value_or("") });
    for (const Json &tool : body.value("tools", Json::array()))
        if (tool.is_string())
            if (auto info = schema::decode<schema::ToolInfo>(tool.get<std::string>()))
                prompt.tools.push_back(std::move(*info));
    return prompt;
}

} // namespace

LlmPool::LlmPool(Backend &fabric, Providers providers, int threads)
    : RequestServer(fabric, "llm-pool", "llm-pool-svc", threads)
    , m_providers(std::move(providers))
{
}

LlmPool::~LlmPool()
{
    stopTurns();
    stop();
}

Expected<Done, std::string> LlmPool::prepare()
{
    if (const auto opened = open({}); !opened)
        return unexpected(opened.error().text);
    return Done {};
}

LlmResult LlmPool::complete(LlmPrompt prompt, const std::string &preference, const LlmChunk &chunk)
{
    std::string faults;
    for (const std::string &choice : choicesOf(preference)) {
        const auto [name, model] = providerAndModel(choice);
        const auto provider = m_providers.find(name);
        if (provider == m_providers.end()) {
            faults += (faults.empty() ? "" : "; ") + choice + ": no such provider here";
            continue;
        }
        prompt.model = model;
        bool said = false;
        const auto pass = [&](std::string_view text) {
            said = true;
            chunk(text);
        };
        auto reply = provider->second->complete(prompt, pass, m_stop.get_token());
        if (reply)
            return reply;
        spdlog::warn("llm-pool: {}", reply.error());
        faults += (faults.empty() ? "" : "; ") + reply.error();
        if (said) // another one would begin anew in the middle of the answer
            break;
    }
    return unexpected(faults);
}

std::string LlmPool::handle(const Request &request)
{
    const auto chunk = [&](std::string_view text) {
        respond(request.topic, request.id, dump({ { "chunk", std::string(text) } }));
    };
    const std::string preference = text(request.body, "model").value_or("");
    const auto reply = complete(promptOf(request.body), preference, chunk);
    if (!reply)
        return errorAnswer({ errorType(), reply.error() });
    Json calls = Json::array();
    for (const LlmCall &call : reply->calls)
        calls.push_back({ { "tool", call.tool }, { "arguments", call.arguments } });
    return dump({ { "end", true }, { "text", reply->text }, { "calls", std::move(calls) },
        { "provider", reply->provider }, { "model", reply->model },
        { "prompt_tokens", reply->promptTokens }, { "completion_tokens", reply->completionTokens },
        { "cost_usd", reply->costUsd } });
}

std::string llmRequest(const LlmPrompt &prompt, const std::string &preference)
{
    Json messages = Json::array();
    for (const schema::PromptMessage &message : prompt.messages)
        messages.push_back({ { "role", message.role }, { "content", message.content } });
    Json tools = Json::array();
    for (const schema::ToolInfo &tool : prompt.tools)
        tools.push_back(schema::encode(tool));
    return dump({ { "operation", "complete" }, { "tenant", prompt.tenant },
        { "workspace", prompt.workspace }, { "model", preference }, { "system", prompt.system },
        { "messages", std::move(messages) }, { "tools", std::move(tools) } });
}

std::optional<std::string> chunkOf(const std::string &part)
{
    const Json body = Json::parse(part, nullptr, false);
    return body.is_object() ? text(body, "chunk") : std::nullopt;
}

LlmResult replyOf(const std::string &part)
{
    if (const auto error = schema::errorOf(part))
        return unexpected(error->explained());
    const Json body = Json::parse(part, nullptr, false);
    if (!body.is_object() || !body.contains("end"))
        return unexpected("the LLM pool gave no whole answer");
    LlmReply reply;
    reply.text = text(body, "text").value_or("");
    for (const Json &call : body.value("calls", Json::array()))
        reply.calls.push_back(
            { text(call, "tool").value_or(""), text(call, "arguments").value_or("{}") });
    reply.provider = text(body, "provider").value_or("");
    reply.model = text(body, "model").value_or("");
    reply.promptTokens = integer(body, "prompt_tokens").value_or(0);
    reply.completionTokens = integer(body, "completion_tokens").value_or(0);
    reply.costUsd = body.value("cost_usd", 0.0);
    return reply;
}

std::string flowOf(const std::string &preference)
{
    const auto [provider, model] = providerAndModel(choicesOf(preference).front());
    return provider == "flow" ? model : std::string();
}

} // namespace signalbox::gateway
