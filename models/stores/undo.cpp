// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/undo.h"

#include "models/rules/jsondiff.h"
#include "models/schema/config.h"
#include "models/schema/flow.h"
#include "models/schema/iam.h"
#include "models/schema/iamedit.h"
#include "models/schema/jsontree.h"
#include "models/stores/journalparts.h"

#include <QCoreApplication>

#include <algorithm>

namespace signalbox {
namespace {

using schema::JournalPart;

struct UndoWords {
    Q_DECLARE_TR_FUNCTIONS(Undo)
};

QString utf8(const std::string &text)
{
    return QString::fromStdString(text);
}

UndoPlan impossible(const QString &why)
{
    UndoPlan plan;
    plan.impossible = why;
    return plan;
}

/// What no inverse exists for, by operation.
QString whyNever(const schema::JournalWrite &write)
{
    const std::string &operation = write.operation;
    if (operation == "purge" || operation == "delete-queue")
        return UndoWords::tr("The messages are gone: nobody keeps what a queue held.");
    if (operation == "publish" || operation == "move")
        return UndoWords::tr("A message that was sent cannot be called back.");
    if (operation == "revoke-api-key")
        return UndoWords::tr("A revoked key never works again: make a new one.");
    if (operation == "create-api-key")
        return UndoWords::tr("Revoke the key on the Access page: its id is not known here.");
    if (operation == "delete-user")
        return UndoWords::tr("A deleted user has lost the password: make a new one.");
    if (operation == "create-user")
        return UndoWords::tr(
            "Disable or delete the user on the Access page: the id is not known here.");
    if (operation.find("password") != std::string::npos)
        return UndoWords::tr("No password is kept, so none can be put back.");
    if (operation == "rotate-signing-key")
        return UndoWords::tr("A signing key cannot be put back.");
    if (!write.flow.empty())
        return UndoWords::tr("What an agent or a tool did is not known here.");
    return UndoWords::tr("This console knows no way back from %1.").arg(utf8(operation));
}

Request ask(const schema::JournalWrite &write, const char *service, const std::string &operation,
    std::string body)
{
    Request request;
    request.service = service;
    request.operation = operation;
    request.workspace = write.workspace;
    request.body = std::move(body);
    return request;
}

UndoPlan configPlan(const schema::JournalWrite &write)
{
    UndoPlan plan;
    plan.kind = UndoPlan::Kind::Config;
    schema::ConfigRequest question;
    question.operation = "get";
    question.keys.emplace();
    for (const JournalPart &part : write.parts) {
        plan.changes.push_back({ utf8(part.type), utf8(part.key), part.after, part.before });
        question.keys->push_back({ part.type, part.key });
        const std::string title =
            write.parts.size() > 1 ? part.type + "/" + part.key + "\n" : std::string();
        plan.before += title + part.after.value_or("") + (title.empty() ? "" : "\n");
        plan.after += title + part.before.value_or("") + (title.empty() ? "" : "\n");
    }
    plan.question = ask(write, "config", "get", schema::encode(question));
    return plan;
}

UndoPlan blueprintPlan(const schema::JournalWrite &write, const JournalPart &part)
{
    UndoPlan plan;
    plan.kind = UndoPlan::Kind::Send;
    schema::FlowRequest body;
    body.operation = "get-blueprint";
    body.blueprintName = part.key;
    plan.question = ask(write, "flow", body.operation, schema::encode(body));
    body.operation = part.before ? "put-blueprint" : "delete-blueprint";
    body.blueprintDefinition = part.before;
    plan.request = ask(write, "flow", body.operation, schema::encode(body));
    plan.before = part.after.value_or("");
    plan.after = part.before.value_or("");
    return plan;
}

UndoPlan flowPlan(const schema::JournalWrite &write, const JournalPart &part)
{
    UndoPlan plan;
    plan.question = ask(write, "config", "get", flowQuestion(part.key));
    schema::FlowRequest body;
    body.flowId = part.key;
    if (write.operation == "start-flow") {
        plan.kind = UndoPlan::Kind::Stop;
        plan.before = part.after.value_or("");
        return plan;
    }
    const auto record = schema::decode<schema::FlowRecord>(part.before.value_or(""));
    if (!record)
        return impossible(
            UndoWords::tr("The flow's parameters were not known when it was stopped."));
    plan.kind = UndoPlan::Kind::Send;
    plan.costs = UndoWords::tr("It starts from what its blueprint says now, with empty queues.");
    body.operation = "start-flow";
    body.blueprintName = record->blueprintName;
    body.description = record->description;
    body.parameters = record->parameters;
    plan.request = ask(write, "flow", body.operation, schema::encode(body));
    plan.after = schema::encode(schema::FlowRecord {
        record->description, record->blueprintName, {}, record->parameters, {}, {}, {} });
    return plan;
}

/// What update-user leaves when it gets `before`: an empty text or list means "keep" (TG §2.3).
schema::User takenBack(
    const schema::User &before, const schema::User &after, QStringList &cannotBeEmptied)
{
    schema::User user = before;
    const auto keep = [&](auto schema::User::*member, const QString &name) {
        if (!(user.*member).empty() || (after.*member).empty())
            return;
        user.*member = after.*member;
        cannotBeEmptied.append(name);
    };
    keep(&schema::User::name, UndoWords::tr("the full name"));
    keep(&schema::User::email, UndoWords::tr("the e-mail address"));
    keep(&schema::User::roles, UndoWords::tr("the list of roles"));
    return user;
}

UndoPlan userPlan(const schema::JournalWrite &write, const JournalPart &part)
{
    const auto before = schema::decode<schema::User>(part.before.value_or(""));
    const auto after = schema::decode<schema::User>(part.after.value_or(""));
    if (!before || !after)
        return impossible(UndoWords::tr("How the user was before is not known."));
    UndoPlan plan;
    plan.after = *part.before;
    plan.kind = UndoPlan::Kind::Send;
    schema::IamRequest body;
    body.operation = "get-user";
    body.userId = part.key;
    plan.question = ask(write, "iam", body.operation, schema::encode(body));
    if (write.operation == "update-user") {
        QStringList cannotBeEmptied;
        const schema::User user = takenBack(*before, *after, cannotBeEmptied);
        if (!cannotBeEmptied.isEmpty()) {
            plan.remains = UndoWords::tr("What cannot be emptied on this interface stays: %1.")
                               .arg(cannotBeEmptied.join(QStringLiteral(", ")));
            if (user == *after)
                return impossible(plan.remains);
            plan.after = schema::encode(user);
        }
        body.operation = "update-user";
        body.user = schema::JsonText { schema::encode(schema::UserChange { before->name,
            before->email, before->roles, before->enabled, before->mustChangePassword }) };
    } else {
        body.operation = before->enabled ? "enable-user" : "disable-user";
        if (before->enabled)
            plan.remains = UndoWords::tr(
                "API keys that were deleted with the user do not come back: make new ones.");
        else
            plan.costs = UndoWords::tr("All API keys of the user are deleted for good.");
    }
    plan.request = ask(write, "iam", body.operation, schema::encode(body));
    plan.before = *part.after;
    return plan;
}

UndoPlan workspacePlan(const schema::JournalWrite &write, const JournalPart &part)
{
    const auto before = schema::decode<schema::Workspace>(part.before.value_or(""));
    if (write.operation == "create-workspace")
        return impossible(
            UndoWords::tr("A workspace is never deleted; it can be disabled on the Access page."));
    if (!before || !part.after)
        return impossible(UndoWords::tr("How the workspace was before is not known."));
    UndoPlan plan;
    plan.kind = UndoPlan::Kind::Send;
    schema::IamRequest body;
    body.operation = "get-workspace";
    body.workspaceRecord = schema::JsonText { schema::encode(
        schema::WorkspaceChange { part.key, before->name, before->enabled }) };
    plan.question = ask(write, "iam", body.operation, schema::encode(body));
    const auto after = schema::decode<schema::Workspace>(*part.after);
    const bool wasDisabled = before->enabled && after && !after->enabled;
    if (wasDisabled) { // registered first, enabled then (TG §2.3)
        body.operation = "create-workspace";
        plan.first.push_back(ask(write, "iam", body.operation, schema::encode(body)));
        plan.remains =
            UndoWords::tr("Users whose home it is stay disabled, and their keys are gone: enable "
                          "them on the Access page.");
    }
    const bool wasEnabled = !before->enabled && after && after->enabled;
    if (wasEnabled)
        plan.costs = UndoWords::tr("Every user whose home it is gets disabled and loses all API "
                                   "keys for good; its flows are not stopped.");
    body.operation = wasEnabled ? "disable-workspace" : "update-workspace";
    plan.request = ask(write, "iam", body.operation, schema::encode(body));
    plan.before = *part.after;
    plan.after = *part.before;
    return plan;
}

/// A row of the tenant platform without what the far end counts by itself.
std::string plainRow(std::string text)
{
    for (const char *name : { "version", "updated_at" })
        if (const auto tree = schema::JsonTree::parse(text))
            text = schema::withoutValue(*tree, schema::JsonPath {} / name);
    return text;
}

UndoPlan resourcePlan(const schema::JournalWrite &write, const JournalPart &part)
{
    if (write.operation.starts_with("POST "))
        return impossible(
            UndoWords::tr("Delete it on the Tenants page: its id is not known here."));
    if (write.operation.starts_with("DELETE "))
        return impossible(UndoWords::tr("It went with all that hung on it: make it anew."));
    if (!part.before || !part.after)
        return impossible(UndoWords::tr("How it was before is not known."));
    UndoPlan plan;
    plan.kind = UndoPlan::Kind::Send;
    plan.question = ask(write, "portal", "GET " + part.key, {});
    plan.question.service = write.service;
    plan.before = plainRow(*part.after);
    plan.after = plainRow(*part.before);
    plan.request = ask(write, "portal", "PUT " + part.key, plan.after);
    plan.request.service = write.service;
    return plan;
}

QString moved(const JournalPart &part)
{
    return UndoWords::tr("%1 has changed since: it is not what this write left there.")
        .arg(part.type.empty() ? utf8(part.key) : utf8(part.type + "/" + part.key));
}

QString configMoved(const JournalRow &row, const std::string &answer)
{
    const auto values = schema::decode<schema::ConfigResponse>(answer);
    if (!values)
        return UndoWords::tr("The answer could not be read.");
    for (const JournalPart &part : row.write.parts) {
        std::optional<std::string> now;
        for (const auto &value : values->values)
            if (value.type == part.type && value.key == part.key)
                now = value.value;
        if (now != part.after)
            return moved(part);
    }
    return {};
}

QString resourceMoved(const JournalPart &part, const std::string &answer)
{
    return rules::sameMeaning(plainRow(answer), plainRow(part.after.value_or("")))
        ? QString()
        : UndoWords::tr("%1 has changed since: it is not what this write left there.")
              .arg(utf8(part.key));
}

QString blueprintMoved(const JournalPart &part, const std::string &answer)
{
    const auto response = schema::decode<schema::FlowResponse>(answer);
    if (!response)
        return UndoWords::tr("The answer could not be read.");
    return response->blueprintDefinition.value_or("") == part.after.value_or("") ? QString()
                                                                                 : moved(part);
}

/// The record has what was asked for; the back end adds parameters that nobody gave.
bool sameStart(const schema::FlowRecord &asked, const schema::FlowRecord &now)
{
    return asked.blueprintName == now.blueprintName && asked.description == now.description
        && std::all_of(
            asked.parameters.begin(), asked.parameters.end(), [&](const auto &parameter) {
                const auto *value = schema::find(now.parameters, parameter.first);
                return value && *value == parameter.second;
            });
}

QString flowMoved(const JournalPart &part, const std::string &answer, bool started)
{
    const auto values = schema::decode<schema::ConfigResponse>(answer);
    if (!values)
        return UndoWords::tr("The answer could not be read.");
    const bool there = !values->values.empty() && values->values.front().value;
    if (!started)
        return there ? UndoWords::tr("The id %1 is taken: a flow of that name runs again.")
                           .arg(utf8(part.key))
                     : QString();
    if (!there)
        return UndoWords::tr("The flow %1 is stopped already.").arg(utf8(part.key));
    const auto now = schema::decode<schema::FlowRecord>(*values->values.front().value);
    const auto then = schema::decode<schema::FlowRecord>(part.after.value_or(""));
    return now && then && sameStart(*then, *now) ? QString() : moved(part);
}

QString accessMoved(const JournalPart &part, const std::string &answer)
{
    const auto response = schema::decode<schema::IamResponse>(answer);
    if (!response)
        return UndoWords::tr("The answer could not be read.");
    if (part.kind == "user") {
        const auto then = schema::decode<schema::User>(part.after.value_or(""));
        return response->user && then && *response->user == *then ? QString() : moved(part);
    }
    const auto then = schema::decode<schema::Workspace>(part.after.value_or(""));
    return response->workspace && then && response->workspace->enabled == then->enabled
            && response->workspace->name == then->name
        ? QString()
        : moved(part);
}

} // namespace

std::string presentState(const JournalRow &row, const Reply &answer)
{
    if (!answer)
        return {};
    const JournalPart &only = row.write.parts.front();
    if (only.kind == "resource")
        return plainRow(answer->body);
    if (only.kind == "blueprint") {
        const auto response = schema::decode<schema::FlowResponse>(answer->body);
        return response ? response->blueprintDefinition.value_or("") : std::string();
    }
    if (only.kind == "user" || only.kind == "workspace") {
        const auto response = schema::decode<schema::IamResponse>(answer->body);
        if (response && only.kind == "user" && response->user)
            return schema::encode(*response->user);
        return response && response->workspace ? schema::encode(*response->workspace)
                                               : std::string();
    }
    const auto values = schema::decode<schema::ConfigResponse>(answer->body);
    if (!values)
        return {};
    const bool many = row.write.parts.size() > 1;
    std::string now;
    for (const JournalPart &part : row.write.parts) {
        now += many ? part.type + "/" + part.key + "\n" : std::string();
        for (const auto &value : values->values)
            if (part.kind == "flow" || (value.type == part.type && value.key == part.key))
                now += value.value.value_or("");
        now += many ? "\n" : "";
    }
    return now;
}

UndoPlan undoPlan(const JournalRow &row)
{
    const schema::JournalWrite &write = row.write;
    if (row.outcome == JournalRow::Sent)
        return impossible(UndoWords::tr("It is still under way."));
    if (row.outcome == JournalRow::Refused)
        return impossible(UndoWords::tr("It was refused: there is nothing to undo."));
    const auto any = [&](bool JournalPart::*flag) {
        return std::any_of(write.parts.begin(), write.parts.end(),
            [flag](const JournalPart &part) { return part.*flag; });
    };
    if (any(&JournalPart::secret))
        return impossible(UndoWords::tr("It holds a secret, and secrets are never kept."));
    if (any(&JournalPart::large))
        return impossible(UndoWords::tr("It was too long to be kept."));
    const bool pair = write.operation == "put" || write.operation == "delete";
    if (write.parts.empty() || (write.parts.size() > 1 && !(write.service == "config" && pair)))
        return impossible(whyNever(write));
    const JournalPart &only = write.parts.front();
    const bool starts = write.operation == "start-flow";
    if (only.kind == "user" && write.operation != "update-user" && write.operation != "enable-user"
        && write.operation != "disable-user")
        return impossible(whyNever(write));
    if (only.kind != "config" && only.kind != "blueprint" && only.kind != "flow"
        && only.kind != "user" && only.kind != "workspace" && only.kind != "resource")
        return impossible(whyNever(write));
    if (only.kind == "resource")
        return resourcePlan(write, only);
    if (!starts
        && !std::all_of(write.parts.begin(), write.parts.end(),
            [](const JournalPart &part) { return part.beforeKnown && part.afterKnown; }))
        return impossible(UndoWords::tr("How it was before is not known."));
    if (only.kind == "config")
        return configPlan(write);
    if (only.kind == "blueprint")
        return blueprintPlan(write, only);
    if (only.kind == "flow")
        return flowPlan(write, only);
    return only.kind == "user" ? userPlan(write, only) : workspacePlan(write, only);
}

QString movedOn(const JournalRow &row, const Reply &answer)
{
    const JournalPart &only = row.write.parts.front();
    if (!answer) {
        const bool absent = answer.error().kind == ErrorKind::NotFound;
        if (absent && only.kind != "config" && !only.after)
            return {}; // it is gone, as the write left it
        return absent ? moved(only)
                      : UndoWords::tr("It cannot be looked at now: %1").arg(answer.error().text);
    }
    if (only.kind == "config")
        return configMoved(row, answer->body);
    if (only.kind == "resource")
        return resourceMoved(only, answer->body);
    if (only.kind == "flow")
        return flowMoved(only, answer->body, row.write.operation == "start-flow");
    if (only.kind == "blueprint")
        return blueprintMoved(only, answer->body);
    return accessMoved(only, answer->body);
}

} // namespace signalbox
