// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/requestserver.h"
#include "app/gateway/store/store.h"

namespace signalbox::gateway {

/// Workspace that holds the registry of live workspaces: type `workspace`, key = id (TG §3.3).
inline constexpr const char *workspaceRegistry = "__workspaces__";
/// Seed of new workspaces.
inline constexpr const char *workspaceTemplate = "__template__";
/// Snapshots of what flows were started from: type = workspace, key = flow id.
inline constexpr const char *flowSnapshots = "__flows__";
inline bool reservedWorkspace(const std::string &workspace)
{
    return workspace.starts_with('_');
}

/// The config service, contract TG §3. Only it touches the config store.
class ConfigService final : public RequestServer {
public:
    ConfigService(Backend &fabric, ConfigStore &store);
    ~ConfigService() override;

private:
    Expected<Done, std::string> prepare() override;
    std::string handle(const Request &request) override;
    [[nodiscard]] std::string errorType() const override { return "config-error"; }

    std::string get(const Request &request);
    std::string list(const Request &request);
    std::string values(const Request &request);
    std::string whole(const Request &request);
    std::string ofAllWorkspaces(const Request &request, bool withValues);
    std::string put(const Request &request);
    std::string drop(const Request &request);
    std::string write(
        std::vector<schema::ConfigValue> puts, const std::vector<schema::ConfigValue> &deletes);

    /// New and vanishing entries of the registry among what is about to be written.
    struct Registry {
        std::vector<std::string> created;
        std::vector<std::string> deleted;
    };
    StoreResult<Registry> registryChanges(const std::vector<schema::ConfigValue> &puts,
        const std::vector<schema::ConfigValue> &deletes);
    StoreResult<Done> addTemplate(
        const std::string &workspace, std::vector<schema::ConfigValue> &puts);
    FabricResult<Done> openWorkspace(const std::string &workspace);
    void announce(const schema::ConfigNotice &notice);

    ConfigStore &m_store;
    std::shared_ptr<Producer> m_notices;
};

} // namespace signalbox::gateway
