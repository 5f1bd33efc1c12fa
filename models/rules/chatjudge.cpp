// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/chatjudge.h"

#include <algorithm>

namespace signalbox::rules {
namespace {

char foldedAscii(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? char(byte - 'A' + 'a') : byte;
}

bool holds(const std::string &text, const std::string &part)
{
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
               [](char left, char right) { return foldedAscii(left) == foldedAscii(right); })
        != text.end();
}

std::string quotedWord(const std::string &text)
{
    return "“" + text + "”";
}

std::string toolsOf(const ChatOutcome &outcome)
{
    if (outcome.tools.empty())
        return "no tool was called";
    std::string out = "called ";
    for (const auto &tool : outcome.tools)
        out += (&tool == outcome.tools.data() ? "" : ", ") + tool;
    return out;
}

/// What was there instead; nothing when it is as expected.
std::optional<std::string> amiss(
    const schema::ChatExpectation &wanted, const ChatOutcome &outcome, const Matcher &matches)
{
    if (wanted.contains && !holds(outcome.text, *wanted.contains))
        return outcome.text;
    if (wanted.lacks && holds(outcome.text, *wanted.lacks))
        return outcome.text;
    if (wanted.regex) {
        const auto found = matches(*wanted.regex, outcome.text);
        if (!found)
            return "the pattern cannot be read: " + found.error();
        if (!*found)
            return outcome.text;
    }
    if (wanted.tool
        && std::find(outcome.tools.begin(), outcome.tools.end(), *wanted.tool)
            == outcome.tools.end())
        return toolsOf(outcome);
    if (wanted.escalated && *wanted.escalated != outcome.escalated)
        return outcome.escalated ? "it was handed to a person" : "it was not handed to a person";
    if (wanted.latencyMs && (outcome.elapsedMs < 0 || outcome.elapsedMs > *wanted.latencyMs))
        return outcome.elapsedMs < 0 ? "no end" : std::to_string(outcome.elapsedMs) + " ms";
    return {};
}

} // namespace

std::string wordsOf(const schema::ChatExpectation &expectation)
{
    if (expectation.contains)
        return "contains " + quotedWord(*expectation.contains);
    if (expectation.lacks)
        return "lacks " + quotedWord(*expectation.lacks);
    if (expectation.regex)
        return "matches " + quotedWord(*expectation.regex);
    if (expectation.tool)
        return "calls " + *expectation.tool;
    if (expectation.escalated)
        return *expectation.escalated ? "is handed to a person" : "is not handed to a person";
    return "latency ≤ " + std::to_string(expectation.latencyMs.value_or(0)) + " ms";
}

std::vector<ChatFault> judge(std::size_t number, const schema::ChatStep &step,
    const ChatOutcome &outcome, const Matcher &matches)
{
    std::vector<ChatFault> faults;
    if (!outcome.error.empty()) {
        faults.push_back({ number, step.say, "an answer", outcome.error });
        return faults;
    }
    for (const auto &wanted : step.expect)
        if (const auto actual = amiss(wanted, outcome, matches))
            faults.push_back({ number, step.say, wordsOf(wanted), *actual });
    return faults;
}

} // namespace signalbox::rules
