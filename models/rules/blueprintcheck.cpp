// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/blueprintcheck.h"

#include "models/rules/topic.h"

#include <algorithm>
#include <map>

namespace signalbox::rules {
namespace {

using schema::JsonTree;
using Issue = BlueprintIssue;
using Kind = Issue::Kind;
using Severity = Issue::Severity;
using Json = JsonTree::Kind;

bool placeholderLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
        || c == '_' || c == '.';
}

/// Names in braces, in order; what else stands in braces is text. With `strict` every brace that
/// opens is meant as a placeholder; of one that does not close the brace is told too.
std::vector<std::string> placeholders(std::string_view text, bool strict)
{
    std::vector<std::string> names;
    for (std::size_t open = text.find('{'); open != std::string_view::npos;
         open = text.find('{', open + 1)) {
        std::size_t at = open + 1;
        while (at < text.size() && placeholderLetter(text[at]))
            ++at;
        if (at > open + 1 && at < text.size() && text[at] == '}')
            names.emplace_back(text.substr(open + 1, at - open - 1));
        else if (const std::size_t close = text.find('}', open); strict)
            names.emplace_back(close == std::string_view::npos
                    ? text.substr(open)
                    : text.substr(open + 1, close - open - 1));
    }
    return names;
}

bool builtIn(std::string_view name)
{
    return name == "workspace" || name == "blueprint" || name == "id";
}

/// Whether both sides of a topic must be in the blueprint.
bool ownOfBlueprint(std::string_view topic)
{
    const Scope scope = templateScope(topic);
    return scope == Scope::Flow || scope == Scope::Blueprint;
}

schema::JsonPath pathOf(const JsonTree &tree, int node)
{
    schema::JsonPath path;
    for (; tree.parent(node) != JsonTree::none; node = tree.parent(node)) {
        const int parent = tree.parent(node);
        if (tree.isObject(parent)) {
            path.push_back({ tree.key(node), -1 });
            continue;
        }
        int index = 0;
        for (int item = tree.first(parent); item != node; item = tree.next(item))
            ++index;
        path.push_back({ {}, index });
    }
    std::reverse(path.begin(), path.end());
    return path;
}

class Checker {
public:
    Checker(const JsonTree &tree, const KnownTypes &types)
        : m_tree(tree)
        , m_types(types)
    {
    }
    std::vector<Issue> run();

private:
    struct Use {
        int node = JsonTree::none; ///< of the topic
        int entry = JsonTree::none;
        std::string spec;
        TopicRole role = TopicRole::Unknown;
    };

    void add(Kind kind, Severity severity, int node, bool byName, std::string subject = {});
    bool is(int node, Json kind, const char *wanted, Severity severity = Severity::Fault);
    std::vector<int> members(int object); ///< each name once, the last that counts
    int object(int parent, const char *name, bool required);
    void checkAbout();
    void checkParameters();
    void checkParameter(int parameter);
    void checkControl();
    void checkEntry(int entry);
    void checkTopic(int topic, int entry);
    void checkInterface(int interface);
    void checkDoor(int interface, const char *name);
    void checkPlaceholders(int node, bool byName, Severity severity);
    void checkSides();
    void checkAnswers(const Use &client);
    [[nodiscard]] bool produced(const std::string &topic) const;
    [[nodiscard]] bool consumed(const std::string &topic) const;
    [[nodiscard]] bool hasRole(const std::string &topic, TopicRole role) const;

    const JsonTree &m_tree;
    const KnownTypes &m_types;
    std::vector<Issue> m_issues;
    std::map<std::string, int, std::less<>> m_parameters; ///< name → its object
    std::map<std::string, std::string> m_controllers;
    std::set<std::string> m_used;
    std::map<std::string, std::vector<Use>> m_topics; ///< template → who names it
    std::map<std::string, std::vector<int>> m_doors; ///< template → nodes of interfaces
};

void Checker::add(Kind kind, Severity severity, int node, bool byName, std::string subject)
{
    Issue issue;
    issue.kind = kind;
    issue.severity = severity;
    issue.path = pathOf(m_tree, node);
    const bool named = byName && m_tree.nameEnd(node) > 0;
    issue.begin = named ? m_tree.memberBegin(node) : m_tree.begin(node);
    issue.end = named ? m_tree.nameEnd(node) : m_tree.end(node);
    issue.subject = std::move(subject);
    m_issues.push_back(std::move(issue));
}

bool Checker::is(int node, Json kind, const char *wanted, Severity severity)
{
    if (m_tree.kind(node) == kind)
        return true;
    add(Kind::WrongKind, severity, node, false, wanted);
    return false;
}

std::vector<int> Checker::members(int object)
{
    std::vector<int> result;
    std::map<std::string, std::size_t> seen;
    for (int node = m_tree.first(object); node != JsonTree::none; node = m_tree.next(node)) {
        const auto [at, isNew] = seen.emplace(m_tree.key(node), result.size());
        if (isNew) {
            result.push_back(node);
            continue;
        }
        add(Kind::TwiceNamed, Severity::Caution, result[at->second], true, m_tree.key(node));
        result[at->second] = node;
    }
    return result;
}

/// A member that is an object; none when it is missing or something else.
int Checker::object(int parent, const char *name, bool required)
{
    const int node = m_tree.child(parent, name);
    if (node == JsonTree::none) {
        if (required) {
            add(Kind::SectionMissing, Severity::Fault, parent, true, name);
            m_issues.back().end = m_issues.back().begin + 1;
        }
        return JsonTree::none;
    }
    if (!required && m_tree.kind(node) == Json::Null)
        return JsonTree::none;
    return is(node, Json::Object, "object") ? node : JsonTree::none;
}

std::vector<Issue> Checker::run()
{
    if (!is(0, Json::Object, "object"))
        return std::move(m_issues);
    members(0);
    checkAbout();
    checkParameters();
    std::size_t entries = 0;
    for (const char *section : { "blueprint", "flow" }) {
        const int node = object(0, section, true);
        if (node == JsonTree::none)
            continue;
        for (const int entry : members(node)) {
            checkEntry(entry);
            ++entries;
        }
    }
    if (const int doors = object(0, "interfaces", false); doors != JsonTree::none)
        for (const int interface : members(doors))
            checkInterface(interface);
    checkSides();
    for (const auto &[name, node] : m_parameters)
        if (!m_used.contains(name) && !builtIn(name))
            add(Kind::UnusedParameter, Severity::Note, node, true, name);
    if (entries == 0 && m_issues.empty())
        add(Kind::NothingToRun, Severity::Caution, m_tree.child(0, "flow"), true);
    std::stable_sort(m_issues.begin(), m_issues.end(),
        [](const Issue &a, const Issue &b) { return a.begin < b.begin; });
    return std::move(m_issues);
}

void Checker::checkAbout()
{
    const int about = m_tree.child(0, "description");
    if (about != JsonTree::none && m_tree.kind(about) != Json::Null)
        is(about, Json::String, "text");
    const int tags = m_tree.child(0, "tags");
    if (tags == JsonTree::none || m_tree.kind(tags) == Json::Null || !is(tags, Json::Array, "list"))
        return;
    for (int tag = m_tree.first(tags); tag != JsonTree::none; tag = m_tree.next(tag))
        is(tag, Json::String, "text");
}

void Checker::checkParameters()
{
    const int parameters = object(0, "parameters", false);
    if (parameters == JsonTree::none)
        return;
    for (const int parameter : members(parameters)) {
        m_parameters[m_tree.key(parameter)] = parameter;
        if (builtIn(m_tree.key(parameter)))
            add(Kind::ReservedParameter, Severity::Caution, parameter, true, m_tree.key(parameter));
        if (is(parameter, Json::Object, "object"))
            checkParameter(parameter);
    }
    checkControl();
}

void Checker::checkParameter(int parameter)
{
    members(parameter);
    const auto optional = [&](const char *name, Json kind, const char *wanted) {
        const int node = m_tree.child(parameter, name);
        return node == JsonTree::none || m_tree.kind(node) == Json::Null || is(node, kind, wanted);
    };
    optional("description", Json::String, "text");
    optional("order", Json::Number, "number");
    optional("advanced", Json::Boolean, "boolean");
    if (const int by = m_tree.child(parameter, "controlled-by");
        optional("controlled-by", Json::String, "text") && by != JsonTree::none
        && m_tree.kind(by) == Json::String)
        m_controllers[m_tree.key(parameter)] = m_tree.string(by);
    const int type = m_tree.child(parameter, "type");
    if (type == JsonTree::none || m_tree.kind(type) == Json::Null)
        return add(Kind::NoParameterType, Severity::Fault, parameter, true);
    if (is(type, Json::String, "text") && m_types && !m_types->contains(m_tree.string(type)))
        add(Kind::UnknownParameterType, Severity::Caution, type, false, m_tree.string(type));
}

void Checker::checkControl()
{
    for (const auto &[name, controller] : m_controllers) {
        const int node = m_tree.child(m_parameters[name], "controlled-by");
        if (!m_parameters.contains(controller)) {
            add(Kind::UnknownController, Severity::Caution, node, false, controller);
            continue;
        }
        std::string at = controller;
        for (std::size_t steps = 0; steps <= m_controllers.size() && at != name; ++steps) {
            const auto next = m_controllers.find(at);
            if (next == m_controllers.end())
                break;
            at = next->second;
        }
        if (at == name)
            add(Kind::ControlCircle, Severity::Caution, node, false, controller);
    }
}

void Checker::checkPlaceholders(int node, bool byName, Severity severity)
{
    const std::string text = byName ? m_tree.key(node) : m_tree.string(node);
    for (const std::string &name : placeholders(text, severity == Severity::Fault)) {
        m_used.insert(name);
        if (!builtIn(name) && !m_parameters.contains(name))
            add(Kind::UnknownPlaceholder, severity, node, byName, name);
    }
}

void Checker::checkEntry(int entry)
{
    const std::string key = m_tree.key(entry);
    if (key.find(':') == std::string::npos)
        add(Kind::NoVariant, Severity::Fault, entry, true, key);
    else if (key.front() == ':')
        add(Kind::NoProcessor, Severity::Fault, entry, true, key);
    checkPlaceholders(entry, true, Severity::Fault);
    if (!is(entry, Json::Object, "object"))
        return;
    members(entry);
    const int topics = object(entry, "topics", false);
    const int parameters = object(entry, "parameters", false);
    if (m_tree.child(entry, "topics") == JsonTree::none)
        add(Kind::EntryWithoutTopics, Severity::Caution, entry, true, key);
    if (topics != JsonTree::none)
        for (const int topic : members(topics))
            if (is(topic, Json::String, "text"))
                checkTopic(topic, entry);
    if (parameters != JsonTree::none)
        for (const int parameter : members(parameters))
            // Braces may be the processor's own, e.g. those of a prompt.
            if (is(parameter, Json::String, "text"))
                checkPlaceholders(parameter, false, Severity::Caution);
}

void Checker::checkTopic(int topic, int entry)
{
    const std::string text = m_tree.string(topic);
    const std::string spec = m_tree.key(topic);
    if (text.empty())
        return add(Kind::EmptyTopic, Severity::Fault, topic, false);
    checkPlaceholders(topic, false, Severity::Fault);
    if (!parseTopic(text))
        add(Kind::UnknownAddress, Severity::Caution, topic, false, text);
    const TopicRole role = topicRole(spec);
    if (role == TopicRole::Unknown)
        add(Kind::NoDirection, Severity::Caution, topic, true);
    const std::string key = m_tree.key(entry);
    const std::size_t colon = key.find(':');
    if (colon != std::string::npos && templateScope(text) == Scope::Flow
        && templateScope(std::string_view(key).substr(colon)) != Scope::Flow)
        add(Kind::NarrowerTopic, Severity::Caution, topic, false, text);
    m_topics[text].push_back({ topic, entry, spec, role });
}

void Checker::checkInterface(int interface)
{
    const std::string name = m_tree.key(interface);
    if (m_tree.kind(interface) == Json::String) {
        add(Kind::OldInterface, Severity::Caution, interface, false, name);
        checkPlaceholders(interface, false, Severity::Fault);
        m_doors[m_tree.string(interface)].push_back(interface);
        return;
    }
    if (!is(interface, Json::Object, "object"))
        return;
    members(interface);
    const bool flow = m_tree.child(interface, "flow") != JsonTree::none;
    const bool request = m_tree.child(interface, "request") != JsonTree::none;
    const bool response = m_tree.child(interface, "response") != JsonTree::none;
    if (!flow && !request && !response)
        return add(Kind::InterfaceWithoutTopic, Severity::Fault, interface, true, name);
    if (request != response)
        add(Kind::HalfInterface, Severity::Fault, interface, true,
            request ? "response" : "request");
    for (const char *door : { "flow", "request", "response" })
        checkDoor(interface, door);
}

void Checker::checkDoor(int interface, const char *name)
{
    const int door = m_tree.child(interface, name);
    if (door == JsonTree::none || !is(door, Json::String, "text"))
        return;
    if (m_tree.string(door).empty())
        return add(Kind::EmptyTopic, Severity::Fault, door, false);
    checkPlaceholders(door, false, Severity::Fault);
    if (!parseTopic(m_tree.string(door)))
        add(Kind::UnknownAddress, Severity::Caution, door, false, m_tree.string(door));
    m_doors[m_tree.string(door)].push_back(door);
}

bool Checker::hasRole(const std::string &topic, TopicRole role) const
{
    const auto at = m_topics.find(topic);
    return at != m_topics.end()
        && std::any_of(
            at->second.begin(), at->second.end(), [&](const Use &use) { return use.role == role; });
}

bool Checker::produced(const std::string &topic) const
{
    // What has no known direction may be either side: nothing is claimed then.
    return m_doors.contains(topic) || hasRole(topic, TopicRole::Output)
        || hasRole(topic, TopicRole::ClientRequest) || hasRole(topic, TopicRole::ServerResponse)
        || hasRole(topic, TopicRole::Unknown);
}

bool Checker::consumed(const std::string &topic) const
{
    return m_doors.contains(topic) || hasRole(topic, TopicRole::Input)
        || hasRole(topic, TopicRole::ServerRequest) || hasRole(topic, TopicRole::Unknown);
}

void Checker::checkSides()
{
    for (const auto &[topic, uses] : m_topics) {
        if (!ownOfBlueprint(topic))
            continue;
        for (const Use &use : uses) {
            const bool reads = use.role == TopicRole::Input || use.role == TopicRole::ServerRequest;
            const bool writes =
                use.role == TopicRole::Output || use.role == TopicRole::ClientRequest;
            if (reads && !produced(topic))
                add(Kind::NobodyProduces, Severity::Caution, use.node, false, topic);
            if (writes && !consumed(topic))
                add(Kind::NobodyConsumes, Severity::Caution, use.node, false, topic);
            if (use.role == TopicRole::ClientRequest && consumed(topic))
                checkAnswers(use);
        }
    }
    for (const auto &[topic, doors] : m_doors)
        if (ownOfBlueprint(topic) && !m_topics.contains(topic))
            for (const int door : doors)
                add(Kind::InterfaceLeadsNowhere, Severity::Caution, door, false, topic);
}

/// A client whose requests are taken needs somebody who answers where it listens.
void Checker::checkAnswers(const Use &client)
{
    const std::string name = std::string(clientOf(client.spec)) + "-response";
    const int topics = m_tree.child(client.entry, "topics");
    const int answers = m_tree.child(topics, name);
    if (answers == JsonTree::none || m_tree.kind(answers) != Json::String)
        return;
    const std::string topic = m_tree.string(answers);
    if (ownOfBlueprint(topic) && !m_doors.contains(topic)
        && !hasRole(topic, TopicRole::ServerResponse) && !hasRole(topic, TopicRole::Output)
        && !hasRole(topic, TopicRole::Unknown))
        add(Kind::NobodyAnswers, Severity::Caution, answers, false, topic);
}

} // namespace

std::vector<BlueprintIssue> checkBlueprint(const std::string &text, const KnownTypes &types)
{
    const auto tree = JsonTree::parse(text);
    if (!tree) {
        Issue issue;
        issue.begin = std::min(tree.error().offset, text.size());
        issue.end = std::min(issue.begin + 1, text.size());
        issue.subject = tree.error().message;
        return { issue };
    }
    return Checker(*tree, types).run();
}

std::vector<std::string> entriesGone(
    const schema::Blueprint &before, const schema::Blueprint &after)
{
    std::vector<std::string> gone;
    const auto compare = [&](const char *section, const auto &old, const auto &now) {
        for (const auto &[key, entry] : old)
            if (!schema::find(now, key))
                gone.push_back(std::string(section) + "." + key);
    };
    compare("blueprint", before.blueprint, after.blueprint);
    compare("flow", before.flow, after.flow);
    return gone;
}

} // namespace signalbox::rules
