// SPDX-License-Identifier: GPL-3.0-only
// What the changing operations of `iam` take, written as TG §2.3 wants it.
#pragma once

#include "models/schema/codec.h"

namespace signalbox::schema {

/// `user` of create-user.
struct NewUser {
    std::string username;
    std::string password;
    std::string name; ///< "" = the back end's choice
    std::string email;
    std::vector<std::string> roles;
    bool enabled = true;
    bool mustChangePassword = false;
    bool operator==(const NewUser &) const = default;
};

/// `user` of update-user. Empty texts and lists mean "keep", hence are not written. The two flags
/// always are: a real back end takes a missing `enabled` for true and a missing
/// `must_change_password` for false (trap 30).
struct UserChange {
    std::string name;
    std::string email;
    std::vector<std::string> roles;
    bool enabled = true;
    bool mustChangePassword = false;
    bool operator==(const UserChange &) const = default;
};

/// `key` of create-api-key.
struct NewApiKey {
    std::string userId;
    std::string name;
    std::string expires; ///< ISO 8601 with zone, "" = never
    bool operator==(const NewApiKey &) const = default;
};

/// `workspace_record` of the workspace operations. `enabled` is always written (trap 30).
struct WorkspaceChange {
    std::string id;
    std::string name; ///< "" = keep, or the id for a new one
    bool enabled = true;
    bool operator==(const WorkspaceChange &) const = default;
};

} // namespace signalbox::schema
