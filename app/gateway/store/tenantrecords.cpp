// SPDX-License-Identifier: GPL-3.0-only
// A tenant's audit, usage and texts.
#include "app/gateway/store/tenantcalls.h"

#include <map>

namespace signalbox::gateway {

namespace {

constexpr const char *auditColumns = "#seq, agent_id, user_id, action_type, body, #created_at";
constexpr const char *usageColumns = "day, agent_id, provider, model, #turns, #prompt_tokens, "
                                     "#completion_tokens, #cost_micros, #unpriced_turns";
constexpr const char *volumeColumns = "day, channel_type, #messages_in, #messages_out";
constexpr const char *knowledgeColumns = "id, agent_id, title, content, #created_at";

AuditRow auditOf(SqlRow &in)
{
    AuditRow row;
    in >> row.seq >> row.agentId >> row.userId >> row.actionType >> row.body >> row.createdMs;
    return row;
}

UsageRow usageOf(SqlRow &in)
{
    UsageRow row;
    in >> row.day >> row.agentId >> row.provider >> row.model >> row.turns >> row.promptTokens
        >> row.completionTokens >> row.costMicros >> row.unpricedTurns;
    return row;
}

VolumeRow volumeOf(SqlRow &in)
{
    VolumeRow row;
    in >> row.day >> row.channelType >> row.in >> row.out;
    return row;
}

KnowledgeRow knowledgeOf(SqlRow &in)
{
    KnowledgeRow row;
    in >> row.id >> row.agentId >> row.title >> row.content >> row.createdMs;
    return row;
}

} // namespace

StoreResult<std::int64_t> TenantStore::appendAudit(const Tenant &tenant, const AuditRow &row)
{
    return scoped<std::int64_t>(writes, "add to the audit", tenant, [&](TenantSql &sql) {
        return sql.append("audit_events",
            { { "agent_id", row.agentId }, { "user_id", row.userId },
                { "action_type", row.actionType }, { "body", row.body },
                { "created_at", row.createdMs } });
    });
}

StoreResult<std::vector<AuditRow>> TenantStore::audit(const Tenant &tenant, const AuditQuery &query)
{
    return scoped<std::vector<AuditRow>>(reads, "read the audit", tenant, [&](TenantSql &sql) {
        return allOf(
            sql.select("audit_events", auditColumns,
                "(:agent = '' OR agent_id = :agent) AND (:action = '' OR action_type = :action) "
                "AND (CAST(:before AS BIGINT) = 0 OR seq < :before)",
                { { "agent", query.agentId }, { "action", query.actionType },
                    { "before", query.before } },
                "ORDER BY seq DESC " + limitOf(query.limit)),
            auditOf);
    });
}

StoreResult<Done> TenantStore::addUsage(const Tenant &tenant, const UsageRow &more)
{
    return scoped<Done>(writes, "add to the usage", tenant, [&](TenantSql &sql) {
        sql.insert("usage_days",
            { { "day", more.day }, { "agent_id", more.agentId }, { "provider", more.provider },
                { "model", more.model }, { "turns", more.turns },
                { "prompt_tokens", more.promptTokens },
                { "completion_tokens", more.completionTokens }, { "cost_micros", more.costMicros },
                { "unpriced_turns", more.unpricedTurns } },
            "ON CONFLICT (tenant_id, day, agent_id, provider, model) DO UPDATE SET turns = "
            "usage_days.turns + excluded.turns, prompt_tokens = usage_days.prompt_tokens + "
            "excluded.prompt_tokens, completion_tokens = usage_days.completion_tokens + "
            "excluded.completion_tokens, cost_micros = usage_days.cost_micros + "
            "excluded.cost_micros, unpriced_turns = usage_days.unpriced_turns + "
            "excluded.unpriced_turns");
        return Done {};
    });
}

StoreResult<Done> TenantStore::addVolume(const Tenant &tenant, const VolumeRow &more)
{
    return scoped<Done>(writes, "count messages", tenant, [&](TenantSql &sql) {
        sql.insert("volume_days",
            { { "day", more.day }, { "channel_type", more.channelType }, { "messages_in", more.in },
                { "messages_out", more.out } },
            "ON CONFLICT (tenant_id, day, channel_type) DO UPDATE SET messages_in = "
            "volume_days.messages_in + excluded.messages_in, messages_out = "
            "volume_days.messages_out + excluded.messages_out");
        return Done {};
    });
}

StoreResult<std::vector<UsageRow>> TenantStore::usage(
    const Tenant &tenant, const std::string &from, const std::string &to)
{
    return scoped<std::vector<UsageRow>>(reads, "read the usage", tenant, [&](TenantSql &sql) {
        return allOf(
            sql.select("usage_days", usageColumns, "day >= :first AND day <= :last",
                { { "first", from }, { "last", to } }, "ORDER BY day, agent_id, provider, model"),
            usageOf);
    });
}

StoreResult<std::vector<VolumeRow>> TenantStore::volume(
    const Tenant &tenant, const std::string &from, const std::string &to)
{
    return scoped<std::vector<VolumeRow>>(
        reads, "read the message volume", tenant, [&](TenantSql &sql) {
            return allOf(sql.select("volume_days", volumeColumns, "day >= :first AND day <= :last",
                             { { "first", from }, { "last", to } }, "ORDER BY day, channel_type"),
                volumeOf);
        });
}

StoreResult<Done> TenantStore::putKnowledge(const Tenant &tenant, const KnowledgeRow &row)
{
    return scoped<Done>(writes, "write a text", tenant, [&](TenantSql &sql) {
        sql.remove("knowledge_texts", "id = :id", { { "id", row.id } });
        sql.insert("knowledge_texts",
            { { "id", row.id }, { "agent_id", row.agentId }, { "title", row.title },
                { "content", row.content }, { "created_at", row.createdMs } });
        return withinBound(sql, "knowledge_texts", m_limits.knowledge, "texts");
    });
}

StoreResult<std::vector<KnowledgeRow>> TenantStore::knowledge(const Tenant &tenant)
{
    return scoped<std::vector<KnowledgeRow>>(reads, "list texts", tenant, [](TenantSql &sql) {
        return allOf(sql.select("knowledge_texts", "id, agent_id, title, '', #created_at", {}, {},
                         "ORDER BY title, id"),
            knowledgeOf);
    });
}

StoreResult<KnowledgeRow> TenantStore::knowledgeText(const Tenant &tenant, const std::string &id)
{
    return scoped<KnowledgeRow>(reads, "read a text", tenant, [&](TenantSql &sql) {
        return oneOf(sql.select("knowledge_texts", knowledgeColumns, "id = :id", { { "id", id } }),
            knowledgeOf, "text");
    });
}

StoreResult<Done> TenantStore::deleteKnowledge(const Tenant &tenant, const std::string &id)
{
    return scoped<Done>(writes, "delete a text", tenant, [&](TenantSql &sql) {
        return touched(sql.remove("knowledge_texts", "id = :id", { { "id", id } }), "text");
    });
}

StoreResult<std::vector<KnowledgeRow>> TenantStore::searchKnowledge(
    const Tenant &tenant, const std::string &agentId, const std::string &words, int limit)
{
    return scoped<std::vector<KnowledgeRow>>(reads, "search texts", tenant, [&](TenantSql &sql) {
        const SqlDialect dialect = sql.shared().dialect();
        // The two databases weigh words differently: how many are found counts, then the id.
        std::map<std::string, int> found; // by id
        for (const std::string &word : searchWords(words)) {
            for (SqlRow &row : sql.select("knowledge_texts", "id",
                     "(agent_id = '' OR agent_id = :agent) AND "
                         + searchTerm(dialect, "knowledge_search"),
                     { { "agent", agentId }, { "words", searchText(dialect, { word }) } })) {
                std::string id;
                row >> id;
                ++found[id];
            }
        }
        std::vector<std::pair<int, std::string>> best;
        best.reserve(found.size());
        for (const auto &[id, count] : found)
            best.emplace_back(-count, id);
        std::sort(best.begin(), best.end());
        best.resize(std::min(best.size(), std::size_t(std::clamp(limit, 1, 100))));
        std::vector<KnowledgeRow> rows;
        for (const auto &[count, id] : best)
            for (SqlRow &row :
                sql.select("knowledge_texts", knowledgeColumns, "id = :id", { { "id", id } }))
                rows.push_back(knowledgeOf(row));
        return rows;
    });
}

} // namespace signalbox::gateway
