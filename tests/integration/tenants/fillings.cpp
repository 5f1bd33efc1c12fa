// SPDX-License-Identifier: GPL-3.0-only
#include "tests/integration/tenants/fillings.h"

namespace signalbox::gateway::test {

support::PostgresServer &postgres()
{
    static support::PostgresServer server;
    return server;
}

PostgresOptions postgresOptions()
{
    return { postgres().appUrl(), postgres().ownerUrl(), 4 };
}

std::unique_ptr<TenantStore> emptyStore(StoreKind kind, const TenantLimits &limits)
{
    if (kind == StoreKind::Sqlite)
        return openSqliteTenants("", limits);
    postgres().reset();
    return must(openPostgresTenants(postgresOptions(), limits));
}

rules::TenantId tenantId(const std::string &text)
{
    auto id = rules::TenantId::of(text);
    if (!id)
        throw std::runtime_error(id.error());
    return *id;
}

void addTenant(TenantStore &store, const std::string &id)
{
    must(store.insertTenant({ id, "slug-of-" + id, "{}", 1, 1, 1 }));
}

void fill(TenantStore &store, const rules::TenantId &tenant, const std::string &mark)
{
    must(store.putMembership(tenant, { "user", {}, mark, 1 }));
    must(store.insertInvitation(tenant, { "inv", mark, "r", "hash", "{}", 1, 100, 0 }));
    must(store.insertAgent(tenant, { "agent", mark, true, 1, 1, 1 }));
    // The channel's own id is unique over all tenants.
    must(store.insertConnection(
        tenant, { "con", "slack", "T-" + mark, mark, true, 1, 1, 1 }, "secret " + mark));
    must(store.openConversation(tenant, { "conv", "agent", "user-" + mark, 1, 1 }));
    must(store.appendMessage(tenant, { 0, "m1", "conv", "user", "hello " + mark, "{}", 5 }));
    must(store.appendMessage(tenant, { 0, "m2", "conv", "tool", "found " + mark, mark, 6 }));
    must(store.appendMessage(
        tenant, { 0, "m3", "conv", "assistant", "sent by " + mark, mark, 6 }, true));
    must(store.insertConfirmation(tenant, { "ok", "conv", mark, {}, {}, {}, 7, 1000, 0 }));
    must(store.appendAudit(tenant, { 0, "agent", "user", "llm_call", mark, 8 }));
    must(store.addUsage(tenant, { "2026-01-01", "agent", mark, "m", 1, 2, 3, 4 }));
    must(store.addVolume(
        tenant, { "2026-01-01", "web", 1, static_cast<std::int64_t>(mark.size()) }));
    must(store.putKnowledge(tenant, { "kb", {}, "title", "refunds " + mark, 9 }));
}

std::vector<std::string> everythingOf(TenantStore &store, const rules::TenantId &tenant)
{
    std::vector<std::string> all;
    const auto tell = [&](const char *what, const std::vector<std::string> &values) {
        std::string line = what;
        for (const std::string &value : values)
            line += '|' + value;
        all.push_back(line);
    };
    for (const auto &r : must(store.members(tenant)))
        tell("member", { r.tenantId, r.userId, r.role });
    for (const auto &r : must(store.invitations(tenant)))
        tell("invitation", { r.id, r.email, std::to_string(r.acceptedMs) });
    for (const auto &r : must(store.agents(tenant)))
        tell("agent", { r.id, r.body, std::to_string(r.version) });
    for (const auto &r : must(store.connections(tenant))) {
        tell("connection", { r.id, r.workspaceId, r.body, std::to_string(r.version) });
        // Another's do not even open here; that they were read is what the row before says.
        const auto secrets = store.connectionSecrets(tenant, r.id);
        tell("secrets", { secrets ? *secrets : secrets.error().text });
    }
    for (const auto &r : must(store.conversations(tenant, "", 0, 1000))) {
        tell("conversation", { r.id, r.agentId, r.userId });
        for (const auto &m : must(store.webMessages(tenant, r.id, {})))
            tell("web message", { m.id, m.role, m.content });
    }
    for (const auto &r : must(store.threads(tenant, {}))) {
        tell("thread", { r.id, r.userId, r.state, r.needs, r.holder, r.lastText });
        for (const auto &m : must(store.messages(tenant, r.id, {})))
            tell("message", { m.id, m.role, m.text, m.body });
        if (const auto out = store.firstToSend(tenant, r.id))
            tell("first to send", { out->id, must(store.message(tenant, out->id)).body });
        if (const auto c = store.confirmation(tenant, r.id))
            tell("confirmation", { c->id, c->body, c->decision, c->decidedBy });
    }
    for (const auto &r : must(store.outbox(tenant, 0, 1000)))
        tell("to send", { r.id, must(store.message(tenant, r.id)).body, std::to_string(r.tries) });
    for (const auto &r : must(store.searchMessages(tenant, "hello", 0, 1000)))
        tell("found", { r.id, r.text });
    for (const auto &r : must(store.pendingConfirmations(tenant, 10)))
        tell("pending", { r.id, r.body });
    for (const auto &r : must(store.audit(tenant, {})))
        tell("audit", { r.agentId, r.actionType, r.body });
    for (const auto &r : must(store.usage(tenant, "2026-01-01", "2026-12-31")))
        tell("usage", { r.day, r.provider, std::to_string(r.turns) });
    for (const auto &r : must(store.volume(tenant, "2026-01-01", "2026-12-31")))
        tell("volume", { r.day, std::to_string(r.in), std::to_string(r.out) });
    for (const auto &r : must(store.knowledge(tenant)))
        tell("text", { r.id, r.title, must(store.knowledgeText(tenant, r.id)).content });
    for (const auto &r : must(store.searchKnowledge(tenant, "agent", "refund", 10)))
        tell("known", { r.id, r.content });
    const auto counts = must(store.threadCounts(tenant));
    tell("counts", { std::to_string(counts.threads), std::to_string(counts.needPerson) });
    return all;
}

std::string foreignRow(
    TenantStore &store, const rules::TenantId &tenant, const std::string &foreignMark)
{
    for (const std::string &line : everythingOf(store, tenant))
        if (line.find(foreignMark) != std::string::npos)
            return line;
    return {};
}

} // namespace signalbox::gateway::test
