// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/fakeiam.h"

#include <algorithm>

namespace signalbox {
namespace {

schema::ServiceError fault(const char *type, const char *message)
{
    schema::ServiceError error;
    error.type = type;
    error.message = message;
    return error;
}

template <class T> auto byId(std::vector<T> &rows, const std::string &id)
{
    return std::find_if(rows.begin(), rows.end(), [&](const T &row) { return row.id == id; });
}

} // namespace

FakeIam::FakeIam(FakeGateway &gateway)
    : m_gateway(gateway)
{
    gateway.answerWith("iam", [this](const Request &request) { return answer(request); });
}

schema::User &FakeIam::addUser(const std::string &username, const std::string &workspace,
    const std::vector<std::string> &roles)
{
    schema::User made;
    made.id = made.username = username;
    made.defaultWorkspace = workspace;
    made.roles = roles;
    made.created = "2026-03-01T09:30:00.123456+00:00";
    return users.emplace_back(std::move(made));
}

schema::ApiKey &FakeIam::addKey(
    const std::string &owner, const std::string &name, const std::string &expires)
{
    schema::ApiKey made;
    made.id = "key-" + std::to_string(m_next++);
    made.userId = owner;
    made.name = name;
    made.prefix = "tg_a1" + std::to_string(m_next);
    made.expires = expires;
    made.created = "2026-05-01T00:00:00+00:00";
    return keys.emplace_back(std::move(made));
}

void FakeIam::fillDemo()
{
    for (const auto &[id, name] : { std::pair("acme", "Acme Rail"), std::pair("globex", "Globex"),
             std::pair("initech", "Initech") })
        workspaces.push_back({ id, name, true, "2026-01-01T00:00:00+00:00", {} });
    workspaces.back().enabled = false;
    addUser("mira", "acme", { "admin" }).name = "Mira";
    addUser("ines", "acme", { "writer" }).email = "ines@example.org";
    addUser("otto", "globex", { "reader" }).mustChangePassword = true;
    addUser("gone", "globex", { "reader" }).enabled = false;
    addUser("caesar", "acme", { "emperor" });
    addKey("mira", "console", "2030-01-01T00:00:00+00:00");
    addKey("mira", "nightly report");
    addKey("otto", "old laptop", "2020-01-01T00:00:00+00:00");
}

schema::User *FakeIam::user(const std::string &id)
{
    const auto found = byId(users, id);
    return found == users.end() ? nullptr : &*found;
}

void FakeIam::dropKeysOf(const std::string &owner)
{
    std::erase_if(keys, [&](const schema::ApiKey &key) { return key.userId == owner; });
}

std::optional<Reply> FakeIam::answer(const Request &request)
{
    if (request.operation == "whoami" || request.operation == "list-my-workspaces")
        return {};
    if (request.operation.find("lease") != std::string::npos)
        return onLeases(request);
    const auto asked = schema::decode<schema::IamRequest>(request.body);
    if (!asked)
        return unexpected(GatewayError {
            ErrorKind::Service, {}, QString::fromStdString(asked.error().text()), false });
    const Result result = asked->workspaceRecord || request.operation == "list-workspaces"
        ? onWorkspaces(*asked)
        : request.operation.find("api-key") != std::string::npos ? onKeys(*asked)
                                                                 : onUsers(*asked);
    if (result)
        return Response { schema::encode(*result), std::chrono::microseconds(500) };
    const auto &error = result.error();
    return unexpected(
        GatewayError { error.type == "not-found" ? ErrorKind::NotFound : ErrorKind::Service,
            QString::fromStdString(error.type), QString::fromStdString(error.message), false });
}

std::optional<Reply> FakeIam::onLeases(const Request &request)
{
    const auto asked = schema::decode<schema::LeaseRequest>(request.body).value();
    schema::LeaseResponse answer;
    if (asked.operation == "list-leases" || asked.operation == "list-my-leases") {
        for (const schema::Lease &lease : leases)
            if (asked.operation == "list-leases" || lease.user == "mira")
                answer.leases.push_back(lease);
    } else if (asked.operation == "revoke-lease") {
        const auto found = byId(leases, asked.lease->id);
        if (found == leases.end())
            return unexpected(GatewayError {
                ErrorKind::NotFound, {}, QStringLiteral("this lease has ended"), false });
        answer.lease = *found;
        leases.erase(found);
    } else if (asked.operation == "take-lease") {
        leases.push_back(*asked.lease);
        leases.back().id = "lease-" + std::to_string(leases.size());
        leases.back().user = "mira";
        answer.lease = leases.back();
    } else if (asked.operation == "renew-lease") {
        if (const auto found = byId(leases, asked.lease->id); found != leases.end()) {
            found->minutes = asked.lease->minutes;
            answer.lease = *found;
        }
    } else if (asked.operation == "end-lease") {
        std::erase_if(leases, [&](const auto &lease) { return lease.id == asked.lease->id; });
    } else {
        return {};
    }
    if (answer.lease) // by a clock of its own
        answer.lease->expiresMs = answer.nowMs + answer.lease->minutes * 60000;
    return Response { schema::encode(answer), std::chrono::microseconds(500) };
}

FakeIam::Result FakeIam::onUsers(const schema::IamRequest &request)
{
    schema::IamResponse answer;
    const std::string &operation = request.operation;
    if (operation == "list-users") {
        answer.users = users;
        return answer;
    }
    if (operation == "rotate-signing-key") {
        ++signingKeys;
        return answer;
    }
    if (operation == "create-user") {
        const auto given = schema::decode<schema::NewUser>(request.user->text).value();
        if (user(given.username))
            return unexpected(fault("duplicate", "username already exists"));
        schema::User &made = addUser(given.username, request.workspace.value_or(""), given.roles);
        made.name = given.name;
        made.email = given.email;
        made.mustChangePassword = given.mustChangePassword;
        lastPassword = given.password;
        answer.user = made;
        return answer;
    }
    schema::User *found = user(request.userId.value_or(""));
    if (!found)
        return unexpected(fault("not-found", "user not found"));
    if (operation == "update-user") {
        const auto given = schema::decode<schema::UserChange>(request.user->text).value();
        found->name = given.name.empty() ? found->name : given.name;
        found->email = given.email.empty() ? found->email : given.email;
        found->roles = given.roles.empty() ? found->roles : given.roles;
        found->enabled = given.enabled; // absent reads as true, like the real one (trap 30)
        found->mustChangePassword = given.mustChangePassword;
        answer.user = *found;
    } else if (operation == "disable-user") {
        found->enabled = false;
        dropKeysOf(found->id);
    } else if (operation == "enable-user") {
        found->enabled = true;
    } else if (operation == "delete-user") {
        dropKeysOf(found->id);
        users.erase(byId(users, found->id));
    } else if (operation == "reset-password") {
        found->mustChangePassword = true;
        answer.temporaryPassword = "temp-orary-1";
    } else if (operation == "change-password") {
        if (request.password == "wrong")
            return unexpected(fault("auth-failed", "auth failure"));
        lastPassword = request.newPassword.value_or("");
        found->mustChangePassword = false;
    } else {
        return unexpected(fault("invalid-argument", "unknown or not-yet-implemented operation"));
    }
    return answer;
}

FakeIam::Result FakeIam::onKeys(const schema::IamRequest &request)
{
    schema::IamResponse answer;
    if (request.operation == "create-api-key") {
        const auto given = schema::decode<schema::NewApiKey>(request.key->text).value();
        answer.apiKey = addKey(given.userId, given.name, given.expires);
        answer.apiKeyPlaintext = "tg_shownOnceAndNeverAgain0123456789";
    } else if (request.operation == "list-api-keys") {
        for (const schema::ApiKey &key : keys)
            if (key.userId == request.userId.value_or(""))
                answer.apiKeys.push_back(key);
    } else {
        const auto found = byId(keys, request.keyId.value_or(""));
        if (found == keys.end())
            return unexpected(fault("not-found", "key not found"));
        keys.erase(found);
    }
    return answer;
}

FakeIam::Result FakeIam::onWorkspaces(const schema::IamRequest &request)
{
    schema::IamResponse answer;
    if (request.operation == "list-workspaces") {
        answer.workspaces = workspaces;
        return answer;
    }
    const auto given =
        schema::decode<schema::WorkspaceChange>(request.workspaceRecord->text).value();
    auto found = byId(workspaces, given.id);
    if (request.operation == "create-workspace") {
        if (found == workspaces.end()) {
            workspaces.push_back({ given.id, given.name.empty() ? given.id : given.name,
                given.enabled, "2026-06-01T00:00:00+00:00", {} });
            m_gateway.addWorkspace(given.id, given.name);
            found = std::prev(workspaces.end());
        }
    } else if (found == workspaces.end()) {
        return unexpected(fault("not-found", "workspace not found"));
    } else if (request.operation == "get-workspace") {
        answer.workspace = *found;
    } else if (request.operation == "update-workspace") {
        found->name = given.name.empty() ? found->name : given.name;
        found->enabled = given.enabled;
    } else {
        found->enabled = false;
        for (schema::User &one : users)
            if (one.defaultWorkspace == given.id) {
                one.enabled = false;
                dropKeysOf(one.id);
            }
        return answer;
    }
    answer.workspace = *found;
    return answer;
}

} // namespace signalbox
