// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/configform.h"

#include "models/schema/channel.h"
#include "models/schema/codec.h"
#include "models/schema/secretname.h"

#include <algorithm>
#include <array>
#include <span>

namespace signalbox::schema {
namespace {

using Kind = JsonTree::Kind;

struct Spec {
    const char *id;
    FieldKind kind = FieldKind::Line;
    bool required = false;
    std::vector<std::string> choices = {};
    const char *refers = "";
    /// Only when `tool`'s type is among these, comma separated; "" = always.
    const char *only = "";
    std::vector<Spec> item = {}; ///< Add: what an item holds; empty with kind Add: plain texts
};

using Specs = std::vector<Spec>;

const Specs &promptSpecs()
{
    static const Specs specs { { "id" }, { "prompt", FieldKind::Text, true },
        { "response-type", FieldKind::Choice, false, { "text", "json", "jsonl" } },
        { "schema", FieldKind::Json } };
    return specs;
}

const Specs &toolSpecs()
{
    static const Specs argument { { "name", FieldKind::Line, true },
        { "type", FieldKind::Choice, true, { "string", "number", "integer", "boolean" } },
        { "description", FieldKind::Text } };
    static const Specs specs { { "id" }, { "name", FieldKind::Line, true },
        { "description", FieldKind::Text, true },
        { "type", FieldKind::Choice, true,
            { "knowledge-query", "text-completion", "structured-query", "row-embeddings-query",
                "prompt", "mcp-tool", "tool-service" } },
        { "collection", FieldKind::Line, false, {}, "collection",
            "knowledge-query,structured-query,row-embeddings-query" },
        { "template", FieldKind::Line, true, {}, "prompt", "prompt" },
        { "mcp-tool", FieldKind::Line, true, {}, "mcp", "mcp-tool" },
        { "service", FieldKind::Line, true, {}, "tool-service", "tool-service" },
        { "schema-name", FieldKind::Line, true, {}, "schema", "row-embeddings-query" },
        { "index-name", FieldKind::Line, false, {}, "", "row-embeddings-query" },
        { "limit", FieldKind::Integer, false, {}, "", "row-embeddings-query" },
        { "arguments", FieldKind::Add, false, {}, "", "prompt,mcp-tool,tool-service", argument },
        { "group", FieldKind::Words }, { "state" }, { "applicable-states", FieldKind::Words } };
    return specs;
}

const Specs &parameterTypeSpecs()
{
    static const Specs choice { { "id", FieldKind::Line, true }, { "description" } };
    static const Specs specs { { "type", FieldKind::Choice, true,
                                   { "string", "integer", "float", "number", "boolean" } },
        { "description", FieldKind::Text }, { "default", FieldKind::Scalar },
        { "required", FieldKind::Flag }, { "enum", FieldKind::Add, false, {}, "", "", choice },
        { "min", FieldKind::Number }, { "max", FieldKind::Number }, { "pattern" },
        { "placeholder", FieldKind::Scalar }, { "helper", FieldKind::Text } };
    return specs;
}

const Specs &tableSpecs()
{
    static const Specs field { { "name", FieldKind::Line, true },
        { "type", FieldKind::Choice, true,
            { "string", "integer", "long", "float", "double", "boolean", "timestamp" } },
        { "description" }, { "primary_key", FieldKind::Flag }, { "required", FieldKind::Flag },
        { "indexed", FieldKind::Flag }, { "size", FieldKind::Integer },
        { "enum", FieldKind::Words } };
    static const Specs specs { { "name", FieldKind::Line, true },
        { "description", FieldKind::Text }, { "query-indexes", FieldKind::Words },
        { "fields", FieldKind::Add, false, {}, "", "", field } };
    return specs;
}

const Specs &agentSpecs()
{
    static const Specs rule { { "condition", FieldKind::Line, true },
        { "action", FieldKind::Line, true, {}, "portal/action" } };
    static const Specs specs { { "name", FieldKind::Line, true }, { "role" },
        { "is_active", FieldKind::Flag }, { "persona", FieldKind::Text },
        { "system_prompt", FieldKind::Text }, { "model_preference" },
        { "tool_assignments", FieldKind::Words, false, {}, "portal/tool" },
        { "escalation_rules", FieldKind::Add, false, {}, "", "", rule },
        { "natural_language_escalation", FieldKind::Flag }, { "escalation_assignee" },
        { "budget_limit_usd", FieldKind::Number } };
    return specs;
}

/// Rows of the tenant platform; no config type has a slash in front.
const Specs *portalSpecs(std::string_view type)
{
    static const std::vector<std::string> roles { "customer_admin", "customer_operator" };
    static const Specs tenant { { "name", FieldKind::Line, true },
        { "slug", FieldKind::Line, true },
        { "subscription_state", FieldKind::Choice, false,
            { "trial", "active", "past_due", "suspended", "cancelled" } },
        { "agent_quota", FieldKind::Integer } };
    static const Specs channel { { "channel_type", FieldKind::Line, true, {}, "portal/channel" },
        { "workspace_id", FieldKind::Line, true }, { "is_active", FieldKind::Flag } };
    static const Specs member { { "user", FieldKind::Line, true },
        { "role", FieldKind::Choice, true, roles } };
    static const Specs invitation { { "email", FieldKind::Line, true },
        { "role", FieldKind::Choice, true, roles } };
    if (type == "portal/agent")
        return &agentSpecs();
    if (type == "portal/tenant")
        return &tenant;
    if (type == "portal/channel")
        return &channel;
    if (type == "portal/member")
        return &member;
    static const Specs acceptance { { "token", FieldKind::Line, true } };
    if (type == "portal/acceptance")
        return &acceptance;
    return type == "portal/invitation" ? &invitation : nullptr;
}

struct TypeSpecs {
    const char *type;
    Specs specs;
};

const Specs *specsOf(std::string_view type, std::string_view key)
{
    if (type.starts_with("portal/"))
        return portalSpecs(type);
    if (type == "prompt")
        return key.starts_with("template.") ? &promptSpecs() : nullptr;
    if (type == "tool")
        return &toolSpecs();
    if (type == "parameter-type")
        return &parameterTypeSpecs();
    if (type == "schema")
        return &tableSpecs();
    static const Specs parameter { { "name", FieldKind::Line, true },
        { "required", FieldKind::Flag } };
    static const std::array<TypeSpecs, 7> others { {
        { "mcp",
            { { "remote-name" }, { "url", FieldKind::Line, true },
                { "auth-token", FieldKind::Secret } } },
        { "token-cost",
            { { "model_name" }, { "input_price", FieldKind::Number, true },
                { "output_price", FieldKind::Number, true } } },
        { "collection",
            { { "collection", FieldKind::Line, true }, { "name" },
                { "description", FieldKind::Text }, { "tags", FieldKind::Words } } },
        { "tool-service",
            { { "id" }, { "request-queue", FieldKind::Line, true },
                { "response-queue", FieldKind::Line, true },
                { "config-params", FieldKind::Add, false, {}, "", "", parameter } } },
        { "interface-description",
            { { "description", FieldKind::Text },
                { "kind", FieldKind::Choice, false, { "send", "request-response" } },
                { "visible", FieldKind::Flag } } },
        { "agent-pattern",
            { { "name", FieldKind::Line, true }, { "description", FieldKind::Text },
                { "max_iterations", FieldKind::Integer },
                { "max_replan_depth", FieldKind::Integer },
                { "max_subagents", FieldKind::Integer } } },
        { "agent-task-type",
            { { "name", FieldKind::Line, true }, { "description", FieldKind::Text },
                { "valid_patterns", FieldKind::Words }, { "framing", FieldKind::Text } } },
    } };
    for (const TypeSpecs &other : others)
        if (type == other.type)
            return &other.specs;
    return nullptr;
}

bool listed(std::string_view list, std::string_view word)
{
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        if (list.substr(0, end) == word)
            return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

std::string wordsOf(const JsonTree &tree, int node)
{
    std::string text;
    for (int item = tree.first(node); item != JsonTree::none; item = tree.next(item))
        text += tree.string(item) + '\n';
    if (!text.empty())
        text.pop_back();
    return text;
}

bool allStrings(const JsonTree &tree, int node)
{
    for (int item = tree.first(node); item != JsonTree::none; item = tree.next(item))
        if (tree.kind(item) != Kind::String)
            return false;
    return true;
}

/// Can the control of that kind show what stands there?
bool fits(const JsonTree &tree, int node, FieldKind kind)
{
    const Kind held = tree.kind(node);
    if (held == Kind::Null)
        return true;
    switch (kind) {
    case FieldKind::Flag:
        return held == Kind::Boolean;
    case FieldKind::Integer:
    case FieldKind::Number:
        return held == Kind::Number;
    case FieldKind::Scalar:
        return held != Kind::Array && held != Kind::Object;
    case FieldKind::Words:
        return held == Kind::Array && allStrings(tree, node);
    case FieldKind::Add:
        return held == Kind::Array;
    case FieldKind::Json:
        return true;
    default:
        return held == Kind::String;
    }
}

class FormReader {
public:
    FormReader(const JsonTree &tree, std::vector<FormField> &out)
        : m_tree(tree)
        , m_out(out)
    {
    }

    void object(const Specs &specs, const JsonPath &path, int node, int level)
    {
        const int type = m_tree.child(node, "type");
        const std::string kind = type == JsonTree::none ? "" : m_tree.string(type);
        for (const Spec &spec : specs)
            if (*spec.only == '\0' || listed(spec.only, kind)
                || m_tree.child(node, spec.id) != JsonTree::none)
                member(spec, path, node, level);
    }

private:
    void member(const Spec &spec, const JsonPath &path, int node, int level)
    {
        const int held = m_tree.child(node, spec.id);
        if (spec.kind == FieldKind::Add
            && (held == JsonTree::none || fits(m_tree, held, spec.kind)))
            return list(spec, path / spec.id, held, level);
        FormField field { spec.kind, spec.id, path / spec.id, {}, held != JsonTree::none,
            spec.required, false, spec.choices, spec.refers, {}, level };
        if (field.present && !fits(m_tree, held, spec.kind)) {
            field.kind = FieldKind::Json; // another shape than expected: as it is written
            field.choices.clear();
        }
        if (field.present && m_tree.kind(held) != Kind::Null)
            field.value = field.kind == FieldKind::Words ? wordsOf(m_tree, held)
                : field.kind == FieldKind::Json          ? std::string(m_tree.raw(held))
                                                         : m_tree.string(held);
        if (field.required && field.value.empty())
            field.fault = "missing";
        m_out.push_back(std::move(field));
    }
    void list(const Spec &spec, const JsonPath &path, int held, int level)
    {
        int index = 0;
        for (int item = held == JsonTree::none ? held : m_tree.first(held); item != JsonTree::none;
             item = m_tree.next(item), ++index) {
            FormField group { FieldKind::Group, spec.id, path / index, std::to_string(index + 1),
                true };
            group.level = level;
            m_out.push_back(std::move(group));
            if (m_tree.isObject(item)) {
                object(spec.item, path / index, item, level + 1);
                continue;
            }
            const bool text = m_tree.kind(item) == Kind::String;
            FormField field { text ? FieldKind::Line : FieldKind::Json, "", path / index,
                text ? m_tree.string(item) : std::string(m_tree.raw(item)), true };
            field.level = level + 1;
            m_out.push_back(std::move(field));
        }
        FormField add { FieldKind::Add, spec.id, path, {}, held != JsonTree::none };
        add.level = level;
        m_out.push_back(std::move(add));
    }

    const JsonTree &m_tree;
    std::vector<FormField> &m_out;
};

Expected<std::string, std::string> numberText(std::string_view value, bool whole)
{
    const auto tree = JsonTree::parse(std::string(value));
    if (!tree || tree->kind(0) != Kind::Number)
        return unexpected(std::string("a number is expected"));
    if (whole && tree->canonical(0).find_first_of(".e") != std::string::npos)
        return unexpected(std::string("a whole number is expected"));
    return std::string(tree->raw(0));
}

std::string wordList(std::string_view value)
{
    std::string out;
    while (!value.empty()) {
        const std::size_t end = std::min(value.find('\n'), value.size());
        if (const auto word = value.substr(0, end); !word.empty())
            out += (out.empty() ? "" : ", ") + jsonString(word);
        value.remove_prefix(std::min(end + 1, value.size()));
    }
    return "[" + out + "]";
}

/// A default or placeholder is written as the parameter's type wants it.
std::string scalarText(const JsonTree &tree, const FormField &field, std::string_view value)
{
    JsonPath up = field.path;
    up.pop_back();
    const int type = tree.at(up / "type");
    const std::string kind = type == JsonTree::none ? "" : tree.string(type);
    const bool number = kind == "integer" || kind == "float" || kind == "number";
    if (number && numberText(value, false))
        return std::string(value);
    if (kind == "boolean" && (value == "true" || value == "false"))
        return std::string(value);
    return jsonString(value);
}

void tenantWorkspace(const JsonTree &tree, std::vector<FormField> &out)
{
    FormField field { FieldKind::Line, "workspace", JsonPath {} / "settings" / "workspace" };
    if (const int held = tree.at(field.path); held != JsonTree::none) {
        field.present = true;
        field.value = tree.string(held);
    }
    out.push_back(std::move(field));
}

/// What the channel of that type is known to need, then whatever else is stored; all of it is
/// written and never read back.
void channelSettings(const JsonTree &tree, std::vector<FormField> &out)
{
    static const std::pair<std::string_view, std::vector<std::string>> known[] = {
        { "slack", { "bot_token", "signing_secret", "callback_url", "agent_id" } },
        { "whatsapp",
            { "access_token", "phone_number_id", "app_secret", "verify_token", "signing_secret",
                "callback_url", "agent_id" } },
        { "mattermost", { "url", "token", "signing_secret", "callback_url", "agent_id" } },
        { "rocketchat",
            { "url", "user_id", "token", "signing_secret", "callback_url", "agent_id" } },
        { "teams", { "app_id", "app_password", "signing_secret", "callback_url", "agent_id" } },
        { "telegram", { "bot_token", "signing_secret", "callback_url", "agent_id" } },
        { "signal", { "number", "api_url", "signing_secret", "callback_url", "agent_id" } },
    };
    const int type = tree.child(0, "channel_type");
    std::vector<std::string> names;
    for (const auto &[id, needed] : known)
        if (type != JsonTree::none && tree.string(type) == id)
            names = needed;
    const int config = tree.child(0, "config");
    if (config != JsonTree::none && tree.isObject(config))
        for (int one = tree.first(config); one != JsonTree::none; one = tree.next(one))
            if (std::find(names.begin(), names.end(), tree.key(one)) == names.end())
                names.push_back(tree.key(one));
    for (const std::string &name : names) {
        FormField field { namesSecret(name) ? FieldKind::Secret : FieldKind::Line, name,
            JsonPath {} / "config" / name };
        if (const int held = tree.at(field.path); held != JsonTree::none) {
            field.present = true;
            const bool text = tree.kind(held) == Kind::String || tree.kind(held) == Kind::Null;
            field.value = text ? tree.string(held) : std::string(tree.raw(held));
            if (!text)
                field.kind = FieldKind::Json;
            else if (field.value == maskedSecret)
                field.kind = FieldKind::Secret;
        }
        out.push_back(std::move(field));
    }
}

} // namespace

bool hasForm(std::string_view type, std::string_view key)
{
    return specsOf(type, key) || (type == "prompt" && (key == "system" || key == "template-index"));
}

std::vector<FormField> readForm(std::string_view type, std::string_view key, const JsonTree &tree)
{
    std::vector<FormField> fields;
    if (type == "prompt" && key == "system" && tree.kind(0) == Kind::String)
        fields.push_back({ FieldKind::Text, "system", {}, tree.string(0), true });
    else if (type == "prompt" && key == "template-index" && fits(tree, 0, FieldKind::Words))
        fields.push_back({ FieldKind::Words, "template-index", {}, wordsOf(tree, 0), true });
    else if (const Specs *specs = specsOf(type, key); specs && tree.isObject(0))
        FormReader(tree, fields).object(*specs, {}, 0, 0);
    if (type == "portal/tenant" && tree.isObject(0))
        tenantWorkspace(tree, fields);
    if (type == "portal/channel" && tree.isObject(0))
        channelSettings(tree, fields);
    return fields;
}

Expected<std::string, std::string> writeField(
    const JsonTree &tree, const FormField &field, std::string_view value)
{
    std::string text;
    switch (field.kind) {
    case FieldKind::Integer:
    case FieldKind::Number: {
        if (value.empty())
            return withoutValue(tree, field.path);
        auto number = numberText(value, field.kind == FieldKind::Integer);
        if (!number)
            return unexpected(number.error());
        text = *number;
        break;
    }
    case FieldKind::Flag:
        text = value == "true" ? "true" : "false";
        break;
    case FieldKind::Words:
        text = wordList(value);
        break;
    case FieldKind::Json: {
        if (value.empty())
            return withoutValue(tree, field.path);
        const auto parsed = JsonTree::parse(std::string(value));
        if (!parsed)
            return unexpected(parsed.error().message);
        text = std::string(value);
        break;
    }
    case FieldKind::Scalar:
        if (value.empty())
            return withoutValue(tree, field.path);
        text = scalarText(tree, field, value);
        break;
    case FieldKind::Group:
    case FieldKind::Add:
        return tree.text();
    default:
        text = jsonString(value);
    }
    // What means the same stays as it is written.
    if (const int held = tree.at(field.path); held != JsonTree::none) {
        const auto parsed = JsonTree::parse(text);
        if (parsed && parsed->canonical(0) == tree.canonical(held) && field.kind != FieldKind::Json
            && field.kind != FieldKind::Number)
            return tree.text();
    } else if (value.empty() && field.kind != FieldKind::Flag) {
        return tree.text(); // nothing was there, nothing is wanted
    }
    return withValue(tree, field.path, text);
}

std::string addItem(const JsonTree &tree, const FormField &field)
{
    std::string item = "{\"name\":\"\",\"type\":\"string\"}";
    if (field.id == "enum") {
        const int held = tree.at(field.path);
        const bool plain = held != JsonTree::none && tree.first(held) != JsonTree::none
            && tree.kind(tree.first(held)) == Kind::String;
        item = plain ? "\"\"" : "{\"id\":\"\",\"description\":\"\"}";
    } else if (field.id == "arguments") {
        item = "{\"name\":\"\",\"type\":\"string\",\"description\":\"\"}";
    } else if (field.id == "escalation_rules") {
        item = "{\"condition\":\"\",\"action\":\"handoff_human\"}";
    } else if (field.id == "config-params") {
        item = "{\"name\":\"\",\"required\":true}";
    }
    return withItem(tree, field.path, item);
}

std::string removeItem(const JsonTree &tree, const FormField &field)
{
    return withoutValue(tree, field.path);
}

std::string newValue(std::string_view type, std::string_view key)
{
    const std::string name = jsonString(key);
    if (type == "portal/agent")
        return "{\n  \"name\": \"\",\n  \"role\": \"\",\n  \"persona\": \"\",\n  "
               "\"system_prompt\": \"\",\n"
               "  \"model_preference\": \"scripted\",\n  \"tool_assignments\": [],\n"
               "  \"escalation_rules\": [],\n  \"natural_language_escalation\": false,\n"
               "  \"is_active\": true\n}";
    if (type == "portal/tenant")
        return "{\n  \"name\": \"\",\n  \"slug\": \"\",\n  \"subscription_state\": \"trial\"\n}";
    if (type == "portal/channel")
        return "{\n  \"channel_type\": \"slack\",\n  \"workspace_id\": \"\",\n  \"config\": {},\n"
               "  \"is_active\": true\n}";
    if (type == "portal/member")
        return "{\n  \"user\": \"\",\n  \"role\": \"customer_operator\"\n}";
    if (type == "portal/acceptance")
        return "{\n  \"token\": \"\"\n}";
    if (type == "portal/invitation")
        return "{\n  \"email\": \"\",\n  \"role\": \"customer_operator\"\n}";
    if (type == "prompt") {
        if (key == "system")
            return "\"\"";
        if (key == "template-index")
            return "[]";
        const std::string id = jsonString(key.starts_with("template.") ? key.substr(9) : key);
        return "{\n  \"prompt\": \"\",\n  \"response-type\": \"text\",\n  \"id\": " + id + "\n}";
    }
    if (type == "tool")
        return "{\n  \"id\": " + name + ",\n  \"name\": " + name
            + ",\n  \"description\": \"\",\n  \"type\": \"knowledge-query\",\n"
              "  \"group\": [\"default\"]\n}";
    if (type == "mcp")
        return "{\n  \"remote-name\": " + name + ",\n  \"url\": \"\"\n}";
    if (type == "token-cost")
        return "{\n  \"model_name\": " + name
            + ",\n  \"input_price\": 0,\n  \"output_price\": 0\n}";
    if (type == "parameter-type")
        return "{\n  \"type\": \"string\",\n  \"description\": \"\",\n  \"required\": false\n}";
    if (type == "schema")
        return "{\n  \"name\": " + name + ",\n  \"description\": \"\",\n  \"fields\": []\n}";
    if (type == "collection")
        return "{\n  \"collection\": " + name + ",\n  \"name\": " + name
            + ",\n  \"description\": \"\",\n  \"tags\": []\n}";
    if (type == "tool-service")
        return "{\n  \"id\": " + name
            + ",\n  \"request-queue\": \"\",\n  \"response-queue\": \"\",\n"
              "  \"config-params\": []\n}";
    if (type == "flow-blueprint")
        return "{\n  \"description\": \"\",\n  \"tags\": [],\n  \"parameters\": {},\n"
               "  \"blueprint\": {},\n  \"flow\": {},\n  \"interfaces\": {}\n}";
    return "{}";
}

std::vector<std::string> promptVariables(std::string_view prompt)
{
    std::vector<std::string> found;
    std::vector<std::string> made; // by {% for x in … %}
    const auto word = [](std::string_view text) {
        const std::size_t from = std::min(text.find_first_not_of(" \t\n-"), text.size());
        text.remove_prefix(from);
        std::size_t end = 0;
        while (end < text.size()
            && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_'
                || text[end] == '-'))
            ++end;
        return text.substr(0, end);
    };
    for (std::size_t at = 0; (at = prompt.find('{', at)) != std::string_view::npos;) {
        const auto rest = prompt.substr(at);
        const std::size_t end = rest.find(rest.starts_with("{{") ? "}}" : "%}");
        if ((!rest.starts_with("{{") && !rest.starts_with("{%")) || end == std::string_view::npos) {
            ++at;
            continue;
        }
        std::string_view inside = rest.substr(2, end - 2);
        at += end + 2;
        const auto note = [&](std::string_view name) {
            const std::string text(name);
            if (!text.empty() && !std::isdigit(static_cast<unsigned char>(text[0]))
                && std::find(found.begin(), found.end(), text) == found.end()
                && std::find(made.begin(), made.end(), text) == made.end())
                found.push_back(text);
        };
        const auto first = word(inside);
        if (rest.starts_with("{{")) {
            note(first);
        } else if (first == "for") {
            inside.remove_prefix(std::size_t(first.data() + first.size() - inside.data()));
            made.emplace_back(word(inside));
            if (const auto in = inside.find(" in "); in != std::string_view::npos)
                note(word(inside.substr(in + 4)));
        } else if (first == "if" || first == "elif") {
            inside.remove_prefix(std::size_t(first.data() + first.size() - inside.data()));
            note(word(inside));
        }
    }
    return found;
}

std::string configSummary(std::string_view type, const JsonTree &tree, std::size_t limit)
{
    std::string text;
    if (tree.isObject(0)) {
        static constexpr std::array names { "description", "prompt", "url", "name", "model_name",
            "blueprint-name" };
        for (const char *name : names) {
            const int held = tree.child(0, name);
            if (held == JsonTree::none || tree.kind(held) != Kind::String
                || tree.raw(held).size() <= 2)
                continue;
            text = tree.string(held);
            break;
        }
        if (type == "token-cost") {
            const int in = tree.child(0, "input_price");
            const int out = tree.child(0, "output_price");
            if (in != JsonTree::none && out != JsonTree::none)
                text = std::string(tree.raw(in)) + " in, " + std::string(tree.raw(out)) + " out";
        }
    } else if (tree.kind(0) == Kind::String) {
        text = tree.string(0);
    }
    if (text.empty())
        text = masked(tree).substr(0, limit * 2);
    std::string line;
    bool blank = false;
    for (char c : text) {
        if (c == '\n' || c == '\r' || c == '\t' || c == ' ') {
            blank = !line.empty();
            continue;
        }
        if (std::exchange(blank, false))
            line += ' ';
        line += c;
        if (line.size() > limit)
            break;
    }
    while (line.size() > limit
        || (!line.empty() && (line.back() & 0xC0) == 0x80 && line.size() >= limit))
        line.pop_back();
    return line;
}

std::vector<JsonPath> secretPaths(const JsonTree &tree)
{
    std::vector<JsonPath> found;
    std::vector<std::pair<int, JsonPath>> open { { 0, {} } };
    while (!open.empty()) {
        auto [node, path] = std::move(open.back());
        open.pop_back();
        int index = 0;
        for (int child = tree.first(node); child != JsonTree::none;
             child = tree.next(child), ++index) {
            const JsonPath inner = tree.isObject(node) ? path / tree.key(child) : path / index;
            if (tree.kind(child) == Kind::String && tree.isObject(node)
                && tree.raw(child).size() > 2 && namesSecret(tree.key(child)))
                found.push_back(inner);
            else if (tree.isObject(child) || tree.isArray(child))
                open.emplace_back(child, inner);
        }
    }
    return found;
}

std::string masked(const JsonTree &tree)
{
    std::vector<int> places;
    for (const JsonPath &path : secretPaths(tree))
        places.push_back(tree.at(path));
    std::sort(
        places.begin(), places.end(), [&](int a, int b) { return tree.begin(a) > tree.begin(b); });
    std::string text = tree.text();
    for (int place : places)
        text.replace(tree.begin(place), tree.end(place) - tree.begin(place), "\"•••\"");
    return text;
}

std::string shownMasked(const std::string &text)
{
    const auto tree = JsonTree::parse(text);
    return pretty(tree ? masked(*tree) : text);
}

std::string withoutChannelSettings(std::string_view text)
{
    auto tree = JsonTree::parse(std::string(text));
    if (!tree)
        return text.empty() ? std::string() : "\"•••\"";
    std::vector<JsonPath> places;
    const auto row = [&](int node, const JsonPath &path) {
        const int config = tree->isObject(node) ? tree->child(node, "config") : JsonTree::none;
        if (config == JsonTree::none)
            return;
        if (!tree->isObject(config))
            places.push_back(path / "config");
        else
            for (int one = tree->first(config); one != JsonTree::none; one = tree->next(one))
                places.push_back(path / "config" / tree->key(one));
    };
    const auto rows = [&](int list, const JsonPath &path) {
        int index = 0;
        if (list != JsonTree::none && tree->isArray(list))
            for (int one = tree->first(list); one != JsonTree::none; one = tree->next(one))
                row(one, path / index++);
    };
    row(0, {});
    rows(0, {});
    if (tree->isObject(0))
        rows(tree->child(0, "items"), JsonPath {} / "items");
    std::string out(text);
    for (const JsonPath &path : places)
        if (const auto now = JsonTree::parse(out))
            out = withValue(*now, path, "\"•••\"");
    return out;
}

} // namespace signalbox::schema
