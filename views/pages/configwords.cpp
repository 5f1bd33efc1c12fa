// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/configform.h"
#include "views/pages/flowtext.h"

#include <array>

namespace signalbox {

using flowtext::qs;

namespace {

struct Word {
    const char *id;
    const char *text;
};

constexpr Word labels[] {
    { "", QT_TRANSLATE_NOOP("ConfigForm", "Value") },
    { "id", QT_TRANSLATE_NOOP("ConfigForm", "Id") },
    { "name", QT_TRANSLATE_NOOP("ConfigForm", "Name") },
    { "description", QT_TRANSLATE_NOOP("ConfigForm", "Description") },
    { "type", QT_TRANSLATE_NOOP("ConfigForm", "Type") },
    { "prompt", QT_TRANSLATE_NOOP("ConfigForm", "Template") },
    { "system", QT_TRANSLATE_NOOP("ConfigForm", "System prompt") },
    { "template-index", QT_TRANSLATE_NOOP("ConfigForm", "Loaded templates") },
    { "response-type", QT_TRANSLATE_NOOP("ConfigForm", "Response type") },
    { "schema", QT_TRANSLATE_NOOP("ConfigForm", "JSON schema") },
    { "collection", QT_TRANSLATE_NOOP("ConfigForm", "Collection") },
    { "template", QT_TRANSLATE_NOOP("ConfigForm", "Prompt") },
    { "mcp-tool", QT_TRANSLATE_NOOP("ConfigForm", "MCP tool") },
    { "service", QT_TRANSLATE_NOOP("ConfigForm", "Tool service") },
    { "schema-name", QT_TRANSLATE_NOOP("ConfigForm", "Schema") },
    { "index-name", QT_TRANSLATE_NOOP("ConfigForm", "Index") },
    { "limit", QT_TRANSLATE_NOOP("ConfigForm", "Limit") },
    { "arguments", QT_TRANSLATE_NOOP("ConfigForm", "Argument") },
    { "group", QT_TRANSLATE_NOOP("ConfigForm", "Groups") },
    { "state", QT_TRANSLATE_NOOP("ConfigForm", "Next state") },
    { "applicable-states", QT_TRANSLATE_NOOP("ConfigForm", "Usable in states") },
    { "remote-name", QT_TRANSLATE_NOOP("ConfigForm", "Remote name") },
    { "url", QT_TRANSLATE_NOOP("ConfigForm", "URL") },
    { "auth-token", QT_TRANSLATE_NOOP("ConfigForm", "Token") },
    { "model_name", QT_TRANSLATE_NOOP("ConfigForm", "Model") },
    { "input_price", QT_TRANSLATE_NOOP("ConfigForm", "Input price") },
    { "output_price", QT_TRANSLATE_NOOP("ConfigForm", "Output price") },
    { "default", QT_TRANSLATE_NOOP("ConfigForm", "Default") },
    { "required", QT_TRANSLATE_NOOP("ConfigForm", "Required") },
    { "enum", QT_TRANSLATE_NOOP("ConfigForm", "Choice") },
    { "min", QT_TRANSLATE_NOOP("ConfigForm", "Least") },
    { "max", QT_TRANSLATE_NOOP("ConfigForm", "Most") },
    { "pattern", QT_TRANSLATE_NOOP("ConfigForm", "Pattern") },
    { "placeholder", QT_TRANSLATE_NOOP("ConfigForm", "Placeholder") },
    { "helper", QT_TRANSLATE_NOOP("ConfigForm", "Hint") },
    { "query-indexes", QT_TRANSLATE_NOOP("ConfigForm", "Query indexes") },
    { "fields", QT_TRANSLATE_NOOP("ConfigForm", "Field") },
    { "primary_key", QT_TRANSLATE_NOOP("ConfigForm", "Primary key") },
    { "indexed", QT_TRANSLATE_NOOP("ConfigForm", "Indexed") },
    { "size", QT_TRANSLATE_NOOP("ConfigForm", "Size") },
    { "tags", QT_TRANSLATE_NOOP("ConfigForm", "Tags") },
    { "request-queue", QT_TRANSLATE_NOOP("ConfigForm", "Request queue") },
    { "response-queue", QT_TRANSLATE_NOOP("ConfigForm", "Response queue") },
    { "config-params", QT_TRANSLATE_NOOP("ConfigForm", "Setting") },
    { "kind", QT_TRANSLATE_NOOP("ConfigForm", "Kind") },
    { "visible", QT_TRANSLATE_NOOP("ConfigForm", "Visible") },
    { "max_iterations", QT_TRANSLATE_NOOP("ConfigForm", "Most iterations") },
    { "max_replan_depth", QT_TRANSLATE_NOOP("ConfigForm", "Deepest replan") },
    { "max_subagents", QT_TRANSLATE_NOOP("ConfigForm", "Most subagents") },
    { "valid_patterns", QT_TRANSLATE_NOOP("ConfigForm", "Patterns") },
    { "framing", QT_TRANSLATE_NOOP("ConfigForm", "Framing") },
    { "role", QT_TRANSLATE_NOOP("ConfigForm", "Role") },
    { "persona", QT_TRANSLATE_NOOP("ConfigForm", "Persona") },
    { "system_prompt", QT_TRANSLATE_NOOP("ConfigForm", "System prompt") },
    { "model_preference", QT_TRANSLATE_NOOP("ConfigForm", "Model") },
    { "tool_assignments", QT_TRANSLATE_NOOP("ConfigForm", "Tools") },
    { "escalation_rules", QT_TRANSLATE_NOOP("ConfigForm", "Escalation rule") },
    { "condition", QT_TRANSLATE_NOOP("ConfigForm", "When") },
    { "action", QT_TRANSLATE_NOOP("ConfigForm", "Then") },
    { "escalation_assignee", QT_TRANSLATE_NOOP("ConfigForm", "Hands over to") },
    { "natural_language_escalation", QT_TRANSLATE_NOOP("ConfigForm", "Asked for a person") },
    { "budget_limit_usd", QT_TRANSLATE_NOOP("ConfigForm", "Budget, $ a month") },
    { "is_active", QT_TRANSLATE_NOOP("ConfigForm", "Active") },
    { "slug", QT_TRANSLATE_NOOP("ConfigForm", "Slug") },
    { "workspace", QT_TRANSLATE_NOOP("ConfigForm", "Workspace") },
    { "agent_quota", QT_TRANSLATE_NOOP("ConfigForm", "Most agents") },
    { "subscription_state", QT_TRANSLATE_NOOP("ConfigForm", "Subscription") },
    { "channel_type", QT_TRANSLATE_NOOP("ConfigForm", "Channel") },
    { "workspace_id", QT_TRANSLATE_NOOP("ConfigForm", "Its own id") },
    { "user", QT_TRANSLATE_NOOP("ConfigForm", "User") },
    { "email", QT_TRANSLATE_NOOP("ConfigForm", "Address") },
    { "token", QT_TRANSLATE_NOOP("ConfigForm", "Token") },
    { "agent_id", QT_TRANSLATE_NOOP("ConfigForm", "Agent, by its id") },
};

constexpr Word helps[] {
    { "input_price", QT_TRANSLATE_NOOP("ConfigForm", "US dollars for one token, e.g. 2.5e-06") },
    { "output_price", QT_TRANSLATE_NOOP("ConfigForm", "US dollars for one token, e.g. 1e-05") },
    { "group", QT_TRANSLATE_NOOP("ConfigForm", "One a line. A request's groups must meet these.") },
    { "applicable-states",
        QT_TRANSLATE_NOOP("ConfigForm", "One a line; * stands for every state.") },
    { "state", QT_TRANSLATE_NOOP("ConfigForm", "The state after the tool succeeded.") },
    { "tags", QT_TRANSLATE_NOOP("ConfigForm", "One a line.") },
    { "query-indexes", QT_TRANSLATE_NOOP("ConfigForm", "Names of fields, one a line.") },
    { "valid_patterns", QT_TRANSLATE_NOOP("ConfigForm", "One a line.") },
    { "persona", QT_TRANSLATE_NOOP("ConfigForm", "How it sounds.") },
    { "model_preference",
        QT_TRANSLATE_NOOP("ConfigForm",
            "scripted, flow:<id> or <provider>/<model>; what to fall back to after commas") },
    { "tool_assignments",
        QT_TRANSLATE_NOOP(
            "ConfigForm", "What it may call. Those not known to the gateway stay as they are.") },
    { "condition",
        QT_TRANSLATE_NOOP("ConfigForm",
            "A topic or a figure: billing_dispute AND attempts > 2. Figures: attempts, messages, "
            "tool_failures, tokens, cost_usd.") },
    { "natural_language_escalation",
        QT_TRANSLATE_NOOP("ConfigForm", "Hands over when somebody asks for a person.") },
    { "budget_limit_usd",
        QT_TRANSLATE_NOOP("ConfigForm",
            "Usage warns near it and above it, over 30 days; nothing is stopped. Empty: no "
            "warning.") },
    { "agent_id",
        QT_TRANSLATE_NOOP("ConfigForm",
            "Who answers what begins there. Empty: the first agent that is active.") },
    { "slug", QT_TRANSLATE_NOOP("ConfigForm", "Lower case, digits and hyphens; part of links.") },
    { "workspace",
        QT_TRANSLATE_NOOP("ConfigForm", "Where its flows answer; empty means default.") },
    { "agent_quota", QT_TRANSLATE_NOOP("ConfigForm", "0 means no limit.") },
    { "workspace_id",
        QT_TRANSLATE_NOOP("ConfigForm",
            "What the vendor calls the place; it tells the tenant of what comes in.") },
    { "callback_url",
        QT_TRANSLATE_NOOP("ConfigForm",
            "Where answers are posted, signed with the signing secret. Without it they go to Slack "
            "with its bot token; for all other channels they are kept here and not sent.") },
    { "signing_secret",
        QT_TRANSLATE_NOOP("ConfigForm",
            "What comes in by webhook is signed with it, and so are answers that go out.") },
    { "auth-token",
        QT_TRANSLATE_NOOP("ConfigForm",
            "The back end keeps it readable for everyone with config:read. Here it is never "
            "written to disk.") },
    { "template-index",
        QT_TRANSLATE_NOOP(
            "ConfigForm", "Ids, one a line. Only templates listed here are loaded.") },
};

constexpr Word issues[] {
    { "missing", QT_TRANSLATE_NOOP("ConfigForm", "is missing") },
    { "a number is expected", QT_TRANSLATE_NOOP("ConfigForm", "must be a number") },
    { "a whole number is expected", QT_TRANSLATE_NOOP("ConfigForm", "must be a whole number") },
};

template <std::size_t n> const char *wordOf(const Word (&words)[n], const std::string &id)
{
    for (const Word &word : words)
        if (id == word.id)
            return word.text;
    return nullptr;
}

} // namespace

QString configFieldLabel(const std::string &id)
{
    const char *text = wordOf(labels, id);
    return text ? ConfigForm::tr(text) : qs(id);
}

QString configFieldHelp(const std::string &type, const std::string &id)
{
    if (type == "prompt" && id == "prompt")
        return ConfigForm::tr("{{name}} stands for a variable.");
    const char *text = wordOf(helps, id);
    return text ? ConfigForm::tr(text) : QString();
}

QString configIssueText(const std::string &message)
{
    const char *text = wordOf(issues, message);
    return text ? ConfigForm::tr(text) : qs(message);
}

} // namespace signalbox
