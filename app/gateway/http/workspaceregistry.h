// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/http/fabriccalls.h"
#include "models/schema/config.h"

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace signalbox::gateway {

/// The live workspaces: keys of config (`__workspaces__`, `workspace`), kept current by notices (TG
/// §2.6). Ids that begin with `_` are storage only and never known. Thread-safe.
class WorkspaceRegistry {
public:
    using Answered = std::function<void(bool known)>;
    explicit WorkspaceRegistry(FabricCalls &calls);

    void apply(const schema::ConfigNotice &notice);
    void refresh();
    [[nodiscard]] bool known(const std::string &workspace) const;
    [[nodiscard]] std::size_t count() const;
    /// Inline when known; otherwise the registry is read once more first, so that a workspace made
    /// a moment ago is found.
    void whenChecked(const std::string &workspace, Answered answered);

private:
    void fetched(FabricResult<Message> result);

    FabricCalls &m_calls;
    mutable std::mutex m_mutex;
    std::set<std::string> m_known;
    std::vector<std::pair<std::string, Answered>> m_waiting;
    bool m_fetching = false;
    bool m_again = false;
};

} // namespace signalbox::gateway
