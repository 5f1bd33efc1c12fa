// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/tenantstore.h"

#include "models/resource.h"
#include "models/schema/page.h"
#include "models/stores/session.h"
#include "models/stores/whendone.h"

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
    m_refresh.setInterval(refreshMs);
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        if (m_session->attention() != Session::Hidden)
            fetch();
    });
    m_soon.setSingleShot(true);
    m_soon.setInterval(tenantsSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &TenantStore::changed);
    connect(session, &Session::emptied, this, &TenantStore::forget);
    connect(session, &Session::cameOnline, this, [this] {
        if (m_looked)
            fetch();
    });
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
    m_users = {};
    m_invitations = {};
    m_audit = {};
    m_usage = {};
}

void TenantStore::forget()
{
    ++m_round;
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
    m_refresh.start();
    fetch();
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
    const auto request = resourceRequest(service, "GET", path);
    whenDone(this, ask<schema::Page<T>>(*scope, request),
        [this, &part, round = m_round, tenant = m_selected, scope](
            const Answer<schema::Page<T>> &answer) {
            if (round != m_round || (scope == m_scope && tenant != m_selected))
                return;
            if (answer) {
                part.rows = answer->items;
                part.more = answer->cursor.has_value();
                part.loaded = true;
                part.error.reset();
            } else {
                part.error = answer.error();
            }
            if constexpr (std::is_same_v<T, schema::Tenant>)
                if (answer)
                    nextFigures();
            soon();
        });
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
    case Users:
        read(m_users, m_scope, rules::portalService, path("users"));
        return read(m_invitations, m_scope, rules::portalService, path("invitations"));
    case Usage:
        read(m_agents, m_scope, rules::portalService, path("agents")); // names of the alerts
        return readUsage();
    case Audit:
        return read(m_audit, m_scope, rules::opsService,
            "/audit" + resourceQuery({ { "tenant", id }, { "limit", tenantPageLimit } }));
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
        take([](Figures &out, const auto &summary) { out.spentUsd = summary.costUsd; }));
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

QFuture<Reply> TenantStore::question(const QString &tenant, const std::string &path)
{
    return (tenant == m_selected && !tenant.isEmpty() ? m_scope : m_all)
        ->request(resourceRequest(rules::portalService, "GET", path));
}

} // namespace signalbox
