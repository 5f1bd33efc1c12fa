// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/tenantstore.h"

#include "models/stores/askpages.h"
#include "models/stores/chattalk.h"
#include "models/stores/session.h"

#include <algorithm>
#include <unordered_set>

namespace signalbox {
namespace {

constexpr int tenantsSoonMs = 30;
constexpr const char *tenantPageLimit = "200";

template <class T> qint64 rowsOfPage(const schema::Page<T> &page)
{
    return page.total ? *page.total : qint64(page.items.size());
}

} // namespace

TenantStore *TenantStore::of(Session *session)
{
    if (auto *held = session->findChild<TenantStore *>(QString(), Qt::FindDirectChildrenOnly))
        return held;
    return new TenantStore(session);
}

TenantStore::TenantStore(Session *session)
    : QObject(session)
    , m_session(session)
    , m_scope(new TenantScope(session, tr("Tenants"), this))
    , m_all(new TenantScope(session, tr("Tenants"), this))
{
    m_follow.calls([this] { follow(); });
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        if (m_session->attention() != Session::Hidden)
            fetch();
    });
    m_soon.setSingleShot(true);
    m_soon.setInterval(tenantsSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &TenantStore::changed);
    connect(session, &Session::emptied, this, &TenantStore::forget);
    connect(session, &Session::cameOnline, this, [this] {
        schedule();
        if (m_looked)
            fetch();
    });
    connect(session, &Session::live, this, &TenantStore::takeBatch);
    connect(session, &Session::changed, this, &TenantStore::soon);
    connect(m_scope, &TenantScope::changed, this, &TenantStore::soon);
    connect(m_all, &TenantScope::changed, this, &TenantStore::soon);
}

bool TenantStore::supported() const
{
    return m_session && m_session->capabilities().tenants;
}

QString TenantStore::evidence() const
{
    return m_all->stopped() ? m_all->why() : m_scope->why();
}

void TenantStore::resume()
{
    m_all->resume();
    m_scope->resume();
    fetch();
}

void TenantStore::soon()
{
    if (!m_soon.isActive())
        m_soon.start();
}

void TenantStore::forgetDetail()
{
    m_agents = {};
    m_channels = {};
    m_texts = {};
    m_users = {};
    m_invitations = {};
    m_audit = {};
    m_usage = {};
    m_readingMore = false;
}

void TenantStore::forget()
{
    ++m_round;
    m_me.reset();
    m_tenants = {};
    m_figures.clear();
    m_figureQueue.clear();
    m_figuresAsked = 0;
    m_figuresRead.invalidate();
    m_selected.clear();
    m_templates = {};
    m_tools = {};
    m_scope->setTenant({});
    m_scope->resume();
    m_all->resume();
    forgetDetail();
    emit changed();
}

void TenantStore::watch(bool looked)
{
    if (std::exchange(m_looked, looked) == looked)
        return;
    if (!looked)
        return m_refresh.stop();
    schedule();
    fetch();
}

void TenantStore::schedule()
{
    if (m_looked)
        m_refresh.start(m_session->capabilities().events ? rarelyMs : refreshMs);
}

// ---- events ----

void TenantStore::takeBatch(const LiveBatchPtr &batch)
{
    if (!m_looked || (batch->tenants.empty() && !batch->gap))
        return;
    m_allOld = m_allOld || batch->gap;
    const std::string here = m_selected.toStdString();
    for (const schema::Event &event : batch->tenants) {
        if (!m_all->admits(event))
            continue; // it says one tenant and carries another: filed as evidence
        for (const schema::TenantEvent &about : event.about) {
            const std::string what = about.audit ? about.audit->actionType : std::string();
            m_allOld = m_allOld || what.ends_with("_changed");
            m_waitingOld = m_waitingOld || about.conversation || about.confirmation
                || about.escalation || about.removed;
            m_areaOld = m_areaOld
                || (about.audit && event.tenant == here && (m_area == Usage || m_area == Audit));
        }
    }
    if (m_allOld || m_waitingOld || m_areaOld)
        m_follow.request();
}

void TenantStore::follow()
{
    m_follow.met();
    const bool all = std::exchange(m_allOld, false);
    const bool waiting = std::exchange(m_waitingOld, false);
    const bool area = std::exchange(m_areaOld, false);
    if (!m_looked || !m_session->online() || !supported())
        return;
    if (all) {
        m_figuresRead.invalidate();
        return fetch();
    }
    if (waiting)
        readWaiting();
    if (area)
        readArea();
}

void TenantStore::select(const QString &tenant, Area area)
{
    if (m_selected == tenant && m_area == area)
        return;
    if (m_selected != tenant) {
        m_selected = tenant;
        m_scope->setTenant(tenant);
        forgetDetail();
        if (m_session->online() && supported())
            nextFigures();
    }
    m_area = area;
    readArea();
    emit changed();
}

void TenantStore::fetch()
{
    if (!m_session || !m_session->online() || !supported())
        return;
    read(m_tenants, m_all, rules::portalService,
        "/tenants?limit=" + std::to_string(int(maxTenants)));
    readWaiting();
    readArea();
    readMe();
}

/// All of one's memberships are named, so it is no answer of one tenant.
void TenantStore::readMe()
{
    if (!m_session->gateway())
        return;
    whenDone(this,
        ask<schema::PortalIdentity>(
            *m_session->gateway(), resourceRequest(rules::portalService, "GET", "/auth/me")),
        [this, round = m_round](Answer<schema::PortalIdentity> answer) {
            if (round != m_round || !answer)
                return;
            m_me = std::move(*answer);
            soon();
        });
}

QString TenantStore::roleDenied(const std::string &line, const QString &tenant) const
{
    const auto needed = rules::resourceRole(rules::portalService, line);
    if (needed.empty() || !m_me)
        return {};
    if (needed == "platform_admin")
        return m_me->user.role.empty() || m_me->user.role == needed
            ? QString()
            : tr("Only a platform administrator may do that.");
    const std::string role = roleIn(*m_me, tenant.toStdString());
    return role == "customer_operator" ? tr("Only an administrator of the tenant may do that.")
                                       : QString();
}

const schema::Tenant *TenantStore::tenant(const QString &id) const
{
    const std::string wanted = id.toStdString();
    for (const schema::Tenant &one : m_tenants.rows)
        if (one.id == wanted)
            return &one;
    return nullptr;
}

/// What is held stays while it is read anew; an error leaves it and says so.
template <class T>
void TenantStore::read(
    Part<T> &part, TenantScope *scope, std::string_view service, std::string path)
{
    constexpr bool list = std::is_same_v<T, schema::Tenant>;
    askPages<T>(this, *scope, service, path, std::size_t(list ? int(maxTenants) : int(maxRows)),
        [this, &part, round = m_round, tenant = m_selected, scope](Answer<schema::Page<T>> answer) {
            if (round != m_round || (scope == m_scope && tenant != m_selected))
                return;
            if (answer) {
                part.rows = std::move(answer->items);
                part.more = answer->cursor.has_value();
                part.total = answer->total;
                part.loaded = true;
                part.error.reset();
            } else {
                part.error = answer.error();
            }
            if constexpr (list)
                if (answer)
                    nextFigures();
            soon();
        });
}

static std::string auditPath(const std::string &tenant, const std::string &cursor)
{
    return "/audit"
        + resourceQuery(
            { { "tenant", tenant }, { "limit", tenantPageLimit }, { "cursor", cursor } });
}

void TenantStore::readAudit()
{
    const auto request =
        resourceRequest(rules::opsService, "GET", auditPath(m_selected.toStdString(), {}));
    whenDone(this, ask<schema::Page<schema::AuditEvent>>(*m_scope, request),
        [this, round = m_round, tenant = m_selected](
            const Answer<schema::Page<schema::AuditEvent>> &answer) {
            if (round != m_round || tenant != m_selected)
                return;
            if (answer)
                takeAudit(*answer);
            else
                m_audit.error = answer.error();
            soon();
        });
}

/// The newest page in front of the older ones that are held; when there may be others between the
/// two, those go.
void TenantStore::takeAudit(const schema::Page<schema::AuditEvent> &page)
{
    std::unordered_set<std::string> ids;
    for (const schema::AuditEvent &event : page.items)
        ids.insert(event.id);
    const auto known = std::find_if(m_audit.rows.begin(), m_audit.rows.end(),
        [&ids](const auto &event) { return ids.contains(event.id); });
    auto rows = page.items;
    if (known != m_audit.rows.end() && m_audit.rows.size() > rows.size()) {
        std::copy_if(known, m_audit.rows.end(), std::back_inserter(rows),
            [&ids](const auto &event) { return !ids.contains(event.id); });
    } else {
        m_audit.cursor = page.cursor.value_or("");
        m_audit.more = page.cursor.has_value();
    }
    m_audit.rows = std::move(rows);
    m_audit.total = page.total;
    m_audit.loaded = true;
    m_audit.error.reset();
}

void TenantStore::moreAudit()
{
    if (m_readingMore || !m_audit.more || m_audit.cursor.empty() || m_selected.isEmpty()
        || !m_session->online())
        return;
    m_readingMore = true;
    const auto request = resourceRequest(
        rules::opsService, "GET", auditPath(m_selected.toStdString(), m_audit.cursor));
    whenDone(this, ask<schema::Page<schema::AuditEvent>>(*m_scope, request),
        [this, round = m_round, tenant = m_selected](
            const Answer<schema::Page<schema::AuditEvent>> &answer) {
            if (round != m_round || tenant != m_selected)
                return;
            m_readingMore = false;
            if (answer) {
                m_audit.more = answer->cursor && *answer->cursor != m_audit.cursor;
                m_audit.cursor = answer->cursor.value_or("");
                m_audit.rows.insert(m_audit.rows.end(), answer->items.begin(), answer->items.end());
            } else {
                m_audit.error = answer.error();
            }
            soon();
        });
    soon();
}

void TenantStore::readArea()
{
    if (m_selected.isEmpty() || !m_session->online() || !supported() || m_scope->stopped())
        return;
    const std::string id = m_selected.toStdString();
    const std::string limit = std::string("?limit=") + tenantPageLimit;
    const auto path = [&](const char *what) {
        return rules::resourcePath({ "tenants", id, what }) + limit;
    };
    switch (m_area) {
    case Agents:
        return read(m_agents, m_scope, rules::portalService, path("agents"));
    case Channels:
        return read(m_channels, m_scope, rules::portalService, path("channels"));
    case Texts:
        return read(m_texts, m_scope, rules::portalService, path("kb"));
    case Users:
        read(m_users, m_scope, rules::portalService, path("users"));
        if (roleDenied("POST " + path("invitations"), m_selected).isEmpty()) // who may not invite
            read(m_invitations, m_scope, rules::portalService, path("invitations"));
        return;
    case Usage:
        read(m_agents, m_scope, rules::portalService, path("agents")); // names of the alerts
        return readUsage();
    case Audit:
        read(m_agents, m_scope, rules::portalService, path("agents")); // names of what it tells
        read(m_users, m_scope, rules::portalService, path("users"));
        return readAudit();
    }
}

void TenantStore::readUsage()
{
    const std::string base = rules::resourcePath({ "usage", m_selected.toStdString() });
    const auto request = [&](const char *what) {
        return resourceRequest(rules::portalService, "GET", base + what);
    };
    const auto list = [&]<class T>(const char *what, std::vector<T> UsageData::*into) {
        whenDone(this, ask<schema::Page<T>>(*m_scope, request(what)),
            [this, into, tenant = m_selected](const Answer<schema::Page<T>> &answer) {
                if (tenant != m_selected)
                    return;
                if (answer)
                    m_usage.*into = answer->items;
                else
                    m_usage.error = answer.error();
                soon();
            });
    };
    whenDone(this, ask<schema::UsageSummary>(*m_scope, request("/summary")),
        [this, tenant = m_selected](const Answer<schema::UsageSummary> &answer) {
            if (tenant != m_selected)
                return;
            if (answer) {
                m_usage.summary = *answer;
                m_usage.error.reset();
            } else {
                m_usage.error = answer.error();
            }
            soon();
        });
    list.operator()<schema::ProviderUsage>("/by-provider", &UsageData::providers);
    list.operator()<schema::MessageVolume>("/message-volume", &UsageData::volume);
    list.operator()<schema::BudgetAlert>("/budget-alerts", &UsageData::alerts);
}

/// What waits for a person, of all tenants with two questions.
void TenantStore::readWaiting()
{
    if (!m_session->capabilities().ops)
        return;
    struct Sum {
        QHash<QString, qint64> of;
        int answers = 0;
        bool whole = true;
    };
    auto sum = std::make_shared<Sum>();
    for (const char *needs : { "person", "confirmation" }) {
        const auto request = resourceRequest(rules::opsService, "GET",
            "/conversations" + resourceQuery({ { "needs", needs }, { "limit", "1000" } }));
        whenDone(this, ask<schema::Page<schema::ConversationRow>>(*m_all, request),
            [this, sum, round = m_round](
                const Answer<schema::Page<schema::ConversationRow>> &page) {
                if (round != m_round)
                    return;
                sum->whole = sum->whole && page && !page->cursor;
                if (page)
                    for (const auto &row : page->items)
                        ++sum->of[QString::fromStdString(row.thread.tenantId)];
                if (++sum->answers < 2)
                    return;
                for (const schema::Tenant &tenant : m_tenants.rows) {
                    const QString id = QString::fromStdString(tenant.id);
                    m_figures[id].waiting =
                        sum->whole ? std::optional(sum->of.value(id)) : std::nullopt;
                }
                soon();
            });
    }
}

/// All of them when it is time, and at any time those that nobody has asked for yet.
void TenantStore::nextFigures()
{
    const bool due = !m_figuresRead.isValid() || m_figuresRead.hasExpired(figuresMs);
    if (m_figureQueue.isEmpty() && m_figuresAsked == 0) {
        if (due) {
            m_figuresRead.start();
            m_figuresTried.clear();
        }
        QStringList wanted { m_selected };
        for (const schema::Tenant &tenant : m_tenants.rows)
            if (wanted.size() <= maxFigures)
                wanted.append(QString::fromStdString(tenant.id));
        for (const QString &id : std::as_const(wanted))
            if (!id.isEmpty() && !m_figuresTried.contains(id)) {
                m_figuresTried.insert(id);
                m_figureQueue.append(id);
            }
    }
    while (m_figuresAsked < figuresInFlight && !m_figureQueue.isEmpty())
        readFigures(m_figureQueue.takeFirst());
}

void TenantStore::readFigures(const QString &tenant)
{
    const std::string id = tenant.toStdString();
    const auto done = [this] {
        --m_figuresAsked;
        if (!m_figureQueue.isEmpty())
            nextFigures();
        soon();
    };
    const auto take = [this, tenant, done, round = m_round](auto into) {
        return [this, tenant, done, round, into](const auto &answer) {
            if (round != m_round)
                return;
            if (answer)
                into(m_figures[tenant], *answer);
            done();
        };
    };
    m_figuresAsked += 2;
    whenDone(this,
        ask<schema::Page<schema::Agent>>(*m_all,
            resourceRequest(rules::portalService, "GET",
                rules::resourcePath({ "tenants", id, "agents" }) + "?limit=1000")),
        take([](Figures &out, const auto &page) {
            out.agents =
                page.cursor && !page.total ? std::nullopt : std::optional(rowsOfPage(page));
        }));
    whenDone(this,
        ask<schema::UsageSummary>(*m_all,
            resourceRequest(
                rules::portalService, "GET", rules::resourcePath({ "usage", id, "summary" }))),
        take([](Figures &out, const auto &summary) {
            out.spentUsd = summary.costUsd;
            out.unpricedTurns = summary.unpricedTurns;
        }));
    if (!m_session->capabilities().ops)
        return;
    ++m_figuresAsked;
    whenDone(this,
        ask<schema::Page<schema::ConversationRow>>(*m_all,
            resourceRequest(rules::opsService, "GET",
                "/conversations" + resourceQuery({ { "tenant", id }, { "limit", "1" } }))),
        take([](Figures &out, const auto &page) {
            out.conversations =
                page.cursor && !page.total ? std::nullopt : std::optional(rowsOfPage(page));
        }));
}

void TenantStore::fetchChoices()
{
    if (!m_session->online() || !supported())
        return;
    if (!m_templates.loaded)
        read(m_templates, m_all, rules::portalService, "/agent-templates");
    if (!m_tools.loaded)
        read(m_tools, m_all, rules::portalService, "/tools");
}

QFuture<Reply> TenantStore::change(const QString &tenant, std::string_view method,
    const std::string &path, const std::string &body)
{
    const schema::Tenant *row = this->tenant(tenant);
    auto request = resourceRequest(
        rules::portalService, method, path, body, row ? schema::workspaceOf(*row) : std::string());
    auto future = (tenant == m_selected && !tenant.isEmpty() ? m_scope : m_all)->request(request);
    whenDone(this, future, [this](const Reply &) {
        m_figuresRead.invalidate();
        fetch();
    });
    return future;
}

QFuture<Answer<schema::Page<schema::ConversationRow>>> TenantStore::conversationsOf(
    const QString &tenant, const std::string &agent)
{
    return ask<schema::Page<schema::ConversationRow>>(
        tenant == m_selected && !tenant.isEmpty() ? *m_scope : *m_all,
        resourceRequest(rules::opsService, "GET",
            "/conversations"
                + resourceQuery({ { "tenant", tenant.toStdString() }, { "agent", agent },
                    { "limit", "1000" } })));
}

QFuture<Reply> TenantStore::question(const QString &tenant, const std::string &path)
{
    return (tenant == m_selected && !tenant.isEmpty() ? m_scope : m_all)
        ->request(resourceRequest(rules::portalService, "GET", path));
}

} // namespace signalbox
