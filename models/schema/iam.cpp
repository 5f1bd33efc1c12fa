// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/iam.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const User *)
{
    v("id", &User::id, Always);
    v("default_workspace", &User::defaultWorkspace, Always, "workspace");
    v("username", &User::username, Always);
    v("name", &User::name, Always);
    v("email", &User::email, Always);
    v("roles", &User::roles, Always);
    v("enabled", &User::enabled, Always);
    v("must_change_password", &User::mustChangePassword, Always);
    v("created", &User::created, Always);
}

template <class V> void members(V &v, const Workspace *)
{
    v("id", &Workspace::id, Always);
    v("name", &Workspace::name, Always);
    v("enabled", &Workspace::enabled, Always);
    v("created", &Workspace::created, Always);
}

template <class V> void members(V &v, const ApiKey *)
{
    v("id", &ApiKey::id, Always);
    v("user_id", &ApiKey::userId, Always);
    v("name", &ApiKey::name, Always);
    v("prefix", &ApiKey::prefix, Always);
    v("expires", &ApiKey::expires, Always);
    v("created", &ApiKey::created, Always);
    v("last_used", &ApiKey::lastUsed, Always);
}

template <class V> void members(V &v, const IamResponse *)
{
    v("user", &IamResponse::user);
    v("users", &IamResponse::users);
    v("workspace", &IamResponse::workspace);
    v("workspaces", &IamResponse::workspaces);
    v("api_key_plaintext", &IamResponse::apiKeyPlaintext);
    v("api_key", &IamResponse::apiKey);
    v("api_keys", &IamResponse::apiKeys);
    v("temporary_password", &IamResponse::temporaryPassword);
    v("jwt", &IamResponse::jwt);
    v("jwt_expires", &IamResponse::jwtExpires);
    v("bootstrap_admin_user_id", &IamResponse::bootstrapAdminUserId);
    v("bootstrap_admin_api_key", &IamResponse::bootstrapAdminApiKey);
    v("bootstrap_available", &IamResponse::bootstrapAvailable, Always);
}

template <class V> void members(V &v, const IamRequest *)
{
    v("operation", &IamRequest::operation, Always);
    v("actor", &IamRequest::actor);
    v("workspace", &IamRequest::workspace);
    v("user_id", &IamRequest::userId);
    v("key_id", &IamRequest::keyId);
    v("username", &IamRequest::username);
    v("password", &IamRequest::password, Sparse,
        "current_password"); // its name on /auth/change-password (TG §2.2)
    v("new_password", &IamRequest::newPassword);
    v("user", &IamRequest::user);
    v("key", &IamRequest::key);
    v("workspace_record", &IamRequest::workspaceRecord);
}

SIGNALBOX_WIRE(User)
SIGNALBOX_WIRE(Workspace)
SIGNALBOX_WIRE(ApiKey)
SIGNALBOX_WIRE(IamRequest)
SIGNALBOX_WIRE(IamResponse)

} // namespace signalbox::schema
