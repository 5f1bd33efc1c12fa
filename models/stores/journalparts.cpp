// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/journalparts.h"

#include "models/resource.h"
#include "models/schema/config.h"
#include "models/schema/fabric.h"
#include "models/schema/flow.h"
#include "models/schema/iam.h"

namespace signalbox {
namespace {

using schema::JournalPart;

JournalPart part(const char *kind, std::string key)
{
    JournalPart part;
    part.kind = kind;
    part.key = std::move(key);
    return part;
}

JournalPart gone(JournalPart part)
{
    part.afterKnown = true;
    return part;
}

JournalPart becomes(JournalPart part, std::string after)
{
    part.afterKnown = true;
    part.after = std::move(after);
    return part;
}

std::vector<JournalPart> configParts(const Request &write)
{
    std::vector<JournalPart> parts;
    const auto body = schema::decode<schema::ConfigRequest>(write.body);
    if (!body)
        return parts;
    if (body->operation == "put" && body->values)
        for (const auto &value : *body->values) {
            parts.push_back(becomes(part("config", value.key), value.value.value_or("")));
            parts.back().type = value.type;
        }
    if (body->operation == "delete" && body->keys)
        for (const auto &key : *body->keys) {
            parts.push_back(gone(part("config", key.key)));
            parts.back().type = key.type;
        }
    return parts;
}

std::vector<JournalPart> flowParts(const Request &write)
{
    const auto body = schema::decode<schema::FlowRequest>(write.body);
    if (!body)
        return {};
    if (body->operation == "put-blueprint")
        return { becomes(part("blueprint", body->blueprintName.value_or("")),
            body->blueprintDefinition.value_or("")) };
    if (body->operation == "delete-blueprint")
        return { gone(part("blueprint", body->blueprintName.value_or(""))) };
    if (body->operation == "stop-flow")
        return { gone(part("flow", body->flowId.value_or(""))) };
    if (body->operation != "start-flow")
        return {};
    schema::FlowRecord record;
    record.blueprintName = body->blueprintName.value_or("");
    record.description = body->description.value_or("");
    record.parameters = body->parameters;
    auto started = becomes(part("flow", body->flowId.value_or("")), schema::encode(record));
    started.beforeKnown = true; // an id that is taken is refused
    return { started };
}

/// A row as it is asked for; what the row type does not know (a password) does not come along.
template <class Row> std::string rowText(const schema::JsonText &given)
{
    auto row = schema::decode<Row>(given.text);
    if (!row)
        return {};
    row->rest = {};
    return schema::encode(*row);
}

std::vector<JournalPart> iamParts(const Request &write)
{
    const auto body = schema::decode<schema::IamRequest>(write.body);
    if (!body)
        return {};
    const std::string &operation = body->operation;
    const schema::JsonText none { "{}" };
    if (operation == "create-user") {
        const auto row = schema::decode<schema::User>(body->user.value_or(none).text);
        auto made = becomes(part("user", row ? row->username : std::string()),
            rowText<schema::User>(body->user.value_or(none)));
        made.beforeKnown = true;
        return { made };
    }
    if (operation == "delete-user")
        return { gone(part("user", body->userId.value_or(""))) };
    if (operation.ends_with("-user") || operation == "reset-password")
        return { part("user", body->userId.value_or("")) };
    if (operation == "create-api-key") {
        auto made = becomes(part("key", ""), rowText<schema::ApiKey>(body->key.value_or(none)));
        if (const auto row = schema::decode<schema::ApiKey>(*made.after))
            made.key = row->name;
        made.beforeKnown = true;
        return { made };
    }
    if (operation == "revoke-api-key")
        return { gone(part("key", body->keyId.value_or(""))) };
    if (!operation.ends_with("-workspace"))
        return { part("other", "") };
    const auto record =
        schema::decode<schema::Workspace>(body->workspaceRecord.value_or(none).text);
    return { part("workspace", record ? record->id : std::string()) };
}

/// A row of the tenant platform. What people write to each other is never taken, nor what a channel
/// holds: most of that is secret.
std::vector<JournalPart> resourceParts(const Request &write)
{
    const auto line = rules::resourceCall(write.operation);
    if (!line)
        return {};
    const auto at = line->segments();
    const bool row =
        write.service == rules::portalService && at.front() == "tenants" && at.back() != "test";
    auto one = part(row ? "resource" : "other", std::string(line->path));
    if (!row)
        return { one };
    one.type = at.size() > 2 ? at[2] : at[0];
    if (one.type == "channels") {
        one.secret = true;
        return { one };
    }
    one.beforeKnown = line->method == "POST";
    return { line->method == "DELETE" ? gone(one) : becomes(one, write.body) };
}

/// Rows that can be read by themselves (TP §5).
bool readsAlone(const JournalPart &part)
{
    return part.kind == "resource"
        && (part.type == "tenants" || part.type == "agents" || part.type == "kb");
}

std::string workspaceAfter(const std::string &before, const Request &write)
{
    auto row = schema::decode<schema::Workspace>(before).valueOr(schema::Workspace());
    const auto body = schema::decode<schema::IamRequest>(write.body);
    if (!body || !body->workspaceRecord)
        return before;
    const auto asked = schema::decode<schema::Workspace>(body->workspaceRecord->text);
    if (!asked)
        return before;
    row.id = asked->id;
    if (!asked->name.empty())
        row.name = asked->name;
    row.enabled = write.operation == "disable-workspace" ? false : asked->enabled;
    return schema::encode(row);
}

void takeConfig(std::vector<JournalPart> &parts, const std::string &answer)
{
    const auto values = schema::decode<schema::ConfigResponse>(answer);
    if (!values)
        return;
    for (JournalPart &each : parts) {
        each.beforeKnown = true;
        for (const auto &value : values->values)
            if (value.type == each.type && value.key == each.key)
                each.before = value.value;
    }
}

void takeFlow(JournalPart &each, const std::string &answer)
{
    if (each.kind == "flow") {
        const auto values = schema::decode<schema::ConfigResponse>(answer);
        each.beforeKnown = values && !values->values.empty() && values->values.front().value;
        if (each.beforeKnown)
            each.before = values->values.front().value;
        return;
    }
    const auto response = schema::decode<schema::FlowResponse>(answer);
    if (!response)
        return;
    each.beforeKnown = true;
    if (const auto &text = response->blueprintDefinition; text && !text->empty())
        each.before = *text; // an unknown name is answered without one (TG §4.2)
}

void takeAccess(JournalPart &each, const Request &write, const std::string &answer)
{
    const auto response = schema::decode<schema::IamResponse>(answer);
    if (!response)
        return;
    if (each.kind == "user" && response->user) {
        each.before = schema::encode(*response->user);
        if (!each.afterKnown && write.operation != "reset-password")
            each = becomes(each, userAfter(*each.before, write));
    } else if (each.kind == "workspace" && response->workspace) {
        each.before = schema::encode(*response->workspace);
        each = becomes(each, workspaceAfter(*each.before, write));
    } else {
        return;
    }
    each.beforeKnown = true;
}

} // namespace

std::string flowQuestion(const std::string &flow)
{
    schema::ConfigRequest ask;
    ask.operation = "get";
    ask.keys = std::vector<schema::ConfigKey> { { "flow", flow } };
    return schema::encode(ask);
}

std::string userAfter(const std::string &user, const Request &write)
{
    auto row = schema::decode<schema::User>(user).valueOr(schema::User());
    if (write.operation == "enable-user")
        row.enabled = true;
    if (write.operation == "disable-user")
        row.enabled = false;
    const auto body = schema::decode<schema::IamRequest>(write.body);
    if (write.operation == "update-user" && body && body->user)
        if (const auto asked = schema::decode<schema::User>(body->user->text)) {
            row.name = asked->name.empty() ? row.name : asked->name;
            row.email = asked->email.empty() ? row.email : asked->email;
            row.roles = asked->roles.empty() ? row.roles : asked->roles;
            row.enabled = asked->enabled;
            row.mustChangePassword = asked->mustChangePassword;
        }
    return schema::encode(row);
}

std::vector<schema::JournalPart> journalParts(const Request &write)
{
    if (!write.flow.empty())
        return { part("other", write.flow) };
    if (write.service == "config")
        return configParts(write);
    if (write.service == "flow")
        return flowParts(write);
    if (write.service == "iam")
        return iamParts(write);
    if (rules::isResource(write.service))
        return resourceParts(write);
    if (write.service != "fabric")
        return { part("other", "") };
    const auto body = schema::decode<schema::FabricRequest>(write.body);
    if (!body)
        return {};
    return { part("queue", body->queue.value_or(body->topic.value_or(""))) };
}

std::optional<Request> journalQuestion(const Request &write)
{
    if (!write.flow.empty())
        return {};
    Request question;
    question.service = write.service;
    question.workspace = write.workspace;
    question.timeout = std::chrono::seconds(5);
    if (write.service == "config") {
        schema::ConfigRequest ask;
        ask.operation = "get";
        ask.keys.emplace();
        for (const auto &each : configParts(write))
            ask.keys->push_back({ each.type, each.key });
        if (ask.keys->empty())
            return {};
        question.body = schema::encode(ask);
        question.operation = ask.operation;
        return question;
    }
    const auto parts = journalParts(write);
    if (parts.size() != 1 || parts.front().key.empty() || parts.front().beforeKnown)
        return {};
    const JournalPart &only = parts.front();
    if (readsAlone(only)) {
        question.operation = "GET " + only.key;
        question.body.clear();
        return question;
    }
    if (only.kind == "flow") { // get-flow of an unknown one answers like a fault
        question.service = "config";
        question.operation = "get";
        question.body = flowQuestion(only.key);
        return question;
    }
    if (write.service == "flow") {
        schema::FlowRequest ask;
        ask.operation = "get-blueprint";
        ask.blueprintName = only.key;
        question.body = schema::encode(ask);
        question.operation = ask.operation;
        return question;
    }
    if (write.service != "iam" || (only.kind != "user" && only.kind != "workspace"))
        return {};
    schema::IamRequest ask;
    ask.operation = only.kind == "user" ? "get-user" : "get-workspace";
    if (only.kind == "user")
        ask.userId = only.key;
    else
        ask.workspaceRecord =
            schema::JsonText { schema::encode(schema::Workspace { only.key, {}, true, {}, {} }) };
    question.body = schema::encode(ask);
    question.operation = ask.operation;
    return question;
}

void takeBefore(std::vector<schema::JournalPart> &parts, const Request &write, const Reply &answer)
{
    if (!answer) {
        // "Not there" is an answer, anything else is none.
        if (answer.error().kind == ErrorKind::NotFound)
            for (JournalPart &each : parts) {
                each.beforeKnown = true;
                if (each.kind == "workspace" && write.operation == "create-workspace")
                    each = becomes(std::move(each), workspaceAfter("{}", write));
            }
        return;
    }
    if (write.service == "config")
        return takeConfig(parts, answer->body);
    for (JournalPart &each : parts)
        if (each.kind == "resource") {
            each.beforeKnown = true;
            each.before = answer->body;
        } else if (write.service == "flow")
            takeFlow(each, answer->body);
        else
            takeAccess(each, write, answer->body);
}

} // namespace signalbox
