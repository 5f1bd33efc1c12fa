// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/live.h"
#include "models/schema/agent.h"
#include "models/schema/conversation.h"
#include "models/schema/portal.h"
#include "models/schema/tenant.h"
#include "models/stores/soon.h"
#include "models/stores/tenantscope.h"

#include <QElapsedTimer>
#include <QHash>
#include <QSet>
#include <QTimer>

namespace signalbox {

/// Tenants and what one of them has, as the tenant platform tells them (tenant-platform §5,
/// signalbox-gateway §7). GUI thread; answers are decoded and checked by a TenantScope before they
/// come here. Asks only while somebody looks: with events when something changed (the audit tells
/// what people changed) and else rarely, without them regularly.
///
/// Bounds: the first `maxTenants` tenants; figures of the first `maxFigures` of them and of the one
/// looked at, at most `figuresInFlight` questions for figures at a time; `maxRows` of what a tenant
/// has, read page by page; of the audit one page and as many older ones as moreAudit() asked for.
/// `more` says that there are others.
class TenantStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by TenantStore::of")
    Q_PROPERTY(signalbox::TenantScope *scope READ scope CONSTANT FINAL)
public:
    static constexpr int refreshMs = 15000; ///< without events
    static constexpr int rarelyMs = 60000; ///< with events
    static constexpr int followMs = 1500; ///< at most so often because of events
    static constexpr int figuresMs = 60000; ///< how often figures of all are read
    static constexpr int maxTenants = 2000;
    static constexpr int maxRows = 5000;
    static constexpr int maxFigures = 100;
    static constexpr int figuresInFlight = 4;
    static constexpr int usageDays = 30;

    enum Area { Agents, Channels, Texts, Users, Usage, Audit };
    Q_ENUM(Area)

    /// Unknown stays unknown.
    struct Figures {
        std::optional<qint64> agents;
        std::optional<qint64> conversations;
        std::optional<qint64> waiting; ///< for a person or a confirmation
        std::optional<double> spentUsd; ///< in the last usageDays, by turns that have a price
        qint64 unpricedTurns = 0; ///< what they cost is not in it
    };
    template <class T> struct Part {
        std::vector<T> rows;
        bool loaded = false;
        bool more = false; ///< there are others that are not held
        std::optional<qint64> total; ///< of all, when the far end tells
        std::string cursor; ///< where the others begin
        std::optional<GatewayError> error; ///< of the last read
    };
    struct UsageData {
        std::optional<schema::UsageSummary> summary;
        std::vector<schema::ProviderUsage> providers;
        std::vector<schema::MessageVolume> volume;
        std::vector<schema::BudgetAlert> alerts;
        std::optional<GatewayError> error;
    };

    /// The session's; made when first asked for.
    static TenantStore *of(Session *session);

    [[nodiscard]] Session *session() const { return m_session; }
    [[nodiscard]] TenantScope *scope() const { return m_scope; }
    [[nodiscard]] bool supported() const; ///< the far end has tenants
    /// Why the isolation prover has stopped list or detail; "" while both run.
    [[nodiscard]] QString evidence() const;
    void resume(); ///< a person has seen it: all is read again
    /// Why the caller's role does not allow that request about the tenant; "" = it does, or nobody
    /// has told it.
    [[nodiscard]] QString roleDenied(const std::string &line, const QString &tenant) const;
    void watch(bool looked);
    void select(const QString &tenant, Area area); ///< "" = none
    void fetch();
    void moreAudit(); ///< the next older page
    [[nodiscard]] bool readingMore() const { return m_readingMore; }

    [[nodiscard]] const Part<schema::Tenant> &tenants() const { return m_tenants; }
    [[nodiscard]] const schema::Tenant *tenant(const QString &id) const;
    [[nodiscard]] Figures figures(const QString &tenant) const { return m_figures.value(tenant); }
    [[nodiscard]] QString selected() const { return m_selected; }
    [[nodiscard]] const Part<schema::Agent> &agents() const { return m_agents; }
    [[nodiscard]] const Part<schema::ChannelConnection> &channels() const { return m_channels; }
    /// What kb_search looks through; without the words.
    [[nodiscard]] const Part<schema::KbText> &texts() const { return m_texts; }
    [[nodiscard]] const Part<schema::PortalUser> &users() const { return m_users; }
    [[nodiscard]] const Part<schema::Invitation> &invitations() const { return m_invitations; }
    [[nodiscard]] const Part<schema::AuditEvent> &audit() const { return m_audit; }
    [[nodiscard]] const UsageData &usage() const { return m_usage; }
    [[nodiscard]] const Part<schema::AgentTemplate> &templates() const { return m_templates; }
    [[nodiscard]] const Part<schema::ToolInfo> &tools() const { return m_tools; }
    void fetchChoices(); ///< templates and tools, once per connection

    /// One request about a tenant ("" = about none yet); what it changed is read again.
    QFuture<Reply> change(const QString &tenant, std::string_view method, const std::string &path,
        const std::string &body = {});
    /// A question of a dialog, checked like all others.
    QFuture<Reply> question(const QString &tenant, const std::string &path);
    /// The first thousand that an agent has, newest first; a cursor says that there are others.
    QFuture<Answer<schema::Page<schema::ConversationRow>>> conversationsOf(
        const QString &tenant, const std::string &agent);

signals:
    void changed();

private:
    explicit TenantStore(Session *session);
    template <class T>
    void read(Part<T> &part, TenantScope *scope, std::string_view service, std::string path);
    void readAudit();
    void takeAudit(const schema::Page<schema::AuditEvent> &page);
    void readUsage();
    void readArea();
    void readMe();
    void takeBatch(const LiveBatchPtr &batch);
    void follow();
    void schedule();
    void readWaiting();
    void nextFigures();
    void readFigures(const QString &tenant);
    void forget();
    void forgetDetail();
    void soon(); ///< many answers make one changed()

    QPointer<Session> m_session;
    TenantScope *m_scope; ///< of the tenant looked at
    TenantScope *m_all; ///< of the list
    QTimer m_refresh;
    QTimer m_soon;
    Soon m_follow { std::chrono::milliseconds(followMs) };
    bool m_allOld = false; ///< what events have told since the last look
    bool m_waitingOld = false;
    bool m_areaOld = false;
    bool m_readingMore = false;
    bool m_looked = false;
    int m_round = 0; ///< answers of an older one are void
    QString m_selected;
    Area m_area = Agents;
    std::optional<schema::PortalIdentity> m_me; ///< who looks
    Part<schema::Tenant> m_tenants;
    QHash<QString, Figures> m_figures;
    QStringList m_figureQueue;
    int m_figuresAsked = 0;
    QElapsedTimer m_figuresRead;
    QSet<QString> m_figuresTried;
    Part<schema::Agent> m_agents;
    Part<schema::ChannelConnection> m_channels;
    Part<schema::KbText> m_texts;
    Part<schema::PortalUser> m_users;
    Part<schema::Invitation> m_invitations;
    Part<schema::AuditEvent> m_audit;
    Part<schema::AgentTemplate> m_templates;
    Part<schema::ToolInfo> m_tools;
    UsageData m_usage;
};

} // namespace signalbox
