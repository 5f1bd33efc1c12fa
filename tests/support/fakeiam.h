// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/envelope.h"
#include "models/schema/iamedit.h"
#include "models/schema/lease.h"
#include "tests/support/fakegateway.h"

namespace signalbox {

/// Users, workspaces and keys of a FakeGateway, with the manners of contract TG §2.3: empty lists
/// are left out, an update without `enabled` enables. GUI thread.
class FakeIam {
public:
    explicit FakeIam(FakeGateway &gateway); ///< answers the gateway's `iam` from now on

    schema::User &addUser(const std::string &username, const std::string &workspace,
        const std::vector<std::string> &roles);
    schema::ApiKey &addKey(
        const std::string &user, const std::string &name, const std::string &expires = {});
    /// Mira, who is signed in, and others of every kind; workspaces as in FakeGateway::fillDemo().
    void fillDemo();

    std::vector<schema::User> users;
    std::vector<schema::Workspace> workspaces;
    std::vector<schema::ApiKey> keys;
    std::vector<schema::Lease> leases;
    int signingKeys = 1;
    std::string lastPassword; ///< that create-user or change-password set

private:
    using Result = Expected<schema::IamResponse, schema::ServiceError>;
    std::optional<Reply> answer(const Request &request);
    Result onUsers(const schema::IamRequest &request);
    Result onKeys(const schema::IamRequest &request);
    Result onWorkspaces(const schema::IamRequest &request);
    std::optional<Reply> onLeases(const Request &request);
    schema::User *user(const std::string &id);
    void dropKeysOf(const std::string &user);

    FakeGateway &m_gateway;
    int m_next = 1;
};

} // namespace signalbox
