// SPDX-License-Identifier: GPL-3.0-only
// Follows the config service by its notices. The eight rules of signalbox-gateway §2.
#pragma once

#include "app/gateway/fabric/requester.h"
#include "models/schema/config.h"

#include <memory>
#include <string>
#include <vector>

namespace signalbox::gateway {

/// What a handler is given. Either the whole state of its types, or whole slices (type, workspace)
/// of it.
struct ConfigUpdate {
    std::int64_t version = 0;
    bool everything =
        false; ///< `values` is the complete state of the handler's types: replace what is held
    /// Not everything: the slices that changed, type → workspaces. `values` holds all that is in
    /// them now.
    schema::Members<std::vector<std::string>> changes;
    std::vector<schema::ConfigValue>
        values; ///< each with its workspace; never of a reserved workspace
};

struct WorkspaceUpdate {
    bool everything = false; ///< `created` is the list of all live workspaces
    std::vector<std::string> created;
    std::vector<std::string> deleted;
};

/// Own thread. Register handlers before start(); they run on that thread, one at a time, and may
/// take their time: notices wait meanwhile.
class ConfigReceiver {
public:
    struct Options {
        std::string name; ///< subscription, e.g. `flow-svc`
        std::chrono::milliseconds timeout { 10000 }; ///< of one fetch, per awaited part
        std::chrono::milliseconds retry { 2000 };
    };
    using Handler = std::function<void(const ConfigUpdate &)>;
    using WorkspaceHandler = std::function<void(const WorkspaceUpdate &)>;

    ConfigReceiver(Backend &fabric, Options options);
    ~ConfigReceiver(); ///< stops

    /// A type that ends in `*` stands for every type with that prefix. No types: called on every
    /// change, with what changed.
    void addHandler(std::vector<std::string> types, Handler handler);
    void onWorkspaces(WorkspaceHandler handler);

    /// Subscribes before it returns; the first fetch (retried until it works) and all handlers
    /// follow on the thread.
    FabricResult<Done> start();
    void stop();

    [[nodiscard]] std::int64_t version() const; ///< last one taken; -1 before the first fetch
    [[nodiscard]] std::int64_t failedFetches() const;
    /// Blocks until `version` is taken; false after `timeout`.
    bool waitFor(std::int64_t version, std::chrono::milliseconds timeout) const;

private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

} // namespace signalbox::gateway
