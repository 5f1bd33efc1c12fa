// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/chattest.h"

#include "models/schema/reader.h"

#include <algorithm>

namespace signalbox::schema {
namespace {

/// A member that nobody reads is a fault of the file.
bool knownMembersOnly(const Reader &in, std::initializer_list<std::string_view> known)
{
    if (!in.isObject())
        return false;
    for (const auto &[key, value] : in.value().get_ref<const Json::object_t &>())
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            Reader(in, key, value).fail("unknown member");
            return false;
        }
    return true;
}

} // namespace

static void read(const Reader &in, ChatExpectation &out)
{
    if (!knownMembersOnly(in, { "contains", "lacks", "regex", "tool", "escalated", "latency-ms" }))
        return;
    if (in.value().size() != 1)
        return in.fail("an expectation has exactly one member");
    readMember(in, "contains", out.contains);
    readMember(in, "lacks", out.lacks);
    readMember(in, "regex", out.regex);
    readMember(in, "tool", out.tool);
    readMember(in, "escalated", out.escalated);
    readMember(in, "latency-ms", out.latencyMs);
    if (out == ChatExpectation {})
        in.fail("an expectation needs a value");
}

static Json write(const ChatExpectation &value)
{
    Json out = Json::object();
    if (value.contains)
        out["contains"] = write(*value.contains);
    if (value.lacks)
        out["lacks"] = write(*value.lacks);
    if (value.regex)
        out["regex"] = write(*value.regex);
    if (value.tool)
        out["tool"] = write(*value.tool);
    if (value.escalated)
        out["escalated"] = write(*value.escalated);
    if (value.latencyMs)
        out["latency-ms"] = write(*value.latencyMs);
    return out;
}

static void read(const Reader &in, ChatStep &out)
{
    if (!knownMembersOnly(in, { "say", "expect" }))
        return;
    readMember(in, "say", out.say);
    if (!in.failed() && out.say.empty())
        in.fail("a step says something");
    std::size_t hint = 0;
    const Json *expect = findMember(in.value(), "expect", hint);
    if (!expect || in.failed())
        return;
    const Reader list(in, "expect", *expect);
    if (!expect->is_array())
        return list.expected("array");
    std::size_t index = 0;
    for (const Json &item : *expect)
        read(Reader(list, index++, item), out.expect.emplace_back());
}

static Json write(const ChatStep &value)
{
    Json out = Json::object();
    out["say"] = write(value.say);
    Json &expect = out["expect"] = Json::array();
    for (const auto &item : value.expect)
        expect.push_back(write(item));
    return out;
}

static void read(const Reader &in, ChatTest &out)
{
    if (!knownMembersOnly(in, { "name", "tenant", "agent", "role", "steps" }))
        return;
    readMember(in, "name", out.name);
    readMember(in, "tenant", out.tenant);
    readMember(in, "agent", out.agent);
    readMember(in, "role", out.role);
    if (!in.failed() && (out.tenant.empty() || out.agent.empty()))
        return in.missing(out.tenant.empty() ? "tenant" : "agent");
    std::size_t hint = 0;
    const Json *steps = findMember(in.value(), "steps", hint);
    if (in.failed())
        return;
    if (!steps)
        return in.missing("steps");
    const Reader list(in, "steps", *steps);
    if (!steps->is_array() || steps->empty())
        return list.expected("array of steps");
    std::size_t index = 0;
    for (const Json &item : *steps)
        read(Reader(list, index++, item), out.steps.emplace_back());
}

static Json write(const ChatTest &value)
{
    Json out = Json::object();
    out["name"] = write(value.name);
    out["tenant"] = write(value.tenant);
    out["agent"] = write(value.agent);
    if (!value.role.empty())
        out["role"] = write(value.role);
    Json &steps = out["steps"] = Json::array();
    for (const auto &step : value.steps)
        steps.push_back(write(step));
    return out;
}

template <> Decoded<ChatTest> decode<ChatTest>(std::string_view text)
{
    const auto tree = parseTree(text);
    if (!tree)
        return unexpected(tree.error());
    SchemaError error;
    ChatTest out;
    read(Reader(*tree, error), out);
    if (!error.message.empty())
        return unexpected(std::move(error));
    return out;
}

template <> std::string encode<ChatTest>(const ChatTest &value)
{
    return dumpTree(write(value), 2) + '\n';
}

} // namespace signalbox::schema
