// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/words.h"

#include "app/gateway/demo/resources.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace signalbox::gateway::demo {

namespace {
/// `{carrier}` is filled from the list `carriers`; {n} and {m} are numbers.
std::string fill(const Words &words, std::string_view blank, Random &random)
{
    if (blank == "n")
        return std::to_string(random.between(2, 48));
    if (blank == "m")
        return std::to_string(random.between(3, 90));
    if (blank == "person")
        return words.one("people", random);
    return words.one(blank == "goods" ? "goods" : std::string(blank) + "s", random);
}
} // namespace

Words::Words()
{
    const auto text = resource("words.json");
    if (!text)
        throw std::out_of_range("no built-in text words.json");
    const schema::Json json = schema::Json::parse(*text);
    for (const auto &[name, list] : json.items())
        m_lists.emplace_back(name, list.get<std::vector<std::string>>());
}

const std::string &Words::one(std::string_view list, Random &random) const
{
    const auto *words = schema::find(m_lists, list);
    if (!words || words->empty())
        throw std::out_of_range("no words in list " + std::string(list));
    return random.pick(*words);
}

std::string Words::sentence(std::string_view list, Random &random) const
{
    const std::string &pattern = one(list, random);
    std::string text;
    for (std::size_t at = 0; at < pattern.size();) {
        const auto open = pattern.find('{', at);
        if (open == std::string::npos)
            return text.append(pattern, at);
        const auto close = pattern.find('}', open);
        text.append(pattern, at, open - at);
        text += fill(*this, std::string_view(pattern).substr(open + 1, close - open - 1), random);
        at = close + 1;
    }
    return text;
}

std::string Words::paragraph(int sentences, Random &random) const
{
    std::string text;
    for (int i = 0; i < sentences; ++i) {
        if (i > 0)
            text += ' ';
        text += sentence("sentences", random);
    }
    return text;
}

} // namespace signalbox::gateway::demo
