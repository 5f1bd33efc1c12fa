// SPDX-License-Identifier: GPL-3.0-only
// Durable state of the gateway. Blocking; each service calls it from its own thread. Every write is
// durable when the call returns (SQLite, WAL, synchronous=FULL). Errors come as values with the
// statement's purpose.
#pragma once

#include "models/schema/config.h"
#include "models/schema/iam.h"

#include <functional>
#include <memory>

namespace signalbox::gateway {

struct StoreError {
    enum class Kind { NotFound, Duplicate, Invalid, Busy, Io, Limit, Conflict };
    Kind kind = Kind::Io;
    std::string text;
    std::int64_t version = 0; ///< Conflict: the current one, where the row has one
};
template <class T> using StoreResult = Expected<T, StoreError>;

/// Bounds of what is kept, in rows. A write that passes one fails with Kind::Limit and a text that
/// names the bound; nothing of it is kept.
struct StoreLimits {
    std::int64_t workspaces = 10000; ///< disabled ones count
    std::int64_t users = 20000; ///< disabled ones count
    std::int64_t apiKeys = 100000; ///< of all users
    std::int64_t userApiKeys = 1000; ///< of one user
    std::int64_t configKeys = 2000000; ///< of all workspaces and types
    std::int64_t workspaceConfigKeys = 200000; ///< of one workspace
};

/// Config rows (workspace, type, key) → text, and the one version counter (TG §3.2).
class ConfigStore {
public:
    virtual ~ConfigStore() = default;
    virtual StoreResult<std::int64_t> version() = 0;
    virtual StoreResult<std::vector<schema::ConfigValue>> get(
        const std::string &workspace, const std::vector<schema::ConfigKey> &keys) = 0;
    virtual StoreResult<std::vector<std::string>> list(
        const std::string &workspace, const std::string &type) = 0;
    virtual StoreResult<std::vector<schema::ConfigValue>> values(
        const std::string &workspace, const std::string &type) = 0;
    /// Of every type that begins with `prefix`, by type and key.
    virtual StoreResult<std::vector<schema::ConfigValue>> valuesOfPrefix(
        const std::string &workspace, const std::string &prefix) = 0;
    /// A `type` that ends in `*` stands for every type with that prefix. By workspace, type and
    /// key.
    virtual StoreResult<std::vector<schema::ConfigValue>> valuesOfAllWorkspaces(
        const std::string &type) = 0;
    virtual StoreResult<schema::Members<schema::Members<std::string>>> all(
        const std::string &workspace) = 0;
    /// One transaction, one version step. Each value/key names its workspace. Returns the new
    /// version.
    virtual StoreResult<std::int64_t> write(const std::vector<schema::ConfigValue> &puts,
        const std::vector<schema::ConfigValue> &deletes) = 0;
};

struct UserRow {
    schema::User user;
    std::string passwordHash; ///< pbkdf2-sha256$<iter>$<b64 salt>$<b64 hash>
    std::string issuer; ///< of an OpenID provider; "" = the user is one of our own
    std::int64_t tokenIssued = 0; ///< by that issuer, the newest seen; seconds since 1970
    bool operator==(const UserRow &) const = default;
};
struct KeyRow {
    schema::ApiKey key;
    std::string sha256; ///< hex
};
struct SigningKeyRow {
    std::string kid; ///< 16 hex
    std::string privatePem;
    std::string publicPem;
    std::int64_t createdMs = 0;
};

struct LeaseRow {
    std::string id;
    std::int64_t expiresMs = 0; ///< Unix time
    std::string record; ///< schema::Lease as text
};

class IamStore {
public:
    virtual ~IamStore() = default;
    virtual StoreResult<std::vector<UserRow>> users() = 0;
    virtual StoreResult<UserRow> userById(const std::string &id) = 0;
    virtual StoreResult<UserRow> userByName(const std::string &username) = 0;
    virtual StoreResult<Done> insertUser(const UserRow &user) = 0;
    virtual StoreResult<Done> updateUser(const UserRow &user) = 0;
    virtual StoreResult<Done> deleteUser(const std::string &id) = 0; ///< with all keys
    virtual StoreResult<std::vector<KeyRow>> keysOf(const std::string &userId) = 0;
    virtual StoreResult<KeyRow> keyByHash(const std::string &sha256) = 0;
    virtual StoreResult<KeyRow> keyById(const std::string &id) = 0;
    virtual StoreResult<Done> insertKey(const KeyRow &key) = 0;
    virtual StoreResult<Done> deleteKey(const std::string &id) = 0;
    virtual StoreResult<Done> deleteKeysOf(const std::string &userId) = 0;
    virtual StoreResult<std::vector<schema::Workspace>> workspaces() = 0;
    virtual StoreResult<schema::Workspace> workspace(const std::string &id) = 0;
    virtual StoreResult<Done> insertWorkspace(const schema::Workspace &workspace) = 0;
    virtual StoreResult<Done> updateWorkspace(const schema::Workspace &workspace) = 0;
    virtual StoreResult<std::vector<SigningKeyRow>> signingKeys() = 0; ///< newest first
    virtual StoreResult<Done> insertSigningKey(const SigningKeyRow &key) = 0;
    virtual StoreResult<Done> deleteSigningKey(const std::string &kid) = 0;
    virtual StoreResult<std::vector<LeaseRow>> leases() = 0; ///< ended ones too
    /// Puts `lease` in its place and deletes what has ended by `nowMs`.
    virtual StoreResult<Done> keepLease(const LeaseRow &lease, std::int64_t nowMs) = 0;
    virtual StoreResult<Done> deleteLease(const std::string &id) = 0; ///< gone is fine
};

/// Small facts that outlive a run: messages lost at the last graceful stop, counters.
class FactStore {
public:
    virtual ~FactStore() = default;
    virtual StoreResult<std::optional<std::string>> fact(const std::string &name) = 0;
    virtual StoreResult<Done> setFact(const std::string &name, const std::string &value) = 0;
};

struct Store {
    std::unique_ptr<ConfigStore> config;
    std::unique_ptr<IamStore> iam;
    std::unique_ptr<FactStore> facts;
};

/// Opens or creates `directory`/gateway.db and brings it to the current schema version under a
/// lock. A database of a newer version is refused with a text that says so. "" = in memory (tests).
StoreResult<Store> openSqliteStore(
    const std::string &directory, const StoreLimits &limits = StoreLimits());

} // namespace signalbox::gateway
