// SPDX-License-Identifier: GPL-3.0-only
// Identity and access, contract TG §2.
#pragma once

#include "models/schema/codec.h"

namespace signalbox::schema {

struct User {
    std::string id;
    std::string defaultWorkspace; ///< `workspace` before 2.6.2
    std::string username;
    std::string name;
    std::string email;
    std::vector<std::string> roles;
    bool enabled = true;
    bool mustChangePassword = false;
    std::string created; ///< ISO 8601 or ""
    Rest rest;
    bool operator==(const User &) const = default;
};

struct Workspace {
    std::string id;
    std::string name;
    bool enabled = true;
    std::string created;
    Rest rest;
    bool operator==(const Workspace &) const = default;
};

struct ApiKey {
    std::string id;
    std::string userId;
    std::string name;
    std::string prefix;
    std::string expires; ///< "" = never
    std::string created;
    std::string lastUsed; ///< "" = never told
    Rest rest;
    bool operator==(const ApiKey &) const = default;
};

/// Every success answer of `iam` and `auth`. Empty lists are omitted on the wire (TG §2.3), so
/// absent = empty.
struct IamResponse {
    std::optional<User> user;
    std::vector<User> users;
    std::optional<Workspace> workspace;
    std::vector<Workspace> workspaces;
    std::optional<ApiKey> apiKey;
    std::vector<ApiKey> apiKeys;
    std::optional<std::string> apiKeyPlaintext;
    std::optional<std::string> temporaryPassword;
    std::optional<std::string> jwt;
    std::optional<std::string> jwtExpires;
    std::optional<std::string> bootstrapAdminUserId;
    std::optional<std::string> bootstrapAdminApiKey;
    bool bootstrapAvailable = false;
    bool operator==(const IamResponse &) const = default;
};

struct IamRequest {
    std::string operation;
    std::string actor; ///< set by the gateway, never by a client
    std::optional<std::string> workspace;
    std::optional<std::string> userId;
    std::optional<std::string> keyId;
    std::optional<std::string> username;
    std::optional<std::string> password;
    std::optional<std::string> newPassword;
    std::optional<JsonText> user; ///< partial record
    std::optional<JsonText> key;
    std::optional<JsonText> workspaceRecord;
    bool operator==(const IamRequest &) const = default;
};

} // namespace signalbox::schema
