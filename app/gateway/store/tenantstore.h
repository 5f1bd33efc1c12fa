// SPDX-License-Identifier: GPL-3.0-only
// Durable state of the tenant platform (tenant-platform §1, §3; signalbox-gateway §7), in SQLite
// or PostgreSQL; both behave alike, tests/unit/store holds them to it.
//
// Thread-safe; calls block, so they are made on service threads. A write is durable when the call
// returns. Errors come as values that say the statement's purpose; nothing is tried twice.
//
// Whatever belongs to a tenant is asked for with a rules::TenantId, of which there is none that is
// empty. Views over several tenants ask for each by itself. On SQLite one place adds the tenant to
// every statement (tenantsql.h), on PostgreSQL row level security does besides.
//
// Text is kept as valid UTF-8 without NUL: what is neither is replaced by U+FFFD.
#pragma once

#include "app/gateway/store/store.h"
#include "app/gateway/store/tenantrows.h"
#include "models/rules/tenantkeys.h"

#include <memory>
#include <mutex>

namespace signalbox::gateway {

/// Bounds in rows; a write that passes one fails with Kind::Limit.
struct TenantLimits {
    std::int64_t tenants = 20000;
    std::int64_t agents = 1000; ///< of one tenant
    std::int64_t connections = 1000; ///< of one tenant
    std::int64_t knowledge = 10000; ///< texts of one tenant
};

/// Where the keys are that seal the secrets of channel connections.
struct SecretKeyFile {
    std::string path; ///< "" = a key that is forgotten with the store (tests)
    bool made = true; ///< when nothing was ever sealed and it is not there
};
struct SealReport {
    std::int64_t sealed = 0; ///< that were plain, or of an older key
    std::vector<std::string> unreadable; ///< "tenant/connection: why"
};

class SecretBox;
class SqlSource;
class TenantSql;

class TenantStore {
public:
    using Tenant = rules::TenantId;
    template <class T> using Result = StoreResult<T>;
    template <class T> using Rows = StoreResult<std::vector<T>>;

    explicit TenantStore(std::unique_ptr<SqlSource> source, const TenantLimits &limits = {},
        SecretKeyFile keys = {});
    ~TenantStore();
    TenantStore(const TenantStore &) = delete;
    TenantStore &operator=(const TenantStore &) = delete;

    // Of no tenant: who the tenants are, templates, people, and where inbound messages go.

    /// By slug, those after `afterSlug`; `limit` 1 … 1 000.
    Rows<TenantRow> tenants(const std::string &afterSlug, int limit);
    Result<TenantRow> tenant(const Tenant &tenant);
    Result<TenantRow> tenantBySlug(const std::string &slug);
    Result<Done> insertTenant(const TenantRow &row); ///< Duplicate: id or slug
    /// Returns the new version. Conflict (with the current one) when it is not `row.version`.
    Result<std::int64_t> updateTenant(const TenantRow &row);
    /// With all that is its own, but for the audit, which only grows.
    Result<Done> deleteTenant(const Tenant &tenant);

    Rows<AgentRow> templates();
    Result<AgentRow> agentTemplate(const std::string &id);
    Result<Done> putTemplate(const AgentRow &row);
    Result<Done> deleteTemplate(const std::string &id);

    Rows<PortalUserRow> portalUsers();
    Result<PortalUserRow> portalUser(const std::string &id);
    Result<PortalUserRow> portalUserByEmail(const std::string &email);
    Result<Done> putPortalUser(const PortalUserRow &row);
    Result<Done> deletePortalUser(const std::string &id); ///< with its memberships
    Rows<MembershipRow> membershipsOf(const std::string &userId);
    Result<RouteRow> route(const std::string &channelType, const std::string &workspaceId);

    // Of one tenant.

    Rows<MembershipRow> members(const Tenant &tenant);
    Result<Done> putMembership(const Tenant &tenant, const MembershipRow &row);
    Result<Done> deleteMembership(const Tenant &tenant, const std::string &userId);

    Rows<InvitationRow> invitations(const Tenant &tenant);
    Result<InvitationRow> invitationByToken(const Tenant &tenant, const std::string &sha256);
    Result<Done> insertInvitation(const Tenant &tenant, const InvitationRow &row);
    /// Conflict: accepted before, or expired at `nowMs`.
    Result<Done> acceptInvitation(const Tenant &tenant, const std::string &id, std::int64_t nowMs);
    Result<Done> deleteInvitation(const Tenant &tenant, const std::string &id);

    Rows<AgentRow> agents(const Tenant &tenant);
    Result<AgentRow> agent(const Tenant &tenant, const std::string &id);
    Result<Done> insertAgent(const Tenant &tenant, const AgentRow &row);
    Result<std::int64_t> updateAgent(const Tenant &tenant, const AgentRow &row); ///< as a tenant
    Result<Done> deleteAgent(const Tenant &tenant, const std::string &id);

    Rows<ConnectionRow> connections(const Tenant &tenant);
    Result<ConnectionRow> connection(const Tenant &tenant, const std::string &id);
    /// For those who talk to the channel; never for an answer. At rest they are sealed; Io says
    /// why they cannot be opened, and they stay as they are.
    Result<std::string> connectionSecrets(const Tenant &tenant, const std::string &id);
    /// At start: of all tenants, what is plain or sealed with an older key is sealed with the
    /// first one. What cannot be opened is told and stays.
    Result<SealReport> sealSecrets();
    /// With its route. Duplicate: the id, or another connection (of any tenant) has that
    /// workspace.
    Result<Done> insertConnection(
        const Tenant &tenant, const ConnectionRow &row, const std::string &secrets);
    /// As an agent; without `secrets` those that are kept stay.
    Result<std::int64_t> updateConnection(
        const Tenant &tenant, const ConnectionRow &row, const std::optional<std::string> &secrets);
    Result<Done> deleteConnection(const Tenant &tenant, const std::string &id);

    /// The conversation of this agent and user, made (with its thread) when there is none.
    Result<OpenedConversation> openConversation(
        const Tenant &tenant, const ConversationRow &wanted);
    Result<ConversationRow> conversation(const Tenant &tenant, const std::string &id);
    /// Newest first; `userId` "" = of all; `beforeMs` 0 = from the newest.
    Rows<ConversationRow> conversations(
        const Tenant &tenant, const std::string &userId, std::int64_t beforeMs, int limit);
    /// With messages, thread and the thread's.
    Result<Done> deleteConversation(const Tenant &tenant, const std::string &id);
    Rows<WebMessageRow> webMessages(
        const Tenant &tenant, const std::string &conversationId, const MessageQuery &query);

    Rows<ThreadRow> threads(const Tenant &tenant, const ThreadQuery &query);
    /// How many fit the query, whatever its page; at most `most`, where counting ends.
    Result<std::int64_t> countThreads(
        const Tenant &tenant, const ThreadQuery &query, std::int64_t most);
    Result<ThreadRow> thread(const Tenant &tenant, const std::string &id);
    Result<Done> insertThread(const Tenant &tenant, const ThreadRow &row);
    /// As an agent. What the store keeps by itself is not written.
    Result<std::int64_t> updateThread(const Tenant &tenant, const ThreadRow &row);
    /// Gives it to `holder` when nobody else has it, with state `human` and no need; Conflict
    /// otherwise. Returns the row, of the one who has it as the case may be in thread().
    Result<ThreadRow> takeThread(
        const Tenant &tenant, const std::string &id, const std::string &holder, std::int64_t nowMs);
    Result<Done> deleteThread(const Tenant &tenant, const std::string &id);
    Result<ThreadCounts> threadCounts(const Tenant &tenant);
    /// Threads that `flow` answered since then.
    Result<std::int64_t> threadsUsing(
        const Tenant &tenant, const std::string &flow, std::int64_t sinceMs);

    /// Returns its seq. Duplicate: a message of that id is there. In a web thread, what `user` and
    /// `assistant` say becomes the conversation's history in the same transaction; what is
    /// `toBeSent` is in the outbox with it.
    Result<std::int64_t> appendMessage(
        const Tenant &tenant, const ThreadMessageRow &row, bool toBeSent = false);
    Result<ThreadMessageRow> message(const Tenant &tenant, const std::string &id);
    /// Text and body of a message that is there, as a tool's result comes.
    Result<Done> changeMessage(const Tenant &tenant, const ThreadMessageRow &row);
    Rows<ThreadMessageRow> messages(
        const Tenant &tenant, const std::string &threadId, const MessageQuery &query);
    /// Of all threads, newest first: those that hold all words, each as the beginning of a word.
    Rows<ThreadMessageRow> searchMessages(
        const Tenant &tenant, const std::string &words, std::int64_t beforeSeq, int limit);

    /// Those after `afterSeq`, in the order that they were added; `limit` 1 … 1 000.
    Rows<OutboxRow> outbox(const Tenant &tenant, std::int64_t afterSeq, int limit);
    /// The first of a thread: what comes after it waits for it.
    Result<OutboxRow> firstToSend(const Tenant &tenant, const std::string &threadId);
    /// Begins a try: counts it and keeps all others away until `untilMs`, so that one which ends
    /// without a word is made again. Conflict: it is another's, or not due at `nowMs`.
    Result<Done> claimToSend(
        const Tenant &tenant, const OutboxRow &row, std::int64_t nowMs, std::int64_t untilMs);
    /// Ends a try: the message gets its body, and is due again at `dueMs` or leaves the outbox (0).
    Result<Done> settleToSend(
        const Tenant &tenant, const ThreadMessageRow &message, std::int64_t dueMs);
    /// Puts what had left the outbox back, last of its thread, due at `nowMs`, with the tries that
    /// it has had. Conflict: the message's body is no longer `seen`.
    Result<Done> sendAgain(const Tenant &tenant, const ThreadMessageRow &message,
        const std::string &seen, std::int64_t tries, std::int64_t nowMs);

    /// Duplicate: another one is pending in that thread; one that has expired by `createdMs` is
    /// not.
    Result<Done> insertConfirmation(const Tenant &tenant, const ConfirmationRow &row);
    /// Those that have not expired, longest waiting first.
    Rows<ConfirmationRow> pendingConfirmations(const Tenant &tenant, std::int64_t nowMs);
    /// The newest of a thread, whatever became of it.
    Result<ConfirmationRow> confirmation(const Tenant &tenant, const std::string &threadId);
    /// Conflict: decided before, or expired; confirmation() says by whom.
    Result<ConfirmationRow> decide(const Tenant &tenant, const std::string &threadId,
        const std::string &decision, const std::string &by, const std::string &reason,
        std::int64_t nowMs);

    Result<std::int64_t> appendAudit(const Tenant &tenant, const AuditRow &row); ///< its seq
    Rows<AuditRow> audit(const Tenant &tenant, const AuditQuery &query); ///< newest first

    Result<Done> addUsage(const Tenant &tenant, const UsageRow &more);
    Result<Done> addVolume(const Tenant &tenant, const VolumeRow &more);
    /// Days from … to, both counted.
    Rows<UsageRow> usage(const Tenant &tenant, const std::string &from, const std::string &to);
    Rows<VolumeRow> volume(const Tenant &tenant, const std::string &from, const std::string &to);

    Result<Done> putKnowledge(const Tenant &tenant, const KnowledgeRow &row);
    Rows<KnowledgeRow> knowledge(const Tenant &tenant); ///< without content
    Result<KnowledgeRow> knowledgeText(const Tenant &tenant, const std::string &id);
    Result<Done> deleteKnowledge(const Tenant &tenant, const std::string &id);
    /// Texts of that agent and of all agents, those with most of the words first.
    Rows<KnowledgeRow> searchKnowledge(
        const Tenant &tenant, const std::string &agentId, const std::string &words, int limit);

private:
    template <class T, class Body>
    Result<T> scoped(bool write, const char *purpose, const Tenant &tenant, Body &&body);
    template <class T, class Body> Result<T> shared(bool write, const char *purpose, Body &&body);

    Result<std::shared_ptr<const SecretBox>> box(); ///< not within a transaction
    Result<std::shared_ptr<const SecretBox>> readBox();
    Result<std::string> sealed(
        const Tenant &tenant, const std::string &id, const std::string &plain);
    Result<Done> sealSecretsOf(const Tenant &tenant, const SecretBox &box, SealReport &report);

    const std::unique_ptr<SqlSource> m_source;
    const TenantLimits m_limits;
    const SecretKeyFile m_keyFile;
    std::mutex m_boxMutex;
    std::shared_ptr<const SecretBox> m_box; ///< once it was read
};

/// `directory`/tenants.db, opened and made at the first call. "" = in memory (tests).
std::unique_ptr<TenantStore> openSqliteTenants(
    const std::string &directory, const TenantLimits &limits = {}, const SecretKeyFile &keys = {});

struct PostgresOptions {
    /// postgres://user:password@host:port/database; the user is a member of no more than
    /// `konstruct_app` allows.
    std::string url;
    /// Likewise, of the role that owns the tables: brings them to the current version at start. ""
    /// = they must be there.
    std::string ownerUrl;
    int connections = 8; ///< at most, opened as they are needed
};
/// Connects, migrates if it may, and refuses a role that row level security does not bind.
StoreResult<std::unique_ptr<TenantStore>> openPostgresTenants(const PostgresOptions &options,
    const TenantLimits &limits = {}, const SecretKeyFile &keys = {});

} // namespace signalbox::gateway
