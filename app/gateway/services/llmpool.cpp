// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/llmpool.h"

#include "app/gateway/fabric/requester.h"
#include "models/schema/config.h"
#include "models/schema/envelope.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

constexpr std::chrono::seconds pricePatience { 2 };
constexpr std::chrono::seconds priceKept { 30 };
constexpr std::size_t pricesKept = 1000;

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
    , m_fabric(fabric)
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
        if (reply) {
            price(*reply, prompt.workspace);
            return reply;
        }
        spdlog::warn("llm-pool: {}", reply.error());
        faults += (faults.empty() ? "" : "; ") + reply.error();
        if (said) // another one would begin anew in the middle of the answer
            break;
    }
    return unexpected(faults);
}

/// Of the config service, over the fabric; a service that is away leaves the price unknown.
std::optional<schema::TokenCost> LlmPool::priceOf(
    const std::string &workspace, const std::string &model)
{
    const auto now = std::chrono::steady_clock::now();
    const std::pair place(workspace, model);
    {
        const std::lock_guard lock(m_priceMutex);
        if (const auto held = m_prices.find(place);
            held != m_prices.end() && held->second.until > now)
            return held->second.cost;
    }
    schema::ConfigRequest wanted;
    wanted.operation = "get";
    wanted.workspace = workspace;
    wanted.keys = std::vector<schema::ConfigKey> { { "token-cost", model } };
    const auto answer = request(m_fabric, { "request:tg:config", "response:tg:config" },
        "llm-pool--" + newUuid(), schema::encode(wanted), pricePatience);
    Price price { std::nullopt, now + priceKept };
    if (const auto response = answer
            ? schema::decode<schema::ConfigResponse>(answer->value)
            : schema::Decoded<schema::ConfigResponse>(unexpected(schema::SchemaError {}));
        response && !response->values.empty() && response->values.front().value)
        if (auto cost = schema::decode<schema::TokenCost>(*response->values.front().value))
            price.cost = std::move(*cost);
    if (!price.cost)
        spdlog::info(
            "llm-pool: no price of {} in workspace {}: its cost is not counted", model, workspace);
    const std::lock_guard lock(m_priceMutex);
    if (m_prices.size() >= pricesKept)
        m_prices.clear();
    return (m_prices[place] = std::move(price)).cost;
}

void LlmPool::price(LlmReply &reply, const std::string &workspace)
{
    if (reply.costUsd || reply.model.empty())
        return;
    const auto cost = priceOf(workspace, reply.model);
    if (!cost || !cost->inputPrice || !cost->outputPrice)
        return; // half a price would be a wrong sum
    reply.costUsd = double(reply.promptTokens) * *cost->inputPrice
        + double(reply.completionTokens) * *cost->outputPrice;
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
        { "cost_usd", reply->costUsd ? Json(*reply->costUsd) : Json() } });
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
    if (const auto cost = body.find("cost_usd"); cost != body.end() && cost->is_number())
        reply.costUsd = cost->get<double>();
    return reply;
}

std::string preferenceFault(const std::string &preference)
{
    constexpr std::array<std::string_view, 4> providers { "scripted", "flow", "ollama", "openai" };
    for (const std::string &choice : choicesOf(preference)) {
        const auto [name, model] = providerAndModel(choice);
        if (std::find(providers.begin(), providers.end(), name) == providers.end())
            return "there is no provider " + name
                + ": scripted, flow:<id>, ollama/<model> or openai/<model>";
        if (model.empty())
            return choice + " names no model";
    }
    return {};
}

std::string flowOf(const std::string &preference)
{
    const auto [provider, model] = providerAndModel(choicesOf(preference).front());
    return provider == "flow" ? model : std::string();
}

} // namespace signalbox::gateway
