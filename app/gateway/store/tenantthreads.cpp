// SPDX-License-Identifier: GPL-3.0-only
// A tenant's web conversations and the threads of all channels.
#include "app/gateway/store/tenantcalls.h"

namespace signalbox::gateway {

namespace {

constexpr const char *conversationColumns = "id, agent_id, user_id, #created_at, #updated_at";
constexpr const char *threadColumns =
    "id, channel_type, agent_id, user_id, conversation_id, state, needs, holder, flow, body, "
    "last_text, last_role, #since, #version, #created_at, #updated_at";

ConversationRow conversationOf(SqlRow &in)
{
    ConversationRow row;
    in >> row.id >> row.agentId >> row.userId >> row.createdMs >> row.updatedMs;
    return row;
}

ThreadRow threadOf(SqlRow &in)
{
    ThreadRow row;
    in >> row.id >> row.channelType >> row.agentId >> row.userId >> row.conversationId >> row.state
        >> row.needs >> row.holder >> row.flow >> row.body >> row.lastText >> row.lastRole
        >> row.sinceMs >> row.version >> row.createdMs >> row.updatedMs;
    return row;
}

void addThread(TenantSql &sql, const ThreadRow &row, const std::string &tail = {})
{
    sql.insert("channel_threads",
        { { "id", row.id }, { "channel_type", row.channelType }, { "agent_id", row.agentId },
            { "user_id", row.userId }, { "conversation_id", row.conversationId },
            { "state", row.state }, { "needs", row.needs }, { "holder", row.holder },
            { "flow", row.flow }, { "body", row.body }, { "last_text", std::string() },
            { "last_role", std::string() }, { "since", row.sinceMs },
            { "version", std::int64_t(1) }, { "created_at", row.createdMs },
            { "updated_at", row.updatedMs } },
        tail);
}

/// One condition after the other, with what it needs.
struct ThreadFilter {
    std::string where = "1 = 1";
    SqlParameters parameters;

    void equals(const char *column, const std::string &value)
    {
        if (value.empty())
            return;
        where += std::string(" AND ") + column + " = :" + column;
        parameters.emplace_back(column, value);
    }
};

ThreadFilter filterOf(TenantSql &sql, const ThreadQuery &query)
{
    ThreadFilter filter;
    filter.equals("state", query.state);
    filter.equals("channel_type", query.channelType);
    filter.equals("agent_id", query.agentId);
    filter.equals("user_id", query.userId);
    if (query.needs == "none")
        filter.where += " AND needs = ''";
    else
        filter.equals("needs", query.needs);
    if (const auto words = searchWords(query.words); !words.empty()) {
        const SqlDialect dialect = sql.shared().dialect();
        filter.where += " AND id IN ("
            + sql.within(
                "channel_thread_messages", "thread_id", searchTerm(dialect, "message_search"))
            + ')';
        filter.parameters.emplace_back("words", searchText(dialect, words));
    } else if (query.words.find_first_not_of(" \t\r\n") != std::string::npos) {
        filter.where += " AND 1 = 0"; // signs alone are in no word
    }
    return filter;
}

} // namespace

StoreResult<OpenedConversation> TenantStore::openConversation(
    const Tenant &tenant, const ConversationRow &wanted)
{
    return scoped<OpenedConversation>(writes, "open a conversation", tenant,
        [&](TenantSql &sql) -> StoreResult<OpenedConversation> {
            OpenedConversation opened;
            opened.created =
                sql.insert("web_conversations",
                    { { "id", wanted.id }, { "agent_id", wanted.agentId },
                        { "user_id", wanted.userId }, { "created_at", wanted.createdMs },
                        { "updated_at", wanted.updatedMs } },
                    "ON CONFLICT (tenant_id, agent_id, user_id) DO NOTHING")
                == 1;
            if (opened.created) {
                ThreadRow thread;
                thread.id = thread.conversationId = wanted.id;
                thread.channelType = "web";
                thread.agentId = wanted.agentId;
                thread.userId = wanted.userId;
                thread.sinceMs = thread.createdMs = thread.updatedMs = wanted.createdMs;
                addThread(sql, thread);
            }
            auto row = oneOf(sql.select("web_conversations", conversationColumns,
                                 "agent_id = :agent AND user_id = :user",
                                 { { "agent", wanted.agentId }, { "user", wanted.userId } }),
                conversationOf, "conversation");
            if (!row)
                return unexpected(row.error());
            opened.row = std::move(*row);
            return opened;
        });
}

StoreResult<ConversationRow> TenantStore::conversation(const Tenant &tenant, const std::string &id)
{
    return scoped<ConversationRow>(reads, "find a conversation", tenant, [&](TenantSql &sql) {
        return oneOf(
            sql.select("web_conversations", conversationColumns, "id = :id", { { "id", id } }),
            conversationOf, "conversation");
    });
}

StoreResult<std::vector<ConversationRow>> TenantStore::conversations(
    const Tenant &tenant, const std::string &userId, std::int64_t beforeMs, int limit)
{
    return scoped<
        std::vector<ConversationRow>>(reads, "list conversations", tenant, [&](TenantSql &sql) {
        return allOf(
            sql.select("web_conversations", conversationColumns,
                "(:user = '' OR user_id = :user) AND (CAST(:before AS BIGINT) = 0 OR updated_at < "
                ":before)",
                { { "user", userId }, { "before", beforeMs } },
                "ORDER BY updated_at DESC, id DESC " + limitOf(limit)),
            conversationOf);
    });
}

StoreResult<Done> TenantStore::deleteConversation(const Tenant &tenant, const std::string &id)
{
    return scoped<Done>(writes, "delete a conversation", tenant, [&](TenantSql &sql) {
        sql.remove("channel_threads", "id = :id", { { "id", id } });
        return touched(
            sql.remove("web_conversations", "id = :id", { { "id", id } }), "conversation");
    });
}

StoreResult<std::vector<ThreadRow>> TenantStore::threads(
    const Tenant &tenant, const ThreadQuery &query)
{
    return scoped<std::vector<ThreadRow>>(reads, "list threads", tenant, [&](TenantSql &sql) {
        ThreadFilter filter = filterOf(sql, query);
        std::string order = "ORDER BY updated_at DESC, id DESC ";
        std::string after = " AND (updated_at, id) < (:after_ms, :after_id)";
        if (query.order == ThreadQuery::Order::NeedFirst) {
            filter.where += " AND needs <> ''";
            order = "ORDER BY since, id ";
            after = " AND (since, id) > (:after_ms, :after_id)";
        }
        if (!query.afterId.empty()) {
            filter.where += after;
            filter.parameters.emplace_back("after_ms", query.afterMs);
            filter.parameters.emplace_back("after_id", query.afterId);
        }
        return allOf(sql.select("channel_threads", threadColumns, filter.where, filter.parameters,
                         order + limitOf(query.limit)),
            threadOf);
    });
}

StoreResult<std::int64_t> TenantStore::countThreads(
    const Tenant &tenant, const ThreadQuery &query, std::int64_t most)
{
    return scoped<std::int64_t>(reads, "count the threads that fit", tenant, [&](TenantSql &sql) {
        ThreadFilter filter = filterOf(sql, query);
        if (query.order == ThreadQuery::Order::NeedFirst)
            filter.where += " AND needs <> ''";
        return sql.countUpTo(most, "channel_threads", filter.where, filter.parameters);
    });
}

StoreResult<ThreadRow> TenantStore::thread(const Tenant &tenant, const std::string &id)
{
    return scoped<ThreadRow>(reads, "find a thread", tenant, [&](TenantSql &sql) {
        return oneOf(sql.select("channel_threads", threadColumns, "id = :id", { { "id", id } }),
            threadOf, "thread");
    });
}

StoreResult<Done> TenantStore::insertThread(const Tenant &tenant, const ThreadRow &row)
{
    return scoped<Done>(writes, "add a thread", tenant, [&](TenantSql &sql) {
        addThread(sql, row);
        return Done {};
    });
}

StoreResult<std::int64_t> TenantStore::updateThread(const Tenant &tenant, const ThreadRow &row)
{
    return scoped<std::int64_t>(writes, "change a thread", tenant, [&](TenantSql &sql) {
        return updateVersion(sql, "channel_threads",
            "agent_id = :agent, state = :state, needs = :needs, holder = :holder, flow = :flow, "
            "body = :body, since = :since, updated_at = :updated",
            { { "agent", row.agentId }, { "state", row.state }, { "needs", row.needs },
                { "holder", row.holder }, { "flow", row.flow }, { "body", row.body },
                { "since", row.sinceMs }, { "updated", row.updatedMs } },
            row.id, row.version, "thread");
    });
}

StoreResult<ThreadRow> TenantStore::takeThread(
    const Tenant &tenant, const std::string &id, const std::string &holder, std::int64_t nowMs)
{
    return scoped<ThreadRow>(
        writes, "take a thread", tenant, [&](TenantSql &sql) -> StoreResult<ThreadRow> {
            const auto taken = sql.update("channel_threads",
                "holder = :holder, state = 'human', needs = '', since = :now, updated_at = :now, "
                "version = version + 1",
                "id = :id AND (holder = '' OR holder = :holder)",
                { { "holder", holder }, { "now", nowMs }, { "id", id } });
            auto row =
                oneOf(sql.select("channel_threads", threadColumns, "id = :id", { { "id", id } }),
                    threadOf, "thread");
            if (row && taken == 0)
                return unexpected(storeFault(StoreError::Kind::Conflict,
                    "the thread is held by " + row->holder, row->version));
            return row;
        });
}

StoreResult<Done> TenantStore::deleteThread(const Tenant &tenant, const std::string &id)
{
    return scoped<Done>(writes, "delete a thread", tenant, [&](TenantSql &sql) {
        sql.remove("web_conversations", "id = :id", { { "id", id } });
        return touched(sql.remove("channel_threads", "id = :id", { { "id", id } }), "thread");
    });
}

StoreResult<ThreadCounts> TenantStore::threadCounts(const Tenant &tenant)
{
    return scoped<ThreadCounts>(reads, "count threads", tenant, [](TenantSql &sql) {
        ThreadCounts counts;
        counts.threads = sql.count("channel_threads", {});
        counts.needPerson = sql.count("channel_threads", "needs <> '' AND needs = 'person'");
        counts.needConfirmation =
            sql.count("channel_threads", "needs <> '' AND needs = 'confirmation'");
        return counts;
    });
}

StoreResult<std::int64_t> TenantStore::threadsUsing(
    const Tenant &tenant, const std::string &flow, std::int64_t sinceMs)
{
    return scoped<std::int64_t>(
        reads, "count the threads that use a flow", tenant, [&](TenantSql &sql) {
            return sql.count("channel_threads", "updated_at >= :since AND flow = :flow",
                { { "since", sinceMs }, { "flow", flow } });
        });
}

} // namespace signalbox::gateway
