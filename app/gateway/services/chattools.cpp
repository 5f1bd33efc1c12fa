// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/chattools.h"

#include "app/gateway/services/answers.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace signalbox::gateway {

namespace {

constexpr std::size_t excerptBytes = 300;
constexpr std::size_t passageBytes = 600; ///< of a text that was found
constexpr std::size_t passageLead = 120; ///< of them before the first word that was found
constexpr std::size_t mostWords = 16; ///< that are looked for
constexpr int knowledgeHits = 3;
constexpr std::size_t resultBytes = 16 * 1024;

/// One string argument, which must be there: what all of these tools have.
std::string oneArgument(const char *name, const char *description)
{
    return dump({ { "type", "object" },
        { "properties", { { name, { { "type", "string" }, { "description", description } } } } },
        { "required", Json::array({ name }) }, { "additionalProperties", false } });
}

schema::ToolInfo toolInfo(const char *name, const char *description, std::string parameters,
    bool requiresConfirmation, bool standIn)
{
    return { name, description, { std::move(parameters) }, requiresConfirmation, standIn };
}

const std::vector<schema::ToolInfo> &registry()
{
    static const std::vector<schema::ToolInfo> tools {
        toolInfo("kb_search", "Looks through the texts that were uploaded for this agent",
            oneArgument("query", "Words to look for"), false, false),
        toolInfo("calendar_lookup", "Stand-in: invents the free times of a day",
            oneArgument("day", "Which day"), false, true),
        toolInfo("calendar_book", "Stand-in: pretends to book a time",
            oneArgument("when", "Day and time"), true, true),
        toolInfo("http_request", "Reads an address whose host is on the allow-list",
            oneArgument("url", "https://…"), true, false),
        toolInfo(handOverTool, "Hands the conversation over to a person",
            oneArgument("reason", "Why a person is needed"), false, false),
    };
    return tools;
}

Expected<std::string, std::string> argumentOf(
    const schema::ToolInfo &tool, const std::string &arguments)
{
    const Json given = Json::parse(arguments, nullptr, false);
    const Json wanted = Json::parse(tool.parameters.text, nullptr, false);
    const auto name = wanted["required"][0].get<std::string>();
    if (!given.is_object())
        return unexpected("the arguments are no JSON object");
    for (const auto &[key, value] : given.items())
        if (key != name)
            return unexpected("unknown argument: " + key);
    const auto value = text(given, name.c_str());
    if (!value || value->empty())
        return unexpected("missing argument: " + name);
    return *value;
}

bool inWord(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0
        || static_cast<unsigned char>(c) >= 0x80U;
}

std::string lowerAscii(std::string text)
{
    for (char &c : text)
        c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    return text;
}

std::set<std::string> wordsIn(const std::string &text)
{
    std::set<std::string> words;
    for (auto at = text.begin(); at != text.end() && words.size() < mostWords;) {
        const auto from = std::find_if(at, text.end(), inWord);
        at = std::find_if_not(from, text.end(), inWord);
        if (from != at)
            words.emplace(from, at);
    }
    return words;
}

/// Of a long text the part that holds most of the words, each as the beginning of one; where
/// something is left out stands "…".
std::string passageOf(const std::string &text, const std::string &query)
{
    if (text.size() <= passageBytes)
        return text;
    const std::string low = lowerAscii(text);
    const auto wanted = wordsIn(lowerAscii(query));
    std::vector<std::pair<std::size_t, const std::string *>> found; // by place
    for (std::size_t at = 0; at < low.size(); ++at)
        if (inWord(low[at]) && (at == 0 || !inWord(low[at - 1])))
            for (const std::string &word : wanted)
                if (low.compare(at, word.size(), word) == 0)
                    found.emplace_back(at, &word);
    std::size_t best = 0;
    std::size_t from = 0;
    std::map<const std::string *, int> within;
    for (std::size_t last = 0, first = 0; last < found.size(); ++last) {
        ++within[found[last].second];
        for (; found[last].first - found[first].first > passageBytes - passageLead; ++first)
            if (--within[found[first].second] == 0)
                within.erase(found[first].second);
        if (within.size() > best) {
            best = within.size();
            from = found[first].first;
        }
    }
    const std::size_t hit = from;
    from -= std::min(from, passageLead);
    while (from < hit && from > 0 && inWord(text[from - 1]))
        ++from; // it begins with a whole word
    const std::string part = shortened(std::string_view(text).substr(from), passageBytes);
    return (from > 0 ? "…" : "") + part + (from + part.size() < text.size() ? "…" : "");
}

std::string hostOf(const std::string &url)
{
    constexpr std::string_view scheme = "https://";
    if (!url.starts_with(scheme))
        return {};
    const std::string rest = url.substr(scheme.size());
    const std::string authority = rest.substr(0, rest.find_first_of("/?#\\"));
    if (authority.find('@') != std::string::npos)
        return {};
    return authority.substr(0, authority.find(':'));
}

} // namespace

ChatTools::ChatTools(TenantStore &store, ToolOptions options)
    : m_store(store)
    , m_options(std::move(options))
{
}

std::vector<schema::ToolInfo> ChatTools::all() const
{
    return registry();
}

std::vector<schema::ToolInfo> ChatTools::of(const schema::Agent &agent) const
{
    std::vector<schema::ToolInfo> tools;
    for (const schema::ToolInfo &tool : registry()) {
        const auto &assigned = agent.toolAssignments;
        const bool handsOver = tool.name == handOverTool && agent.naturalLanguageEscalation;
        if (handsOver || std::find(assigned.begin(), assigned.end(), tool.name) != assigned.end())
            tools.push_back(tool);
    }
    return tools;
}

Expected<std::string, std::string> ChatTools::run(const rules::TenantId &tenant,
    const std::string &agent, const std::string &tool, const std::string &arguments,
    const std::stop_token &stop)
{
    const auto &tools = registry();
    const auto known = std::find_if(
        tools.begin(), tools.end(), [&](const auto &each) { return each.name == tool; });
    if (known == tools.end())
        return unexpected("there is no tool " + tool);
    const auto argument = argumentOf(*known, arguments);
    if (!argument)
        return argument;
    if (tool == "kb_search")
        return knowledge(tenant, agent, *argument);
    if (tool == "http_request")
        return http(*argument, stop);
    if (tool == "calendar_lookup")
        return dump({ { "stand_in", true }, { "day", *argument },
            { "free", Json::array({ "09:30", "11:00", "15:45" }) } });
    if (tool == "calendar_book")
        return dump({ { "stand_in", true }, { "booked", *argument } });
    return dump({ { "handed_over", true }, { "reason", *argument } });
}

Expected<std::string, std::string> ChatTools::http(
    const std::string &url, const std::stop_token &stop)
{
    const std::string host = hostOf(url);
    if (host.empty())
        return unexpected("not an https address: " + shortened(url, excerptBytes));
    const auto &hosts = m_options.hosts;
    if (std::find(hosts.begin(), hosts.end(), host) == hosts.end())
        return unexpected(host + " is not on the allow-list of this gateway");
    if (!m_options.fetch)
        return unexpected("this gateway was started without http_request");
    const auto body = m_options.fetch(url, stop);
    if (!body)
        return body;
    return dump({ { "url", url }, { "body", shortened(*body, resultBytes) } });
}

Expected<std::string, std::string> ChatTools::knowledge(
    const rules::TenantId &tenant, const std::string &agent, const std::string &query)
{
    const auto rows = m_store.searchKnowledge(tenant, agent, query, knowledgeHits);
    if (!rows)
        return unexpected(rows.error().text);
    Json hits = Json::array();
    for (const KnowledgeRow &row : *rows)
        hits.push_back({ { "title", row.title }, { "text", passageOf(row.content, query) } });
    return dump({ { "hits", std::move(hits) } });
}

} // namespace signalbox::gateway
