// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/answers.h"
#include "app/gateway/services/llm.h"
#include "app/gateway/services/tenantvalues.h"
#include "models/rules/condition.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

constexpr std::size_t wordsPerChunk = 3;
constexpr std::size_t quoteBytes = 120;
constexpr double usdPerToken = 0.000002;

/// What the user has to say for a tool to be called, and with which arguments.
struct Cue {
    const char *tool;
    std::vector<const char *> topics; ///< any of them
    const char *argument;
};

const std::vector<Cue> &cues()
{
    static const std::vector<Cue> list {
        { "handoff_human", { "human", "person", "somebody", "complain" }, "reason" },
        { "calendar_book", { "book", "reserve", "reschedule" }, "when" },
        { "calendar_lookup", { "calendar", "appointment", "free", "slot" }, "day" },
        { "http_request", { "http", "https" }, "url" },
        { "kb_search", { "how", "what", "where", "policy", "search", "find" }, "query" },
    };
    return list;
}

std::string urlIn(const std::string &said)
{
    const std::size_t begin = said.find("http");
    return begin == std::string::npos
        ? std::string()
        : said.substr(begin, std::min(said.find_first_of(" \t\n", begin), said.size()) - begin);
}

bool offers(const LlmPrompt &prompt, std::string_view tool)
{
    return std::any_of(prompt.tools.begin(), prompt.tools.end(),
        [&](const schema::ToolInfo &each) { return each.name == tool; });
}

std::optional<LlmCall> callFor(const LlmPrompt &prompt, const std::string &said)
{
    for (const Cue &cue : cues()) {
        const bool cued = std::any_of(cue.topics.begin(), cue.topics.end(),
            [&](const char *topic) { return rules::saysTopic(topic, said); });
        if (!cued || !offers(prompt, cue.tool))
            continue;
        const std::string value = std::string_view(cue.tool) == "http_request" ? urlIn(said) : said;
        return LlmCall { cue.tool, dump({ { cue.argument, shortened(value, 500) } }) };
    }
    return std::nullopt;
}

std::string quoted(const std::string &text)
{
    return "\"" + shortened(text, quoteBytes) + (text.size() > quoteBytes ? "…" : "") + "\"";
}

/// The messages that came before the last one of the user.
std::string remembered(const LlmPrompt &prompt, std::size_t last)
{
    if (last == 0)
        return "This is the first message that I see.";
    return "I remember " + std::to_string(last) + (last == 1 ? " message" : " messages")
        + " before it; the oldest is " + quoted(prompt.messages.front().content) + ".";
}

std::string replyTo(const LlmPrompt &prompt, std::size_t last)
{
    std::string text;
    const std::string &said = prompt.messages[last].content;
    std::size_t results = 0;
    for (std::size_t i = last + 1; i < prompt.messages.size(); ++i)
        if (prompt.messages[i].role == "tool") {
            text += results++ ? " Then " : "I looked it up: ";
            text += shortened(prompt.messages[i].content, 400) + ".";
        }
    if (results == 0)
        text = "You wrote " + quoted(said) + ".";
    text += " " + remembered(prompt, last);
    if (!prompt.system.empty())
        text += " I am told: " + quoted(prompt.system.substr(0, prompt.system.find('\n')));
    return text;
}

/// Stops early; false when it did.
bool waited(std::chrono::milliseconds pause, const std::stop_token &stop)
{
    if (pause.count() == 0)
        return !stop.stop_requested();
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, pause, [] { return false; });
    return !stop.stop_requested();
}

class ScriptedLlm final : public LlmProvider {
public:
    explicit ScriptedLlm(std::chrono::milliseconds pause)
        : m_pause(pause)
    {
    }

    LlmResult complete(
        const LlmPrompt &prompt, const LlmChunk &chunk, const std::stop_token &stop) override
    {
        std::size_t last = prompt.messages.size();
        while (last > 0 && prompt.messages[last - 1].role != "user")
            --last;
        if (last == 0)
            return unexpected("the prompt has no message of a user");
        --last;
        LlmReply reply;
        reply.provider = "scripted";
        reply.model = "scripted";
        const bool answered = last + 1 < prompt.messages.size();
        if (!answered)
            if (auto call = callFor(prompt, prompt.messages[last].content))
                reply.calls.push_back(std::move(*call));
        if (reply.calls.empty()) {
            reply.text = replyTo(prompt, last);
            if (!stream(reply.text, chunk, stop))
                return unexpected("stopped");
        }
        reply.promptTokens = estimatedTokens(flatPrompt(prompt));
        reply.completionTokens = estimatedTokens(reply.text) + std::int64_t(reply.calls.size()) * 8;
        reply.costUsd = double(reply.promptTokens + reply.completionTokens) * usdPerToken;
        return reply;
    }

private:
    bool stream(std::string_view text, const LlmChunk &chunk, const std::stop_token &stop) const
    {
        while (!text.empty()) {
            std::size_t end = 0;
            for (std::size_t word = 0; word < wordsPerChunk && end < text.size(); ++word)
                end = std::min(text.find(' ', end), text.size() - 1) + 1;
            chunk(text.substr(0, end));
            text.remove_prefix(end);
            if (!text.empty() && !waited(m_pause, stop))
                return false;
        }
        return true;
    }

    const std::chrono::milliseconds m_pause;
};

} // namespace

std::unique_ptr<LlmProvider> makeScriptedLlm(std::chrono::milliseconds pause)
{
    return std::make_unique<ScriptedLlm>(pause);
}

std::string flatPrompt(const LlmPrompt &prompt)
{
    std::string text;
    for (const schema::PromptMessage &message : prompt.messages)
        text += message.role + ": " + message.content + "\n";
    return text;
}

} // namespace signalbox::gateway
