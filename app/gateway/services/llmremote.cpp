// SPDX-License-Identifier: GPL-3.0-only
// Providers that ask somebody else: a flow over the fabric, Ollama, what speaks OpenAI's interface.
#include "app/gateway/fabric/requester.h"
#include "app/gateway/services/answers.h"
#include "app/gateway/services/llm.h"
#include "app/gateway/services/tenantvalues.h"
#include "models/schema/config.h"
#include "models/schema/envelope.h"
#include "models/schema/flow.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

constexpr std::chrono::seconds recordPatience { 10 };
constexpr std::size_t longestReply = std::size_t(1) << 20;

std::string askedBy()
{
    return "llm-pool--" + newUuid();
}

class FlowLlm final : public LlmProvider {
public:
    FlowLlm(Backend &fabric, std::chrono::milliseconds patience)
        : m_fabric(fabric)
        , m_patience(patience)
    {
    }

    LlmResult complete(
        const LlmPrompt &prompt, const LlmChunk &chunk, const std::stop_token &stop) override
    {
        const auto topics = completionTopics(prompt);
        if (!topics)
            return unexpected(topics.error());
        const std::string asked = dump({ { "system", prompt.system },
            { "prompt", flatPrompt(prompt) }, { "streaming", true } });
        LlmReply reply;
        reply.provider = "flow:" + prompt.model;
        std::string failure;
        const auto recipient = [&](const Message &part) {
            const Json body = Json::parse(part.value, nullptr, false);
            if (const auto error = schema::errorOf(part.value)) {
                failure = error->explained();
                return true;
            }
            if (!body.is_object()) {
                failure = "the answer is no JSON object";
                return true;
            }
            const std::string piece = text(body, "response").value_or("");
            if (!piece.empty() && reply.text.size() < longestReply) {
                reply.text += piece;
                chunk(piece);
            }
            reply.model = text(body, "model").value_or(reply.model);
            reply.promptTokens = integer(body, "in_token").value_or(reply.promptTokens);
            reply.completionTokens = integer(body, "out_token").value_or(reply.completionTokens);
            return stop.stop_requested() || body.value("end_of_stream", true);
        };
        const auto answered = request(m_fabric, *topics, askedBy(), asked, m_patience, recipient);
        if (!answered)
            return unexpected("flow " + prompt.model + ": " + answered.error().text);
        if (!failure.empty())
            return unexpected("flow " + prompt.model + ": " + failure);
        if (reply.promptTokens == 0)
            reply.promptTokens = estimatedTokens(asked);
        if (reply.completionTokens == 0)
            reply.completionTokens = estimatedTokens(reply.text);
        return reply;
    }

private:
    Expected<RequestTopics, std::string> completionTopics(const LlmPrompt &prompt)
    {
        schema::ConfigRequest wanted;
        wanted.operation = "get";
        wanted.workspace = prompt.workspace;
        wanted.keys = std::vector<schema::ConfigKey> { { "flow", prompt.model } };
        const auto answer = request(m_fabric, { "request:tg:config", "response:tg:config" },
            askedBy(), schema::encode(wanted), recordPatience);
        if (!answer)
            return unexpected("config: " + answer.error().text);
        const auto response = schema::decode<schema::ConfigResponse>(answer->value);
        if (!response || response->values.empty() || !response->values.front().value)
            return unexpected(
                "there is no flow " + prompt.model + " in workspace " + prompt.workspace);
        const auto record = schema::decode<schema::FlowRecord>(*response->values.front().value);
        const auto *interface =
            record ? schema::find(record->interfaces, "text-completion") : nullptr;
        if (!interface || !interface->request || !interface->response)
            return unexpected("flow " + prompt.model + " has no text-completion service");
        return RequestTopics { *interface->request, *interface->response };
    }

    Backend &m_fabric;
    const std::chrono::milliseconds m_patience;
};

Json toolList(const LlmPrompt &prompt)
{
    Json tools = Json::array();
    for (const schema::ToolInfo &tool : prompt.tools)
        tools.push_back({ { "type", "function" },
            { "function",
                { { "name", tool.name }, { "description", tool.description },
                    { "parameters", Json::parse(tool.parameters.text, nullptr, false) } } } });
    return tools;
}

Json chatBody(const LlmPrompt &prompt)
{
    Json messages = Json::array();
    messages.push_back({ { "role", "system" }, { "content", prompt.system } });
    for (const schema::PromptMessage &message : prompt.messages) {
        // Results are told as the user's: the call that they answer is not in our memory.
        const bool result = message.role == "tool";
        messages.push_back({ { "role", result ? "user" : message.role },
            { "content", result ? "Result of a tool: " + message.content : message.content } });
    }
    Json body { { "model", prompt.model }, { "messages", std::move(messages) },
        { "stream", true } };
    if (!prompt.tools.empty())
        body["tools"] = toolList(prompt);
    return body;
}

std::string argumentsText(const Json &function)
{
    const auto found = function.find("arguments");
    if (found == function.end())
        return "{}";
    return found->is_string() ? found->get<std::string>() : dump(*found);
}

void addText(LlmReply &reply, const std::string &piece, const LlmChunk &chunk)
{
    if (piece.empty() || reply.text.size() > longestReply)
        return;
    reply.text += piece;
    chunk(piece);
}

LlmResult finished(LlmReply reply, const LlmPost &post)
{
    if (reply.promptTokens == 0)
        reply.promptTokens = estimatedTokens(post.body);
    if (reply.completionTokens == 0)
        reply.completionTokens = estimatedTokens(reply.text);
    return reply;
}

class OllamaLlm final : public LlmProvider {
public:
    OllamaLlm(std::string base, LlmFetch fetch)
        : m_base(std::move(base))
        , m_fetch(std::move(fetch))
    {
    }

    LlmResult complete(
        const LlmPrompt &prompt, const LlmChunk &chunk, const std::stop_token &stop) override
    {
        const LlmPost post { m_base + "/api/chat", {}, dump(chatBody(prompt)) };
        LlmReply reply;
        reply.provider = "ollama";
        reply.model = prompt.model;
        std::string failure;
        bool done = false;
        const auto line = [&](std::string_view text) {
            const Json body = Json::parse(text, nullptr, false);
            if (!body.is_object())
                failure = "a line of the answer is no JSON object";
            else if (body.contains("error"))
                failure = gateway::text(body, "error").value_or("failed without a reason");
            if (!failure.empty())
                return false;
            take(body, reply, chunk);
            done = body.value("done", false);
            return !done;
        };
        if (const auto asked = m_fetch(post, line, stop); !asked)
            return unexpected("ollama: " + asked.error());
        if (!failure.empty())
            return unexpected("ollama: " + failure);
        if (!done)
            return unexpected("ollama: the answer ended in the middle");
        return finished(std::move(reply), post);
    }

private:
    static void take(const Json &body, LlmReply &reply, const LlmChunk &chunk)
    {
        const auto message = body.find("message");
        if (message != body.end() && message->is_object()) {
            addText(reply, text(*message, "content").value_or(""), chunk);
            for (const Json &call : message->value("tool_calls", Json::array()))
                if (call.is_object() && call.contains("function") && call["function"].is_object())
                    reply.calls.push_back({ text(call["function"], "name").value_or(""),
                        argumentsText(call["function"]) });
        }
        reply.promptTokens = integer(body, "prompt_eval_count").value_or(reply.promptTokens);
        reply.completionTokens = integer(body, "eval_count").value_or(reply.completionTokens);
    }

    const std::string m_base;
    const LlmFetch m_fetch;
};

class OpenAiLlm final : public LlmProvider {
public:
    OpenAiLlm(std::string base, std::string key, LlmFetch fetch)
        : m_base(std::move(base))
        , m_key(std::move(key))
        , m_fetch(std::move(fetch))
    {
    }

    LlmResult complete(
        const LlmPrompt &prompt, const LlmChunk &chunk, const std::stop_token &stop) override
    {
        Json body = chatBody(prompt);
        body["stream_options"] = { { "include_usage", true } };
        const LlmPost post { m_base + "/chat/completions", m_key, dump(body) };
        LlmReply reply;
        reply.provider = "openai";
        reply.model = prompt.model;
        std::string failure;
        bool done = false;
        const auto line = [&](std::string_view text) {
            constexpr std::string_view data = "data: ";
            if (!text.starts_with(data))
                return true; // empty lines and comments
            text.remove_prefix(data.size());
            done = text == "[DONE]";
            if (done)
                return false;
            const Json part = Json::parse(text, nullptr, false);
            if (!part.is_object())
                failure = "an event of the answer is no JSON object";
            else if (const auto error = schema::errorOf(text))
                failure = error->explained();
            if (!failure.empty())
                return false;
            take(part, reply, chunk);
            return true;
        };
        if (const auto asked = m_fetch(post, line, stop); !asked)
            return unexpected("openai: " + asked.error());
        if (!failure.empty())
            return unexpected("openai: " + failure);
        if (!done)
            return unexpected("openai: the answer ended in the middle");
        return finished(std::move(reply), post);
    }

private:
    static void take(const Json &part, LlmReply &reply, const LlmChunk &chunk)
    {
        if (const auto usage = part.find("usage"); usage != part.end() && usage->is_object()) {
            reply.promptTokens = integer(*usage, "prompt_tokens").value_or(0);
            reply.completionTokens = integer(*usage, "completion_tokens").value_or(0);
        }
        const auto choices = part.find("choices");
        if (choices == part.end() || !choices->is_array() || choices->empty()
            || !choices->front().is_object())
            return;
        const Json delta = choices->front().value("delta", Json::object());
        addText(reply, text(delta, "content").value_or(""), chunk);
        // A call comes in pieces: its name with the first, its arguments over several.
        for (const Json &piece : delta.value("tool_calls", Json::array())) {
            const auto index = static_cast<std::size_t>(integer(piece, "index").value_or(0));
            if (index >= 16 || !piece.contains("function"))
                continue;
            if (reply.calls.size() <= index)
                reply.calls.resize(index + 1, { "", "" });
            reply.calls[index].tool += text(piece["function"], "name").value_or("");
            reply.calls[index].arguments += text(piece["function"], "arguments").value_or("");
        }
    }

    const std::string m_base;
    const std::string m_key;
    const LlmFetch m_fetch;
};

} // namespace

std::unique_ptr<LlmProvider> makeFlowLlm(Backend &fabric, std::chrono::milliseconds patience)
{
    return std::make_unique<FlowLlm>(fabric, patience);
}

std::unique_ptr<LlmProvider> makeOllamaLlm(std::string base, LlmFetch fetch)
{
    return std::make_unique<OllamaLlm>(std::move(base), std::move(fetch));
}

std::unique_ptr<LlmProvider> makeOpenAiLlm(std::string base, std::string key, LlmFetch fetch)
{
    return std::make_unique<OpenAiLlm>(std::move(base), std::move(key), std::move(fetch));
}

} // namespace signalbox::gateway
