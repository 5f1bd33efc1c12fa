// SPDX-License-Identifier: GPL-3.0-only
// What the parts of the tenant platform share: where they keep, and how they tell.
#pragma once

#include "app/gateway/cache/cache.h"
#include "app/gateway/fabric/fabric.h"
#include "app/gateway/services/tenantvalues.h"
#include "app/gateway/store/tenantstore.h"
#include "models/schema/chatframe.h"
#include "models/schema/event.h"

#include <map>
#include <mutex>

namespace signalbox::gateway {

/// Brings answers to the users of other channels than the web. Thread-safe.
class Outbound {
public:
    virtual ~Outbound() = default;
    /// What becomes of a message of that role in that thread: waiting or unsent; nullopt in a web
    /// conversation.
    virtual std::optional<schema::Delivery> plan(
        const rules::TenantId &tenant, const std::string &thread, const std::string &role) = 0;
    /// An answer of that thread is in the outbox.
    virtual void wake(const rules::TenantId &tenant, const std::string &thread) = 0;
};

/// Thread-safe; blocks as store and cache do, so on service threads only.
///
/// Events go to `notify:tg:tenants`: the text of a schema::Event without number, and the property
/// `members`, the ids of the users who may see the tenant, one a line. The edge's event hub makes
/// events of them; nobody else is told (ARCHITECTURE.md, annex).
class TenantCore {
public:
    using Tenant = rules::TenantId;

    TenantCore(Backend &fabric, TenantStore &store, Cache &cache);

    Expected<Done, std::string> begin(); ///< ensures the topic
    void sendBy(Outbound *outbound) { m_outbound = outbound; } ///< before the services begin
    void runAs(std::string instance) { m_instance = std::move(instance); } ///< likewise
    /// What tells this gateway from others on the same database, "" = not known.
    [[nodiscard]] const std::string &instance() const { return m_instance; }
    Backend &fabric() { return m_fabric; }
    TenantStore &store() { return m_store; }
    Cache &cache() { return m_cache; }

    void tell(const Tenant &tenant, schema::Event::Kind kind, schema::TenantEvent about);
    /// The thread as it is stored now.
    void tellThread(const Tenant &tenant, const std::string &thread);
    void tellRemoved(const Tenant &tenant, const std::string &thread);
    /// To the sockets of a web conversation; a thread of another channel has none.
    void frame(const Tenant &tenant, const std::string &thread, const schema::ChatFrame &frame);
    void errorFrame(const Tenant &tenant, const std::string &thread, const char *code,
        const std::string &message);
    void audit(const Tenant &tenant, schema::AuditEvent event);
    /// Who may see the tenant has changed.
    void membersChanged(const Tenant &tenant);
    /// Who wants to know that; before the services begin.
    void whenMembersChange(std::function<void(const Tenant &)> call)
    {
        m_whenMembersChange = std::move(call);
    }

    /// Reads, changes, writes; again when somebody was faster.
    StoreResult<ThreadRow> changeThread(const Tenant &tenant, const std::string &thread,
        const std::function<void(ThreadRow &, ThreadFacts &)> &change);
    /// The same while `change` says true of what is there; Conflict once it says false.
    StoreResult<ThreadRow> changeThreadIf(const Tenant &tenant, const std::string &thread,
        const std::function<bool(ThreadRow &, ThreadFacts &)> &change);
    /// What the cache keeps of a thread that is gone: the memory of its agent and user, too.
    void forgetThread(const Tenant &tenant, const ThreadRow &thread);
    /// All that the cache keeps of a tenant that is gone.
    void forgetTenant(const Tenant &tenant);
    /// Stores a message, counts it, and tells. In a web thread the store makes it history too.
    StoreResult<schema::ChannelThreadMessage> addMessage(
        const Tenant &tenant, schema::ChannelThreadMessage message);
    /// What did not come to a user of another channel goes into the outbox once more, because `by`
    /// (a user's id) wants it. Conflict: it is on its way, was sent, or there is still no way; the
    /// text says which, message() what it is now.
    StoreResult<schema::ChannelThreadMessage> sendAgain(
        const Tenant &tenant, const ThreadMessageRow &row, const std::string &by);
    /// The name of an agent, "" when there is none. Kept for two seconds.
    std::string agentName(const Tenant &tenant, const std::string &agent);
    std::optional<schema::Tenant> tenant(const Tenant &tenant);
    /// All tenants, in pages.
    std::vector<schema::Tenant> tenants();

private:
    template <class T> struct Kept {
        T value;
        std::chrono::steady_clock::time_point at;
    };
    std::string members(const Tenant &tenant);

    Backend &m_fabric;
    TenantStore &m_store;
    Cache &m_cache;
    std::shared_ptr<Producer> m_notices;
    Outbound *m_outbound = nullptr;
    std::function<void(const Tenant &)> m_whenMembersChange;
    std::string m_instance;
    std::mutex m_mutex;
    std::map<std::string, Kept<std::string>> m_members; ///< by tenant
    std::map<std::string, Kept<std::string>> m_agents; ///< by tenant and agent
};

inline constexpr const char *tenantNotices = "notify:tg:tenants";
inline constexpr const char *membersProperty = "members";
/// Ids and texts of messages are bounded before they are kept.
inline constexpr std::size_t longestChatText = 64 * 1024;

} // namespace signalbox::gateway
