// SPDX-License-Identifier: GPL-3.0-only
// The tools that an agent may be given.
#pragma once

#include "app/gateway/services/tenantcore.h"

#include <stop_token>

namespace signalbox::gateway {

/// GET of one address whose host is on the allow-list; the fetch itself must refuse addresses of
/// private networks after the name is resolved. Blocks for a few seconds at most.
using ToolFetch = std::function<Expected<std::string, std::string>(
    const std::string &url, const std::stop_token &stop)>;

struct ToolOptions {
    std::vector<std::string> hosts; ///< `http_request` may ask these; empty: none
    ToolFetch fetch; ///< empty: http_request says that it cannot
};

/// Thread-safe, blocks.
class ChatTools {
public:
    ChatTools(TenantStore &store, ToolOptions options);

    [[nodiscard]] std::vector<schema::ToolInfo> all() const;
    /// Those that are assigned, in the registry's order; with the tool that hands over to a person
    /// when the agent may do that by itself.
    [[nodiscard]] std::vector<schema::ToolInfo> of(const schema::Agent &agent) const;
    /// The result as JSON, or why there is none: unknown tool, arguments that do not fit.
    Expected<std::string, std::string> run(const rules::TenantId &tenant, const std::string &agent,
        const std::string &tool, const std::string &arguments, const std::stop_token &stop);

private:
    Expected<std::string, std::string> http(const std::string &url, const std::stop_token &stop);
    Expected<std::string, std::string> knowledge(
        const rules::TenantId &tenant, const std::string &agent, const std::string &query);

    TenantStore &m_store;
    const ToolOptions m_options;
};

inline constexpr const char *handOverTool = "handoff_human";

} // namespace signalbox::gateway
