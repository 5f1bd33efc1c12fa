// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/expand.h"

#include "models/rules/topic.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <regex>
#include <unordered_map>

namespace signalbox::rules {

namespace {

struct ScopeName {
    std::string_view name;
    Scope scope;
};
constexpr std::array scopes { ScopeName { "flow", Scope::Flow },
    ScopeName { "blueprint", Scope::Blueprint }, ScopeName { "workspace", Scope::Workspace },
    ScopeName { "global", Scope::Global }, ScopeName { "system", Scope::System },
    ScopeName { "subscriber", Scope::Subscriber }, ScopeName { "orphan", Scope::Orphan },
    ScopeName { "unknown", Scope::Unknown } };

/// Parameter values may hold placeholders of later parameters, which could double the text again
/// and again.
constexpr std::size_t longestText = std::size_t(1) << 18;

void replaceAll(std::string &text, const std::string &what, const std::string &with)
{
    std::size_t at = text.find(what);
    if (at == std::string::npos)
        return;
    std::string result;
    std::size_t from = 0;
    for (; at != std::string::npos; at = text.find(what, from)) {
        if (result.size() + (at - from) + with.size() + (text.size() - at) > longestText)
            break; // the rest stays verbatim
        result.append(text, from, at - from).append(with);
        from = at + what.size();
    }
    result.append(text, from);
    text = std::move(result);
}

schema::Members<std::string> substituted(
    const schema::Members<std::string> &members, const Bindings &bindings)
{
    schema::Members<std::string> result;
    result.reserve(members.size());
    for (const auto &[name, value] : members)
        result.emplace_back(name, substitute(value, bindings));
    return result;
}

std::optional<std::string> substituted(
    const std::optional<std::string> &text, const Bindings &bindings)
{
    return text ? std::optional(substitute(*text, bindings)) : std::nullopt;
}

/// Expansion of one section into `result`; `seen` says where a topic stands in it. Only topics and
/// parameters of an entry are used (TG §4.1).
void expandSection(const schema::Members<schema::ProcessorEntry> &section, const char *sectionName,
    const Bindings &bindings, Expansion &result, std::unordered_map<std::string, std::size_t> &seen)
{
    for (const auto &[key, entry] : section) {
        const std::string place = std::string(sectionName) + "." + key;
        const std::size_t colon = key.find(':');
        if (colon == std::string::npos) {
            result.faults.push_back(place + ": expected <processor>:<variant>, found no ':'");
            continue;
        }
        ExpandedEntry expanded;
        expanded.processor = substitute(key.substr(0, colon), bindings);
        expanded.variant = substitute(key.substr(colon + 1), bindings);
        expanded.scope = templateScope(key.substr(colon + 1));
        expanded.section = sectionName;
        expanded.entry.topics = substituted(entry.topics, bindings);
        expanded.entry.parameters = substituted(entry.parameters, bindings);
        for (std::size_t i = 0; i < entry.topics.size(); ++i) {
            const auto &[topicName, from] = entry.topics[i];
            const std::string &topic = expanded.entry.topics[i].second;
            if (topic.empty()) {
                result.faults.push_back(place + ".topics." + topicName + ": the topic is empty");
                continue;
            }
            const auto [at, isNew] = seen.emplace(topic, result.topics.size());
            if (isNew) {
                result.topics.push_back(
                    { topic, from, systemOwnedTopic(topic) ? Scope::System : templateScope(from) });
            } else if (ExpandedTopic &held = result.topics[at->second]; !ownedTemplate(from)) {
                // Written out anywhere it is a literal everywhere, and those are never touched.
                held.from = from;
                if (held.scope != Scope::System)
                    held.scope = Scope::Global;
            }
        }
        result.entries.push_back(std::move(expanded));
    }
}

std::string readNumber(std::string_view text, double &value)
{
    const char *end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && rest == end && std::isfinite(value)
        ? std::string()
        : std::string("not a number");
}

std::string plain(double value)
{
    std::array<char, 32> buffer {};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return error == std::errc() ? std::string(buffer.data(), end) : std::string("?");
}

std::string checkNumber(const schema::ParameterType &type, std::string_view value)
{
    double number = 0;
    if (auto fault = readNumber(value, number); !fault.empty())
        return fault;
    if (type.type == "integer" && number != std::floor(number))
        return "must be a whole number";
    if (type.min && number < *type.min)
        return "must be at least " + plain(*type.min);
    if (type.max && number > *type.max)
        return "must be at most " + plain(*type.max);
    return {};
}

std::string checkPattern(const std::string &pattern, std::string_view value)
{
    constexpr std::size_t longest = 1000; // std::regex recurses per character
    if (value.size() > longest)
        return "must have at most 1000 characters";
    try {
        return std::regex_match(
                   value.begin(), value.end(), std::regex(pattern, std::regex::ECMAScript))
            ? ""
            : "must look like " + pattern;
    } catch (const std::regex_error &) {
        return {}; // the pattern is at fault, not the value
    }
}

} // namespace

std::string_view name(Scope scope)
{
    return scopes[std::size_t(scope)].name;
}

std::optional<Scope> parseScope(std::string_view text)
{
    const auto found = std::find_if(
        scopes.begin(), scopes.end(), [&](const ScopeName &known) { return known.name == text; });
    return found == scopes.end() ? std::nullopt : std::optional(found->scope);
}

std::string substitute(std::string_view text, const Bindings &bindings)
{
    std::string result(text);
    if (result.find('{') == std::string::npos)
        return result;
    replaceAll(result, "{workspace}", bindings.workspace);
    replaceAll(result, "{blueprint}", bindings.blueprint);
    replaceAll(result, "{id}", bindings.id);
    for (const auto &[parameter, value] : bindings.parameters)
        replaceAll(result, "{" + parameter + "}", value);
    return result;
}

bool ownedTemplate(std::string_view text)
{
    const std::size_t open = text.find('{');
    return open != std::string_view::npos && text.find('}', open) != std::string_view::npos;
}

Scope templateScope(std::string_view text)
{
    const auto has = [&](std::string_view placeholder) {
        return text.find(placeholder) != std::string_view::npos;
    };
    if (has("{id}"))
        return Scope::Flow;
    if (has("{blueprint}"))
        return Scope::Blueprint;
    return ownedTemplate(text) ? Scope::Workspace : Scope::Global;
}

bool systemOwnedTopic(std::string_view topic)
{
    const auto address = parseTopic(topic);
    if (!address || address->space != "tg")
        return false;
    if (address->topicClass == TopicClass::Notify)
        return true;
    if (address->topicClass == TopicClass::Flow)
        return false;
    const std::string_view full = address->name;
    const std::size_t colon = full.find(':');
    const std::string_view service = full.substr(0, colon);
    constexpr std::array<std::string_view, 7> services { "config", "flow", "librarian", "knowledge",
        "collection", "iam", "fabric" };
    if (std::find(services.begin(), services.end(), service) == services.end())
        return false;
    // `<service>` or `<service>:<workspace>`; a third part would be a flow's own topic
    return colon == std::string_view::npos || full.find(':', colon + 1) == std::string_view::npos;
}

Expansion expand(const schema::Blueprint &blueprint, const Bindings &bindings)
{
    Expansion result;
    std::unordered_map<std::string, std::size_t> seen;
    expandSection(blueprint.blueprint, "blueprint", bindings, result, seen);
    expandSection(blueprint.flow, "flow", bindings, result, seen);
    for (const auto &[interfaceName, interface] : blueprint.interfaces) {
        schema::Interface expanded = interface;
        expanded.flow = substituted(interface.flow, bindings);
        expanded.request = substituted(interface.request, bindings);
        expanded.response = substituted(interface.response, bindings);
        result.interfaces.emplace_back(interfaceName, std::move(expanded));
    }
    return result;
}

std::vector<ExpectedQueue> expectedQueues(const Expansion &expansion, std::string_view workspace)
{
    std::vector<ExpectedQueue> result;
    for (const ExpandedEntry &entry : expansion.entries) {
        for (const auto &[spec, topic] : entry.entry.topics) {
            const TopicRole role = topicRole(spec);
            if (role != TopicRole::Input && role != TopicRole::ServerRequest)
                continue;
            const auto address = parseTopic(topic);
            if (!address
                || (address->topicClass != TopicClass::Flow
                    && address->topicClass != TopicClass::Request))
                continue;
            result.push_back(
                { topic + "." + subscriptionName(entry.processor, workspace, entry.variant, spec),
                    topic, entry.processor, entry.variant, spec, entry.scope });
        }
    }
    return result;
}

Resolution resolveParameters(const schema::Blueprint &blueprint,
    const schema::Members<std::string> &given, const TypeLookup &types, bool mended)
{
    Resolution result;
    schema::Members<std::string> known; // in order of resolution
    std::vector<std::pair<std::string, std::string>> waiting; // parameter, its controller
    std::vector<std::string> required;
    const auto fallback = [&](const std::string &parameter,
                              const std::optional<schema::ParameterType> &type) {
        if (type && type->defaultValue)
            schema::set(known, parameter, *type->defaultValue);
        else if (type && type->required)
            required.push_back(parameter);
    };
    for (const auto &[parameter, about] : blueprint.parameters) {
        if (const std::string *value = schema::find(given, parameter)) {
            schema::set(known, parameter, *value);
            continue;
        }
        if (about.controlledBy)
            waiting.emplace_back(parameter, *about.controlledBy);
        if (!mended || !about.controlledBy)
            fallback(parameter, types(about.type));
    }
    // A controller may itself be controlled: go on while something new was resolved.
    for (bool moved = true; moved;) {
        moved = false;
        for (const auto &[parameter, controller] : waiting) {
            const std::string *value = schema::find(known, controller);
            if (schema::find(known, parameter) || !value)
                continue;
            schema::set(known, parameter, std::string(*value));
            moved = mended; // the real one looks once, in blueprint order (TG §4.3)
        }
        if (!moved && mended)
            for (const auto &[parameter, controller] : waiting) {
                if (schema::find(known, parameter))
                    continue;
                const std::size_t before = known.size();
                fallback(parameter, types(schema::find(blueprint.parameters, parameter)->type));
                if (known.size() > before) {
                    moved = true;
                    break;
                }
            }
    }
    for (const auto &[parameter, about] : blueprint.parameters) {
        const std::string *value = schema::find(known, parameter);
        const bool needed =
            std::find(required.begin(), required.end(), parameter) != required.end();
        if (needed
            && (!mended || !value)) // the real one gives up before it looks at the controller
            result.missing.push_back(parameter);
        else if (value)
            result.values.emplace_back(parameter, *value);
        else
            result.unresolved.push_back(parameter);
    }
    for (const auto &[parameter, value] : given)
        if (!schema::find(blueprint.parameters, parameter))
            result.values.emplace_back(parameter, value);
    return result;
}

std::string checkParameter(const schema::ParameterType &type, std::string_view value)
{
    if (value.empty())
        return type.required && !type.defaultValue ? "a value is needed" : "";
    if (!type.choices.empty()) {
        const bool listed = std::any_of(type.choices.begin(), type.choices.end(),
            [&](const auto &choice) { return choice.id == value; });
        return listed ? "" : "not one of the choices";
    }
    if (type.type == "integer" || type.type == "float" || type.type == "number")
        return checkNumber(type, value);
    if (type.type == "boolean")
        return value == "true" || value == "false" ? "" : "must be true or false";
    return type.pattern ? checkPattern(*type.pattern, value) : std::string();
}

} // namespace signalbox::rules
