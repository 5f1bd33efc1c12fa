// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/tenantcore.h"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

constexpr std::chrono::seconds keptFor { 2 };
constexpr std::size_t keptAtMost = 10000;
constexpr int changeTries = 8;
constexpr std::size_t summaryBytes = 500;
constexpr std::size_t keysAtOnce = 1000;

void warn(const char *what, const std::string &why)
{
    spdlog::warn("tenants: {}: {}", what, why);
}

/// Of one that was read back.
rules::TenantKey keyAgain(const rules::TenantId &tenant, const rules::ReadKey &key)
{
    switch (key.kind) {
    case rules::KeyKind::RateLimit:
        return rules::rateLimitKey(tenant, key.rest);
    case rules::KeyKind::Dedup:
        return rules::idempotencyKey(tenant, key.rest);
    case rules::KeyKind::Engaged:
        return rules::engagedThreadKey(tenant, key.rest);
    case rules::KeyKind::Escalation:
        return rules::escalationStatusKey(tenant, key.rest);
    case rules::KeyKind::ToolConfirm:
        return rules::pendingToolConfirmKey(tenant, key.rest);
    case rules::KeyKind::MemoryShort: {
        const std::size_t colon = std::min(key.rest.find(':'), key.rest.size());
        return rules::memoryShortKey(tenant, key.rest.substr(0, colon),
            key.rest.substr(std::min(colon + 1, key.rest.size())));
    }
    case rules::KeyKind::Session:
    case rules::KeyKind::WebchatResponse: // never stored
        break;
    }
    return rules::sessionKey(tenant, key.rest);
}

} // namespace

TenantCore::TenantCore(Backend &fabric, TenantStore &store, Cache &cache)
    : m_fabric(fabric)
    , m_store(store)
    , m_cache(cache)
{
}

Expected<Done, std::string> TenantCore::begin()
{
    TopicInfo info;
    info.scope = "system";
    if (const auto ensured = m_fabric.ensureTopic(tenantNotices, info); !ensured)
        return unexpected(ensured.error().text);
    ProducerOptions options;
    options.processor = "tenants";
    options.blockFor = std::chrono::milliseconds(200);
    auto producer = m_fabric.createProducer(tenantNotices, {}, options);
    if (!producer)
        return unexpected(producer.error().text);
    m_notices = *producer;
    return Done {};
}

std::string TenantCore::members(const Tenant &tenant)
{
    const auto now = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_members.find(tenant.text());
        if (found != m_members.end() && now - found->second.at < keptFor)
            return found->second.value;
    }
    const auto rows = m_store.members(tenant);
    if (!rows) {
        warn("members", rows.error().text);
        return {};
    }
    std::string ids;
    for (const MembershipRow &row : *rows)
        ids += row.userId + '\n';
    const std::lock_guard lock(m_mutex);
    if (m_members.size() >= keptAtMost)
        m_members.clear();
    m_members[tenant.text()] = { ids, now };
    return ids;
}

void TenantCore::membersChanged(const Tenant &tenant)
{
    {
        const std::lock_guard lock(m_mutex);
        m_members.erase(tenant.text());
    }
    Message message; // no event, but the hub learns who may see what follows
    message.value = "{\"kind\":\"members\",\"tenant\":" + schema::jsonString(tenant.text()) + "}";
    message.properties.emplace_back(membersProperty, members(tenant));
    if (const auto sent = m_notices->send(std::move(message)); !sent)
        warn("members", sent.error().text);
    if (m_whenMembersChange)
        m_whenMembersChange(tenant);
}

void TenantCore::tell(const Tenant &tenant, schema::Event::Kind kind, schema::TenantEvent about)
{
    schema::Event event;
    event.kind = kind;
    event.tenant = tenant.text();
    event.about.push_back(std::move(about));
    Message message;
    message.value = schema::encode(event);
    message.properties.emplace_back(membersProperty, members(tenant));
    if (const auto sent = m_notices->send(std::move(message)); !sent)
        warn("event", sent.error().text);
}

std::string TenantCore::agentName(const Tenant &tenant, const std::string &agent)
{
    const std::string key = tenant.text() + ':' + agent;
    const auto now = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_agents.find(key);
        if (found != m_agents.end() && now - found->second.at < keptFor)
            return found->second.value;
    }
    const auto row = m_store.agent(tenant, agent);
    const std::string name = row ? agentOf(tenant.text(), *row).name : std::string();
    const std::lock_guard lock(m_mutex);
    if (m_agents.size() >= keptAtMost)
        m_agents.clear();
    m_agents[key] = { name, now };
    return name;
}

std::optional<schema::Tenant> TenantCore::tenant(const Tenant &tenant)
{
    const auto row = m_store.tenant(tenant);
    if (!row)
        return std::nullopt;
    return tenantOf(*row);
}

std::vector<schema::Tenant> TenantCore::tenants()
{
    constexpr int page = 500;
    std::vector<schema::Tenant> all;
    for (std::string after;;) {
        const auto rows = m_store.tenants(after, page);
        if (!rows) {
            warn("list", rows.error().text);
            return all;
        }
        for (const TenantRow &row : *rows)
            all.push_back(tenantOf(row));
        if (rows->size() < page)
            return all;
        after = rows->back().slug;
    }
}

void TenantCore::tellThread(const Tenant &tenant, const std::string &thread)
{
    const auto row = m_store.thread(tenant, thread);
    const auto owner = this->tenant(tenant);
    if (!row || !owner)
        return;
    schema::TenantEvent about;
    about.threadId = thread;
    about.conversation = conversationOf(*owner, agentName(tenant, row->agentId), *row);
    tell(tenant, schema::Event::Kind::Conversation, std::move(about));
}

void TenantCore::tellRemoved(const Tenant &tenant, const std::string &thread)
{
    schema::TenantEvent about;
    about.threadId = thread;
    about.removed = true;
    tell(tenant, schema::Event::Kind::Conversation, std::move(about));
}

void TenantCore::frame(
    const Tenant &tenant, const std::string &thread, const schema::ChatFrame &frame)
{
    const auto sent =
        m_cache.publish(rules::webchatResponseKey(tenant, thread), schema::encode(frame));
    if (!sent)
        warn("frame", sent.error().text);
}

void TenantCore::errorFrame(
    const Tenant &tenant, const std::string &thread, const char *code, const std::string &message)
{
    schema::ChatFrame error;
    error.kind = schema::ChatFrame::Kind::Error;
    error.conversationId = thread;
    error.code = code;
    error.message = message;
    frame(tenant, thread, error);
}

void TenantCore::audit(const Tenant &tenant, schema::AuditEvent event)
{
    const std::int64_t now = unixMs();
    event.inputSummary = shortened(event.inputSummary, summaryBytes);
    event.outputSummary = shortened(event.outputSummary, summaryBytes);
    AuditRow row;
    row.agentId = event.agentId.value_or("");
    row.userId = event.userId.value_or("");
    row.actionType = event.actionType;
    row.body = schema::encode(event);
    row.createdMs = now;
    const auto kept = m_store.appendAudit(tenant, row);
    if (!kept)
        return warn("audit", kept.error().text);
    row.seq = *kept;
    schema::TenantEvent about;
    about.threadId = event.threadId.value_or("");
    about.audit = auditOf(tenant.text(), row);
    tell(tenant, schema::Event::Kind::Audit, std::move(about));
}

StoreResult<ThreadRow> TenantCore::changeThread(const Tenant &tenant, const std::string &thread,
    const std::function<void(ThreadRow &, ThreadFacts &)> &change)
{
    return changeThreadIf(tenant, thread, [&change](ThreadRow &row, ThreadFacts &facts) {
        change(row, facts);
        return true;
    });
}

StoreResult<ThreadRow> TenantCore::changeThreadIf(const Tenant &tenant, const std::string &thread,
    const std::function<bool(ThreadRow &, ThreadFacts &)> &change)
{
    for (int i = 0;; ++i) {
        auto row = m_store.thread(tenant, thread);
        if (!row)
            return row;
        ThreadFacts facts = factsOf(*row);
        if (!change(*row, facts))
            return unexpected(StoreError {
                StoreError::Kind::Conflict, "the thread is no longer as it was", row->version });
        row->body = bodyOf(facts);
        row->updatedMs = unixMs();
        const auto written = m_store.updateThread(tenant, *row);
        if (written) {
            row->version = *written;
            return row;
        }
        if (written.error().kind != StoreError::Kind::Conflict || i >= changeTries)
            return unexpected(written.error());
    }
}

void TenantCore::forgetThread(const Tenant &tenant, const ThreadRow &thread)
{
    for (const rules::TenantKey &key :
        { rules::memoryShortKey(tenant, thread.agentId, thread.userId),
            rules::escalationStatusKey(tenant, thread.id),
            rules::pendingToolConfirmKey(tenant, thread.id),
            rules::engagedThreadKey(tenant, thread.id), rules::sessionKey(tenant, thread.id) })
        if (const auto gone = m_cache.remove(key); !gone)
            warn("forget", gone.error().text);
}

void TenantCore::forgetTenant(const Tenant &tenant)
{
    std::string cursor;
    do {
        const auto page = m_cache.scan(tenant, std::nullopt, cursor, keysAtOnce);
        if (!page)
            return warn("forget", page.error().text);
        for (const KeptKey &kept : page->keys)
            if (const auto gone = m_cache.remove(keyAgain(tenant, kept.key)); !gone)
                return warn("forget", gone.error().text);
        cursor = page->cursor;
    } while (!cursor.empty());
}

StoreResult<schema::ChannelThreadMessage> TenantCore::addMessage(
    const Tenant &tenant, schema::ChannelThreadMessage message)
{
    const std::int64_t now = unixMs();
    message.tenantId = tenant.text();
    message.createdAt = rfc3339(now);
    const bool answer = message.role == "assistant" || message.role == "human";
    if (answer || std::exchange(message.delivery, std::nullopt)) // a notice that wants to be sent
        message.delivery =
            m_outbound ? m_outbound->plan(tenant, message.threadId, message.role) : std::nullopt;
    const bool toBeSent = message.delivery && message.delivery->state == "waiting";
    if (const auto kept = m_store.appendMessage(tenant, rowOf(message, now), toBeSent); !kept)
        return unexpected(kept.error());
    const auto counted = changeThread(
        tenant, message.threadId, [](ThreadRow &, ThreadFacts &facts) { ++facts.messages; });
    if (!counted)
        warn("count", counted.error().text);
    schema::TenantEvent about;
    about.threadId = message.threadId;
    about.message = message;
    tell(tenant, schema::Event::Kind::Message, std::move(about));
    tellThread(tenant, message.threadId);
    if (toBeSent) // after the event: what became of it comes later than that it is there
        m_outbound->wake(tenant, message.threadId);
    return message;
}

StoreResult<schema::ChannelThreadMessage> TenantCore::sendAgain(
    const Tenant &tenant, const ThreadMessageRow &row, const std::string &by)
{
    schema::ChannelThreadMessage message = messageOf(tenant.text(), row);
    const auto refused = [](std::string why) {
        return unexpected(StoreError { StoreError::Kind::Conflict, std::move(why), 0 });
    };
    const std::string state = message.delivery ? message.delivery->state : std::string();
    if (state == "waiting")
        return refused("it is on its way already");
    if (state == "sent")
        return refused("it was sent");
    const auto way = m_outbound && message.delivery
        ? m_outbound->plan(tenant, row.threadId, row.role)
        : std::optional<schema::Delivery>();
    if (!way)
        return refused("this message goes to no other channel");
    if (way->state != "waiting")
        return refused("there is no way to that user: " + way->error);
    const std::int64_t now = unixMs();
    schema::Delivery &delivery = *message.delivery;
    delivery.state = "waiting";
    delivery.earlier = delivery.tries;
    delivery.at = rfc3339(now);
    const auto kept =
        m_store.sendAgain(tenant, rowOf(message, row.createdMs), row.body, delivery.tries, now);
    if (!kept)
        return unexpected(kept.error());
    schema::TenantEvent about;
    about.threadId = row.threadId;
    about.message = message;
    tell(tenant, schema::Event::Kind::Message, std::move(about));
    schema::AuditEvent entry;
    entry.userId = by;
    entry.threadId = row.threadId;
    entry.actionType = "delivery";
    entry.inputSummary = "send again " + row.id;
    entry.outputSummary = "waiting";
    entry.metadata = { { "tries", { std::to_string(delivery.tries) } } };
    audit(tenant, std::move(entry));
    m_outbound->wake(tenant, row.threadId);
    return message;
}

} // namespace signalbox::gateway
