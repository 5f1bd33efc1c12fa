// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/chattestpage.h"

#include "models/stores/askpages.h"
#include "models/stores/conversationstore.h"
#include "models/stores/plaintext.h"
#include "views/pages/flowtext.h"
#include "views/pages/tenantwords.h"

#include <algorithm>
#include <array>

namespace signalbox {

using flowtext::qs;

ChatTestPage::ChatTestPage(QObject *parent)
    : QObject(parent)
    , m_transcript(new TranscriptModel(this))
    , m_frames(new ChatFrames(this))
    , m_runs(new ChatTestRuns(this))
    , m_replay(new ChatTestReplay(this))
{
    connect(m_replay, &ChatTestReplay::changed, this, &ChatTestPage::changed);
}

ChatTestPage::~ChatTestPage()
{
    delete m_talk; // before what it asks through
}

void ChatTestPage::setSession(Session *session)
{
    if (m_session == session)
        return;
    delete std::exchange(m_talk, nullptr);
    m_session = session;
    m_runs->setSession(session);
    m_replay->setScope(nullptr);
    m_scope.reset();
    m_all.reset();
    if (session) {
        m_scope = std::make_unique<TenantScope>(session, tr("Chat test"));
        m_all = std::make_unique<TenantScope>(session, tr("Chat test"));
        m_replay->setScope(m_scope.get());
        connect(m_scope.get(), &TenantScope::changed, this, &ChatTestPage::caught);
        connect(m_all.get(), &TenantScope::changed, this, &ChatTestPage::caught);
        m_talk = new ChatTalk(session, *m_scope, m_transcript->transcript(), this);
        connect(m_talk, &ChatTalk::changed, this, [this] {
            m_transcript->told();
            emit changed();
        });
        connect(m_talk, &ChatTalk::framed, m_frames, &ChatFrames::add);
        connect(session, &Session::changed, this, [this] {
            if (m_error.isEmpty())
                look(); // a page that was there before the connection
            emit changed();
        });
        connect(session, &Session::emptied, this, &ChatTestPage::forget);
    }
    emit sessionChanged();
    emit changed();
}

void ChatTestPage::forget()
{
    stop();
    m_transcript->transcript().clear();
    m_frames->clear();
    m_replay->release();
    m_replay->forgetAgent();
    ++m_round;
    m_tenants.clear();
    m_agents.clear();
    m_me = {};
    m_wantedThread.clear();
    m_tenant = m_agent = -1;
    m_role = 0;
    m_known = m_more = false;
    m_error.clear();
    m_scope->setTenant({});
    m_scope->resume();
    m_all->resume();
    emit changed();
}

// ---- isolation ----

/// What is shown may be a mix of two tenants: all of it goes until a person has seen why.
void ChatTestPage::caught()
{
    if (!evidence().isEmpty()) {
        stop();
        m_transcript->transcript().clear();
        m_frames->clear();
        m_replay->release();
        m_agents.clear();
        m_agent = -1;
        ++m_round;
    }
    emit changed();
}

QString ChatTestPage::evidence() const
{
    if (!m_scope)
        return {};
    return m_all->stopped() ? m_all->why() : m_scope->why();
}

void ChatTestPage::resume()
{
    if (!m_scope)
        return;
    m_all->resume();
    m_scope->resume();
    if (m_session->online())
        readTenants();
}

// ---- tenants and agents ----

bool ChatTestPage::offered() const
{
    return m_session && m_session->capabilities().tenants;
}

void ChatTestPage::watch(bool watching)
{
    m_watched = watching;
    look();
}

void ChatTestPage::look()
{
    if (m_watched && !m_known && offered() && m_session->online() && evidence().isEmpty())
        readTenants();
}

void ChatTestPage::readTenants()
{
    m_known = true;
    // About the person: it names all memberships, so it belongs to no tenant.
    whenDone(this,
        ask<schema::PortalIdentity>(
            *m_session->gateway(), resourceRequest(rules::portalService, "GET", "/auth/me")),
        [this](const Answer<schema::PortalIdentity> &answer) {
            m_me = answer ? *answer : schema::PortalIdentity();
            emit changed();
        });
    askPages<schema::Tenant>(this, *m_all, rules::portalService, "/tenants", listLimit,
        [this, round = ++m_round](Answer<schema::Page<schema::Tenant>> answer) {
            if (round != m_round)
                return;
            m_error = answer ? QString() : answer.error().text;
            m_known = bool(answer);
            if (answer) {
                m_more = answer->cursor.has_value();
                takeTenants(std::move(answer->items));
            }
            emit changed();
        });
}

void ChatTestPage::takeTenants(std::vector<schema::Tenant> tenants)
{
    const std::string before = tenantId();
    m_tenants = std::move(tenants);
    const auto at = std::find_if(m_tenants.begin(), m_tenants.end(),
        [&before](const auto &tenant) { return tenant.id == before; });
    m_tenant = -1;
    setTenant(m_tenants.empty() ? -1 : at == m_tenants.end() ? 0 : int(at - m_tenants.begin()));
    takeWanted();
}

std::string ChatTestPage::tenantId() const
{
    return m_tenant < 0 ? std::string() : m_tenants[std::size_t(m_tenant)].id;
}

void ChatTestPage::setTenant(int tenant)
{
    if (tenant == m_tenant || tenant >= int(m_tenants.size()) || talking())
        return;
    m_tenant = tenant;
    m_agents.clear();
    m_agent = -1;
    m_role = 0;
    m_scope->setTenant(qs(tenantId()));
    // What is shown is of another tenant.
    m_transcript->transcript().clear();
    m_frames->clear();
    m_replay->release();
    m_replay->forgetAgent();
    if (tenant >= 0)
        readAgents();
    emit changed();
}

void ChatTestPage::readAgents()
{
    askPages<schema::Agent>(this, *m_scope, rules::portalService,
        rules::resourcePath({ "tenants", tenantId(), "agents" }), listLimit,
        [this, round = ++m_round](Answer<schema::Page<schema::Agent>> answer) {
            if (round != m_round)
                return;
            m_error = answer ? QString() : answer.error().text;
            if (answer) {
                m_more = m_more || answer->cursor.has_value();
                takeAgents(std::move(answer->items));
            }
            emit changed();
        });
}

void ChatTestPage::takeAgents(std::vector<schema::Agent> agents)
{
    m_agents = std::move(agents);
    m_agent = -1;
    setAgent(m_agents.empty() ? -1 : 0);
    takeWanted();
}

void ChatTestPage::setAgent(int agent)
{
    if (agent == m_agent || agent >= int(m_agents.size()))
        return;
    m_agent = agent;
    if (agent >= 0)
        m_replay->setAgent(m_agents[std::size_t(agent)]);
    emit changed();
}

QString ChatTestPage::truncated() const
{
    return m_more ? tr("Only the first %1 tenants and agents are offered here.")
                        .arg(format::count(qint64(listLimit)))
                  : QString();
}

// ---- roles ----

static constexpr std::array<const char *, 3> chatRoles { "platform_admin", "customer_admin",
    "customer_operator" };

std::string ChatTestPage::ownRole() const
{
    return roleIn(m_me, tenantId());
}

QStringList ChatTestPage::roles() const
{
    const std::string own = ownRole();
    QStringList names { own.empty() ? tr("as you are")
                                    : tr("as %1").arg(tenantwords::fullRoleName(own)) };
    for (const char *role : chatRoles)
        if (role != own)
            names.append(tr("claim %1").arg(tenantwords::fullRoleName(role)));
    return names;
}

/// "" = the own one.
std::string ChatTestPage::claimedRole() const
{
    const std::string own = ownRole();
    int place = 0;
    for (const char *role : chatRoles)
        if (role != own && ++place == m_role)
            return role;
    return {};
}

void ChatTestPage::setRole(int role)
{
    if (role < 0 || role >= int(roles().size()) || std::exchange(m_role, role) == role)
        return;
    emit changed();
}

// ---- a recorded conversation ----

void ChatTestPage::replayThread(const QString &key)
{
    const std::string both = key.toStdString();
    const auto slash = both.find('/');
    if (slash == std::string::npos || !m_session)
        return;
    m_wantedTenant = both.substr(0, slash);
    m_wantedThread = both.substr(slash + 1);
    m_wantedAgent.clear();
    m_wantedName = plainLine(m_wantedThread, 80);
    if (const auto *item = ConversationStore::of(m_session)->find(both)) {
        m_wantedAgent = item->row.thread.agentId;
        m_wantedName = tr("%1 with %2")
                           .arg(plainLine(item->row.userName.empty() ? item->row.thread.userId
                                                                     : item->row.userName,
                                    80),
                               plainLine(item->row.agentName, 80));
    }
    takeWanted();
}

/// As soon as its tenant and the agents of that are known.
void ChatTestPage::takeWanted()
{
    if (m_wantedThread.empty() || m_tenants.empty())
        return;
    if (tenantId() != m_wantedTenant) {
        const auto at = std::find_if(m_tenants.begin(), m_tenants.end(),
            [this](const auto &tenant) { return tenant.id == m_wantedTenant; });
        const QString why = talking() ? tr("End the chat first: it is with another tenant.")
            : at == m_tenants.end()   ? tr("Its tenant is not among those that you may see.")
                                      : QString();
        if (why.isEmpty())
            return setTenant(int(at - m_tenants.begin()));
        m_wantedThread.clear();
        return m_replay->refuse(m_wantedName, why);
    }
    if (m_agents.empty())
        return; // they are being read
    for (std::size_t agent = 0; agent < m_agents.size() && !talking(); ++agent)
        if (m_agents[agent].id == m_wantedAgent)
            setAgent(int(agent));
    m_replay->read(m_wantedTenant, std::exchange(m_wantedThread, {}), m_wantedName);
}

void ChatTestPage::newTest()
{
    if (m_tenant < 0 || m_agent < 0)
        return m_runs->beginTest({}, {});
    const schema::Tenant &tenant = m_tenants[std::size_t(m_tenant)];
    m_runs->beginTest(
        qs(tenant.slug.empty() ? tenant.id : tenant.slug), qs(m_agents[std::size_t(m_agent)].name));
}

QStringList ChatTestPage::tenants() const
{
    QStringList names;
    for (const auto &tenant : m_tenants)
        names.append(plainLine(tenant.name.empty() ? tenant.slug : tenant.name, 120));
    return names;
}

QStringList ChatTestPage::agents() const
{
    QStringList names;
    for (const auto &agent : m_agents)
        names.append(agent.isActive ? plainLine(agent.name, 120)
                                    : tr("%1 (not active)").arg(plainLine(agent.name, 120)));
    return names;
}

} // namespace signalbox
