// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/configlinks.h"

#include "models/schema/codec.h"
#include "models/schema/configform.h"

#include <algorithm>

namespace signalbox::rules {

using schema::JsonPath;
using schema::JsonTree;

namespace {

std::string member(const JsonTree &tree, int node, std::string_view name)
{
    const int held = tree.child(node, name);
    return held == JsonTree::none || tree.kind(held) != JsonTree::Kind::String ? std::string()
                                                                               : tree.string(held);
}

/// The member by which a tool names an entry of that type; nullptr when tools do not.
const char *memberOfTool(std::string_view type)
{
    if (type == "prompt")
        return "template";
    if (type == "mcp")
        return "mcp-tool";
    if (type == "tool-service")
        return "service";
    if (type == "schema")
        return "schema-name";
    return type == "collection" ? "collection" : nullptr;
}

std::string_view plainKey(std::string_view type, std::string_view key)
{
    if (type == "prompt" && key.starts_with("template."))
        key.remove_prefix(9);
    return key;
}

void parametersOfType(const JsonTree &blueprint, std::string_view key, std::string &as)
{
    const int parameters = blueprint.child(0, "parameters");
    if (parameters == JsonTree::none)
        return;
    for (int one = blueprint.first(parameters); one != JsonTree::none; one = blueprint.next(one))
        if (member(blueprint, one, "type") == key)
            as += (as.empty() ? "parameter " : ", ") + blueprint.key(one);
}

void flowsOf(const std::vector<ConfigEntryView> &entries, std::string_view blueprint,
    std::vector<ConfigDependent> &out)
{
    for (const ConfigEntryView &entry : entries) {
        if (entry.type != "flow" || entry.value.find(blueprint) == std::string_view::npos)
            continue;
        const auto tree = JsonTree::parse(std::string(entry.value));
        if (tree && member(*tree, 0, "blueprint-name") == blueprint)
            out.push_back(
                { "flow", std::string(entry.key), "blueprint " + std::string(blueprint) });
    }
}

bool known(const std::vector<ConfigEntryView> &entries, std::string_view type, std::string_view key)
{
    return std::any_of(entries.begin(), entries.end(),
        [&](const ConfigEntryView &entry) { return entry.type == type && entry.key == key; });
}

constexpr std::string_view namedByTools[] { "mcp", "tool-service", "schema", "collection" };

void toolIssues(const std::vector<ConfigEntryView> &entries, std::string_view key,
    const JsonTree &tree, std::vector<ConfigIssue> &out)
{
    const std::string name = member(tree, 0, "name");
    for (const ConfigEntryView &entry : entries) {
        if (entry.type != "tool" || entry.key == key || name.empty()
            || entry.value.find(name) == std::string_view::npos)
            continue;
        const auto other = JsonTree::parse(std::string(entry.value));
        if (other && member(*other, 0, "name") == name)
            out.push_back({ "name",
                "tool " + std::string(entry.key)
                    + " has the same name: agents would see only one of them" });
    }
    for (std::string_view type : namedByTools) {
        const char *by = memberOfTool(type);
        const std::string named = member(tree, 0, by);
        if (!named.empty() && !known(entries, type, named))
            out.push_back({ by, "there is no " + std::string(type) + " “" + named + "”" });
    }
    const std::string prompt = member(tree, 0, "template");
    if (!prompt.empty() && !known(entries, "prompt", "template." + prompt))
        out.push_back({ "template", "there is no prompt “" + prompt + "”" });
}

} // namespace

std::vector<ConfigDependent> dependents(
    const std::vector<ConfigEntryView> &entries, std::string_view type, std::string_view key)
{
    std::vector<ConfigDependent> out;
    const char *by = memberOfTool(type);
    const std::string_view name = plainKey(type, key);
    for (const ConfigEntryView &entry : entries) {
        const bool tool = by && entry.type == "tool";
        const bool blueprint = type == "parameter-type" && entry.type == "flow-blueprint";
        if ((!tool && !blueprint) || entry.value.find(name) == std::string_view::npos)
            continue;
        const auto tree = JsonTree::parse(std::string(entry.value));
        if (!tree)
            continue;
        std::string as;
        if (tool && member(*tree, 0, by) == name)
            as = by;
        if (blueprint)
            parametersOfType(*tree, name, as);
        if (as.empty())
            continue;
        out.push_back({ std::string(entry.type), std::string(entry.key), as });
        if (blueprint)
            flowsOf(entries, entry.key, out);
    }
    if (type == "flow-blueprint")
        flowsOf(entries, key, out);
    return out;
}

bool ownedByFlows(std::string_view type)
{
    return type == "flow" || type == "active-flow" || type == "flows-active"
        || type.starts_with("processor:");
}

std::optional<std::string> followingPromptIndex(
    std::string_view index, const std::vector<ConfigEdit> &edits)
{
    std::string text(index);
    for (const ConfigEdit &edit : edits) {
        if (edit.type != "prompt")
            continue;
        if (edit.key == "template-index")
            return {};
        if (!edit.key.starts_with("template."))
            continue;
        const auto tree = JsonTree::parse(text);
        if (!tree || !tree->isArray(0))
            return {};
        const std::string id = edit.key.substr(9);
        int place = 0;
        int found = JsonTree::none;
        for (int item = tree->first(0); item != JsonTree::none; item = tree->next(item), ++place)
            if (tree->string(item) == id)
                found = place;
        if (edit.value && found == JsonTree::none)
            text = schema::withItem(*tree, {}, schema::jsonString(id));
        else if (!edit.value && found != JsonTree::none)
            text = schema::withoutValue(*tree, JsonPath() / found);
    }
    return text == index ? std::nullopt : std::optional(text);
}

bool concerns(std::string_view type, std::string_view other)
{
    if (type == "token-cost")
        return other == "token-costs";
    return type == "tool"
        && (other == "tool" || other == "prompt"
            || std::find(std::begin(namedByTools), std::end(namedByTools), other)
                != std::end(namedByTools));
}

std::vector<ConfigIssue> issuesOf(const std::vector<ConfigEntryView> &entries,
    std::string_view type, std::string_view key, std::string_view value)
{
    std::vector<ConfigIssue> out;
    const auto tree = JsonTree::parse(std::string(value));
    if (!tree) {
        if (schema::hasForm(type, key) || type == "flow-blueprint")
            out.push_back({ {}, "not JSON: " + tree.error().message });
        return out;
    }
    for (const schema::FormField &field : schema::readForm(type, key, *tree)) {
        if (!field.fault.empty())
            out.push_back({ schema::pathText(field.path), field.fault });
        if (field.kind == schema::FieldKind::Choice && !field.value.empty()
            && std::find(field.choices.begin(), field.choices.end(), field.value)
                == field.choices.end())
            out.push_back({ schema::pathText(field.path), "unknown: " + field.value });
    }
    if (type == "tool")
        toolIssues(entries, key, *tree, out);
    if (type == "token-cost"
        && std::any_of(entries.begin(), entries.end(), [key](const ConfigEntryView &one) {
               return one.type == "token-costs" && one.key == key;
           }))
        out.push_back({ {}, "token-costs has a price of this model too, which nothing reads" });
    if (type == "token-costs")
        out.push_back({ {}, "nothing reads this type; prices belong under token-cost" });
    return out;
}

} // namespace signalbox::rules
