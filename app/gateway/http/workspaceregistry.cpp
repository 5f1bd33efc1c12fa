// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/workspaceregistry.h"

#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {
constexpr auto registryWorkspace = "__workspaces__";
constexpr auto fetchTime = std::chrono::seconds(10);

bool reserved(const std::string &workspace)
{
    return workspace.empty() || workspace.front() == '_';
}
} // namespace

WorkspaceRegistry::WorkspaceRegistry(FabricCalls &calls)
    : m_calls(calls)
{
}

std::size_t WorkspaceRegistry::count() const
{
    const std::lock_guard lock(m_mutex);
    return m_known.size();
}

bool WorkspaceRegistry::known(const std::string &workspace) const
{
    const std::lock_guard lock(m_mutex);
    return m_known.contains(workspace);
}

void WorkspaceRegistry::apply(const schema::ConfigNotice &notice)
{
    const auto *types = schema::find(notice.changes, "workspace");
    {
        const std::lock_guard lock(m_mutex);
        for (const std::string &workspace : notice.created)
            if (!reserved(workspace))
                m_known.insert(workspace);
        for (const std::string &workspace : notice.deleted)
            m_known.erase(workspace);
    }
    // An empty list is a service start (signalbox-gateway §2.7): everything is read again.
    if (notice.changes.empty() || types || !notice.created.empty() || !notice.deleted.empty())
        refresh();
}

void WorkspaceRegistry::whenChecked(const std::string &workspace, Answered answered)
{
    if (known(workspace)) {
        answered(true);
        return;
    }
    if (reserved(workspace)) {
        answered(false);
        return;
    }
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.emplace_back(workspace, std::move(answered));
    }
    refresh();
}

void WorkspaceRegistry::refresh()
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_fetching) {
            m_again = true; // what is on its way may be older than the reason to read
            return;
        }
        m_fetching = true;
    }
    schema::ConfigRequest request;
    request.operation = "list";
    request.workspace = registryWorkspace;
    request.type = "workspace";
    FabricCalls::Ask ask;
    ask.topics = FabricCalls::serviceTopics("config");
    ask.value = schema::encode(request);
    ask.timeout = fetchTime;
    m_calls.ask(
        std::move(ask), [this](FabricResult<Message> result) { fetched(std::move(result)); });
}

void WorkspaceRegistry::fetched(FabricResult<Message> result)
{
    std::optional<schema::ConfigResponse> response;
    if (result) {
        if (auto decoded = schema::decode<schema::ConfigResponse>(result->value))
            response = std::move(*decoded);
    }
    std::vector<std::pair<std::string, Answered>> waiting;
    std::set<std::string> known;
    bool again = false;
    {
        const std::lock_guard lock(m_mutex);
        m_fetching = false;
        again = std::exchange(m_again, false);
        if (response) {
            m_known.clear();
            for (const std::string &workspace : response->directory)
                if (!reserved(workspace))
                    m_known.insert(workspace);
        }
        known = m_known;
        if (!again)
            waiting.swap(m_waiting);
    }
    if (!response)
        spdlog::warn("workspace registry: config did not answer: {}",
            result ? "unreadable answer" : result.error().text);
    if (again) {
        refresh();
        return;
    }
    for (auto &[workspace, answered] : waiting)
        answered(known.contains(workspace));
}

} // namespace signalbox::gateway
