// SPDX-License-Identifier: GPL-3.0-only
// Messages of a tenant's threads, the web conversations' history, and confirmations.
#include "app/gateway/store/tenantcalls.h"

#include "models/schema/utf8.h"

namespace signalbox::gateway {

namespace {

constexpr std::size_t lastTextCharacters = 200;
constexpr const char *webColumns = "#seq, id, conversation_id, role, content, #created_at";
constexpr const char *messageColumns = "#seq, id, thread_id, role, text, body, #created_at";
constexpr const char *outboxColumns = "#seq, id, thread_id, #due_at, #tries";
constexpr const char *confirmationColumns =
    "id, thread_id, body, decision, decided_by, reason, #created_at, #expires_at, #decided_at";

WebMessageRow webOf(SqlRow &in)
{
    WebMessageRow row;
    in >> row.seq >> row.id >> row.conversationId >> row.role >> row.content >> row.createdMs;
    return row;
}

ThreadMessageRow messageOf(SqlRow &in)
{
    ThreadMessageRow row;
    in >> row.seq >> row.id >> row.threadId >> row.role >> row.text >> row.body >> row.createdMs;
    return row;
}

OutboxRow outboxOf(SqlRow &in)
{
    OutboxRow row;
    in >> row.seq >> row.id >> row.threadId >> row.dueMs >> row.tries;
    return row;
}

ConfirmationRow confirmationOf(SqlRow &in)
{
    ConfirmationRow row;
    in >> row.id >> row.threadId >> row.body >> row.decision >> row.decidedBy >> row.reason
        >> row.createdMs >> row.expiresMs >> row.decidedMs;
    return row;
}

std::string beginning(const std::string &text)
{
    std::size_t at = 0;
    for (std::size_t count = 0; count < lastTextCharacters && at < text.size(); ++count)
        at += std::max(schema::utf8Length(text, at), std::size_t(1));
    return text.substr(0, at);
}

/// The rows of a MessageQuery, oldest first.
std::vector<SqlRow> page(TenantSql &sql, const char *table, const char *columns, const char *parent,
    const std::string &id, const MessageQuery &query)
{
    const bool forward = query.after > 0;
    std::string where = std::string(parent) + " = :parent";
    SqlParameters parameters { { "parent", id } };
    if (query.after > 0) {
        where += " AND seq > :after";
        parameters.emplace_back("after", query.after);
    }
    if (query.before > 0) {
        where += " AND seq < :before";
        parameters.emplace_back("before", query.before);
    }
    auto rows = sql.select(table, columns, where, parameters,
        std::string("ORDER BY seq ") + (forward ? "" : "DESC ") + limitOf(query.limit));
    if (!forward)
        std::reverse(rows.begin(), rows.end());
    return rows;
}

void expireConfirmation(TenantSql &sql, const std::string &threadId, std::int64_t nowMs)
{
    sql.update("tool_confirmations", "decision = 'expired', decided_at = expires_at",
        "thread_id = :thread AND decision = '' AND expires_at <= :now",
        { { "thread", threadId }, { "now", nowMs } });
}

std::vector<SqlRow> newestConfirmation(TenantSql &sql, const std::string &threadId)
{
    return sql.select("tool_confirmations", confirmationColumns, "thread_id = :thread",
        { { "thread", threadId } }, "ORDER BY seq DESC LIMIT 1");
}

} // namespace

StoreResult<std::vector<WebMessageRow>> TenantStore::webMessages(
    const Tenant &tenant, const std::string &conversationId, const MessageQuery &query)
{
    return scoped<std::vector<WebMessageRow>>(
        reads, "read a conversation", tenant, [&](TenantSql &sql) {
            return allOf(page(sql, "web_conversation_messages", webColumns, "conversation_id",
                             conversationId, query),
                webOf);
        });
}

StoreResult<std::int64_t> TenantStore::appendMessage(
    const Tenant &tenant, const ThreadMessageRow &row, bool toBeSent)
{
    return scoped<std::int64_t>(writes, "add a message", tenant, [&](TenantSql &sql) {
        const auto seq = sql.append("channel_thread_messages",
            { { "id", row.id }, { "thread_id", row.threadId }, { "role", row.role },
                { "text", row.text }, { "body", row.body }, { "created_at", row.createdMs } });
        sql.update("channel_threads", "last_text = :text, last_role = :role, updated_at = :now",
            "id = :id",
            { { "text", beginning(row.text) }, { "role", row.role }, { "now", row.createdMs },
                { "id", row.threadId } });
        const bool spoken = row.role == "user" || row.role == "assistant";
        if (spoken
            && sql.update("web_conversations", "updated_at = :now", "id = :id",
                   { { "now", row.createdMs }, { "id", row.threadId } })
                == 1)
            sql.insert("web_conversation_messages",
                { { "id", row.id }, { "conversation_id", row.threadId }, { "role", row.role },
                    { "content", row.text }, { "created_at", row.createdMs } });
        if (toBeSent)
            sql.insert("channel_outbox",
                { { "id", row.id }, { "thread_id", row.threadId }, { "due_at", row.createdMs },
                    { "tries", std::int64_t(0) } });
        return seq;
    });
}

StoreResult<Done> TenantStore::changeMessage(const Tenant &tenant, const ThreadMessageRow &row)
{
    return scoped<Done>(writes, "change a message", tenant, [&](TenantSql &sql) {
        const SqlParameters parameters { { "text", row.text }, { "id", row.id } };
        SqlParameters both = parameters;
        both.emplace_back("body", row.body);
        const auto changed =
            sql.update("channel_thread_messages", "text = :text, body = :body", "id = :id", both);
        sql.update("web_conversation_messages", "content = :text", "id = :id", parameters);
        return touched(changed, "message");
    });
}

StoreResult<std::vector<ThreadMessageRow>> TenantStore::messages(
    const Tenant &tenant, const std::string &threadId, const MessageQuery &query)
{
    return scoped<std::vector<ThreadMessageRow>>(
        reads, "read a thread", tenant, [&](TenantSql &sql) {
            return allOf(
                page(sql, "channel_thread_messages", messageColumns, "thread_id", threadId, query),
                messageOf);
        });
}

StoreResult<std::vector<ThreadMessageRow>> TenantStore::searchMessages(
    const Tenant &tenant, const std::string &words, std::int64_t beforeSeq, int limit)
{
    const auto wanted = searchWords(words);
    if (wanted.empty())
        return std::vector<ThreadMessageRow>();
    return scoped<std::vector<ThreadMessageRow>>(
        reads, "search messages", tenant, [&](TenantSql &sql) {
            const SqlDialect dialect = sql.shared().dialect();
            return allOf(sql.select("channel_thread_messages", messageColumns,
                             "(CAST(:before AS BIGINT) = 0 OR seq < :before) AND "
                                 + searchTerm(dialect, "message_search"),
                             { { "before", beforeSeq }, { "words", searchText(dialect, wanted) } },
                             "ORDER BY seq DESC " + limitOf(limit)),
                messageOf);
        });
}

StoreResult<ThreadMessageRow> TenantStore::message(const Tenant &tenant, const std::string &id)
{
    return scoped<ThreadMessageRow>(reads, "read a message", tenant, [&](TenantSql &sql) {
        return oneOf(
            sql.select("channel_thread_messages", messageColumns, "id = :id", { { "id", id } }),
            messageOf, "message");
    });
}

StoreResult<std::vector<OutboxRow>> TenantStore::outbox(
    const Tenant &tenant, std::int64_t afterSeq, int limit)
{
    return scoped<std::vector<OutboxRow>>(reads, "read the outbox", tenant, [&](TenantSql &sql) {
        return allOf(sql.select("channel_outbox", outboxColumns, "seq > :after",
                         { { "after", afterSeq } }, "ORDER BY seq " + limitOf(limit)),
            outboxOf);
    });
}

StoreResult<OutboxRow> TenantStore::firstToSend(const Tenant &tenant, const std::string &threadId)
{
    return scoped<OutboxRow>(reads, "look into the outbox", tenant, [&](TenantSql &sql) {
        return oneOf(sql.select("channel_outbox", outboxColumns, "thread_id = :thread",
                         { { "thread", threadId } }, "ORDER BY seq LIMIT 1"),
            outboxOf, "message to send");
    });
}

StoreResult<Done> TenantStore::claimToSend(
    const Tenant &tenant, const OutboxRow &row, std::int64_t nowMs, std::int64_t untilMs)
{
    return scoped<Done>(writes, "begin to send", tenant, [&](TenantSql &sql) -> StoreResult<Done> {
        const auto claimed = sql.update("channel_outbox", "due_at = :until, tries = tries + 1",
            "id = :id AND tries = :tries AND due_at <= :now",
            { { "until", untilMs }, { "id", row.id }, { "tries", row.tries }, { "now", nowMs } });
        if (claimed == 0)
            return unexpected(storeFault(StoreError::Kind::Conflict, "another try has it"));
        return Done {};
    });
}

StoreResult<Done> TenantStore::settleToSend(
    const Tenant &tenant, const ThreadMessageRow &message, std::int64_t dueMs)
{
    return scoped<Done>(writes, "end a try to send", tenant, [&](TenantSql &sql) {
        const SqlParameters which { { "id", message.id } };
        if (dueMs == 0)
            sql.remove("channel_outbox", "id = :id", which);
        else
            sql.update("channel_outbox", "due_at = :due", "id = :id",
                { { "due", dueMs }, { "id", message.id } });
        return touched(sql.update("channel_thread_messages", "body = :body", "id = :id",
                           { { "body", message.body }, { "id", message.id } }),
            "message");
    });
}

StoreResult<Done> TenantStore::sendAgain(const Tenant &tenant, const ThreadMessageRow &message,
    const std::string &seen, std::int64_t tries, std::int64_t nowMs)
{
    return scoped<Done>(writes, "send again", tenant, [&](TenantSql &sql) -> StoreResult<Done> {
        const auto changed =
            sql.update("channel_thread_messages", "body = :body", "id = :id AND body = :seen",
                { { "body", message.body }, { "id", message.id }, { "seen", seen } });
        if (changed == 0)
            return unexpected(storeFault(StoreError::Kind::Conflict, "it has changed meanwhile"));
        sql.insert("channel_outbox",
            { { "id", message.id }, { "thread_id", message.threadId }, { "due_at", nowMs },
                { "tries", tries } });
        return Done {};
    });
}

StoreResult<Done> TenantStore::insertConfirmation(const Tenant &tenant, const ConfirmationRow &row)
{
    return scoped<Done>(writes, "add a confirmation", tenant, [&](TenantSql &sql) {
        expireConfirmation(sql, row.threadId, row.createdMs);
        sql.insert("tool_confirmations",
            { { "id", row.id }, { "thread_id", row.threadId }, { "body", row.body },
                { "decision", std::string() }, { "decided_by", std::string() },
                { "reason", std::string() }, { "created_at", row.createdMs },
                { "expires_at", row.expiresMs }, { "decided_at", std::int64_t(0) } });
        return Done {};
    });
}

StoreResult<std::vector<ConfirmationRow>> TenantStore::pendingConfirmations(
    const Tenant &tenant, std::int64_t nowMs)
{
    return scoped<std::vector<ConfirmationRow>>(
        reads, "list confirmations", tenant, [&](TenantSql &sql) {
            return allOf(sql.select("tool_confirmations", confirmationColumns,
                             "decision = '' AND expires_at > :now", { { "now", nowMs } },
                             "ORDER BY seq LIMIT 1000"),
                confirmationOf);
        });
}

StoreResult<ConfirmationRow> TenantStore::confirmation(
    const Tenant &tenant, const std::string &threadId)
{
    return scoped<ConfirmationRow>(reads, "find a confirmation", tenant, [&](TenantSql &sql) {
        return oneOf(newestConfirmation(sql, threadId), confirmationOf, "confirmation");
    });
}

StoreResult<ConfirmationRow> TenantStore::decide(const Tenant &tenant, const std::string &threadId,
    const std::string &decision, const std::string &by, const std::string &reason,
    std::int64_t nowMs)
{
    return scoped<ConfirmationRow>(writes, "decide a confirmation", tenant,
        [&](TenantSql &sql) -> StoreResult<ConfirmationRow> {
            const auto decided = sql.update("tool_confirmations",
                "decision = :decision, decided_by = :by, reason = :reason, decided_at = :now",
                "thread_id = :thread AND decision = '' AND expires_at > :now",
                { { "decision", decision }, { "by", by }, { "reason", reason }, { "now", nowMs },
                    { "thread", threadId } });
            auto row = oneOf(newestConfirmation(sql, threadId), confirmationOf, "confirmation");
            if (row && decided == 0)
                return unexpected(storeFault(StoreError::Kind::Conflict,
                    row->decidedBy.empty() ? "the confirmation has expired"
                                           : "the confirmation was decided by " + row->decidedBy));
            return row;
        });
}

} // namespace signalbox::gateway
