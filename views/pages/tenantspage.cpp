// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/tenantspage.h"

#include "models/stores/plaintext.h"
#include "views/pages/flowtext.h"
#include "views/pages/tenantwords.h"

namespace signalbox {

using flowtext::qs;

TenantsPage::TenantsPage(QObject *parent)
    : QObject(parent)
    , m_table(new PartTable(tenantwords::tenantColumns(), this))
{
    for (int area = TenantStore::Agents; area <= TenantStore::Audit; ++area)
        m_items.push_back(new PartTable(tenantwords::columns(TenantStore::Area(area)), this));
}

TenantsPage::~TenantsPage() = default;

void TenantsPage::setSession(Session *session)
{
    if (m_session == session)
        return;
    if (m_store) {
        m_store->disconnect(this);
        m_store->watch(false);
    }
    m_session = session;
    m_store = session ? TenantStore::of(session) : nullptr;
    if (session) {
        connect(m_store, &TenantStore::changed, this, &TenantsPage::refill);
        connect(session, &Session::zoneChanged, this, &TenantsPage::refill);
        m_store->watch(m_looked);
    }
    emit sessionChanged();
    refill();
}

void TenantsPage::setLooked(bool looked)
{
    if (m_looked == looked)
        return;
    m_looked = looked;
    if (m_store)
        m_store->watch(looked);
    emit changed();
}

void TenantsPage::refill()
{
    if (m_store) {
        m_table->setParts(tenantwords::tenantParts(*m_store));
        if (!m_current.isEmpty() && m_store->tenants().loaded && !m_store->tenant(m_current))
            setCurrentKey({});
        for (std::size_t area = 0; area < m_items.size(); ++area)
            m_items[area]->setParts(
                tenantwords::parts(*m_store, TenantStore::Area(area), m_session->zone()));
    }
    emit changed();
}

void TenantsPage::setCurrentKey(const QString &key)
{
    if (m_current == key)
        return;
    m_current = key;
    setItemKey({});
    emit currentKeyChanged();
    if (m_store)
        m_store->select(key, TenantStore::Area(m_area));
    refill();
}

void TenantsPage::setArea(int area)
{
    if (m_area == area || area < TenantStore::Agents || area > TenantStore::Audit)
        return;
    m_area = area;
    emit areaChanged();
    setItemKey({});
    if (m_store)
        m_store->select(m_current, TenantStore::Area(area));
    refill();
}

void TenantsPage::setItemKey(const QString &key)
{
    if (m_item == key)
        return;
    m_item = key;
    emit itemKeyChanged();
    emit changed();
}

QStringList TenantsPage::areaIds() const
{
    return { QStringLiteral("agents"), QStringLiteral("channels"), QStringLiteral("texts"),
        QStringLiteral("users"), QStringLiteral("usage"), QStringLiteral("audit") };
}

QString TenantsPage::areaTitle(int area) const
{
    switch (area) {
    case TenantStore::Channels:
        return tr("Channels");
    case TenantStore::Texts:
        return tr("Texts");
    case TenantStore::Users:
        return tr("Users");
    case TenantStore::Usage:
        return tr("Usage");
    case TenantStore::Audit:
        return tr("Audit");
    default:
        return tr("Agents");
    }
}

QString TenantsPage::title() const
{
    const schema::Tenant *tenant = m_store ? m_store->tenant(m_current) : nullptr;
    return tenant ? plainLine(tenant->name.empty() ? tenant->id : tenant->name) : QString();
}

QString TenantsPage::subtitle() const
{
    const schema::Tenant *tenant = m_store ? m_store->tenant(m_current) : nullptr;
    if (!tenant)
        return {};
    QStringList words { plainLine(tenant->slug),
        tr("workspace %1").arg(plainLine(schema::workspaceOf(*tenant))) };
    if (!tenant->subscriptionState.empty())
        words.append(tenantwords::stateName(tenant->subscriptionState));
    if (tenant->agentQuota > 0)
        words.append(tr("at most %1 agents").arg(format::count(tenant->agentQuota)));
    return words.join(QStringLiteral(" · "));
}

QString TenantsPage::summary() const
{
    if (!m_store || !m_store->tenants().loaded)
        return {};
    QString text = m_table->count() == m_table->total()
        ? format::count(m_table->total())
        : tr("%1 of %2").arg(format::count(m_table->count()), format::count(m_table->total()));
    if (m_store->tenants().more)
        text += tr(" · the first ones only");
    if (m_table->total() > TenantStore::maxFigures)
        text +=
            tr(" · figures of the first %1").arg(format::count(qint64(TenantStore::maxFigures)));
    return text;
}

bool TenantsPage::supported() const
{
    return m_store && m_store->supported();
}

QString TenantsPage::error() const
{
    if (!m_store || !m_store->tenants().error || !evidence().isEmpty())
        return {};
    return flowtext::readFailure(tr("Reading the tenants"), *m_store->tenants().error);
}

QString TenantsPage::evidence() const
{
    return m_store ? m_store->evidence() : QString();
}

QString TenantsPage::emptyTitle() const
{
    if (!m_session || !m_session->online())
        return m_session ? flowtext::notYet(*m_session, tr("Not connected")) : QString();
    if (!supported())
        return tr("This back end has no tenants");
    if (!evidence().isEmpty())
        return tr("Stopped");
    if (!error().isEmpty() && !m_store->tenants().loaded)
        return tr("The tenants could not be read");
    if (!m_store->tenants().loaded)
        return tr("Reading…");
    return m_table->total() > 0 ? tr("Nothing matches the filter") : tr("No tenants yet");
}

QString TenantsPage::emptyText() const
{
    if (!m_session || !m_session->online())
        return m_session ? m_session->stateText() : QString();
    if (!supported())
        return tr("Its version names no capability “tenants”, so nothing is asked. Tenants, agents "
                  "and conversations need a gateway that serves /api/portal, such as the built-in "
                  "one.");
    if (!evidence().isEmpty())
        return evidence();
    if (!error().isEmpty())
        return error();
    if (!m_store->tenants().loaded)
        return {};
    return m_table->total() > 0
        ? flowtext::counted(m_table->total(), tr("1 row is hidden."), tr("%1 rows are hidden."))
        : tr("A tenant is a customer with agents and channels of its own. Make the first one, or "
             "accept an invitation to one.");
}

std::optional<GatewayError> TenantsPage::itemsFault() const
{
    if (!m_store)
        return {};
    switch (m_area) {
    case TenantStore::Channels:
        return m_store->channels().error;
    case TenantStore::Texts:
        return m_store->texts().error;
    case TenantStore::Users:
        return m_store->users().error ? m_store->users().error
            : m_store->roleDenied("POST /tenants/t/invitations", m_current).isEmpty()
            ? m_store->invitations().error
            : std::nullopt; // they are not for everybody
    case TenantStore::Usage:
        return m_store->usage().error;
    case TenantStore::Audit:
        return m_store->audit().error;
    default:
        return m_store->agents().error;
    }
}

bool TenantsPage::itemsLoaded() const
{
    if (!m_store)
        return false;
    switch (m_area) {
    case TenantStore::Channels:
        return m_store->channels().loaded;
    case TenantStore::Texts:
        return m_store->texts().loaded;
    case TenantStore::Users:
        return m_store->users().loaded;
    case TenantStore::Usage:
        return m_store->usage().summary.has_value();
    case TenantStore::Audit:
        return m_store->audit().loaded;
    default:
        return m_store->agents().loaded;
    }
}

QString TenantsPage::itemsError() const
{
    const auto fault = itemsFault();
    if (!fault || !evidence().isEmpty())
        return {};
    return flowtext::readFailure(areaTitle(m_area), *fault);
}

namespace {

template <class T> QString cutOf(const TenantStore::Part<T> &part)
{
    if (!part.more)
        return {};
    const QString held = format::count(qint64(part.rows.size()));
    return part.total ? TenantsPage::tr("The first %1 of %2.").arg(held, format::count(*part.total))
                      : TenantsPage::tr("The first %1: there are others.").arg(held);
}

} // namespace

QString TenantsPage::itemsCut() const
{
    if (!m_store || !evidence().isEmpty())
        return {};
    switch (m_area) {
    case TenantStore::Channels:
        return cutOf(m_store->channels());
    case TenantStore::Texts:
        return cutOf(m_store->texts());
    case TenantStore::Users:
        return cutOf(m_store->users());
    case TenantStore::Audit:
        return m_store->readingMore() ? tr("Reading older ones…")
            : m_store->audit().more   ? tr("The newest %1: there are older ones.")
                                          .arg(format::count(qint64(m_store->audit().rows.size())))
                                    : QString();
    case TenantStore::Agents:
        return cutOf(m_store->agents());
    default:
        return {};
    }
}

bool TenantsPage::canLoadMore() const
{
    return m_store && m_area == TenantStore::Audit && m_store->audit().more
        && !m_store->readingMore() && evidence().isEmpty();
}

void TenantsPage::loadMore()
{
    if (canLoadMore())
        m_store->moreAudit();
}

QString TenantsPage::itemsEmptyTitle() const
{
    if (!evidence().isEmpty())
        return tr("Stopped");
    if (itemsFault())
        return tr("It could not be read");
    if (!itemsLoaded())
        return tr("Reading…");
    switch (m_area) {
    case TenantStore::Channels:
        return tr("No channels");
    case TenantStore::Texts:
        return tr("No texts");
    case TenantStore::Users:
        return tr("Nobody");
    case TenantStore::Usage:
        return tr("Nothing was used");
    case TenantStore::Audit:
        return tr("Nothing happened yet");
    default:
        return tr("No agents");
    }
}

QString TenantsPage::itemsEmptyText() const
{
    if (!itemsError().isEmpty())
        return itemsError();
    if (!itemsLoaded() || !evidence().isEmpty())
        return {};
    switch (m_area) {
    case TenantStore::Channels:
        return tr("People reach an agent through a channel. The web chat needs none.");
    case TenantStore::Texts:
        return tr(
            "Agents that have the tool kb_search look things up in texts. Add the first one.");
    case TenantStore::Users:
        return tr("Platform administrators see every tenant. Everybody else needs a membership.");
    case TenantStore::Usage:
        return tr("Turns, tokens and costs of the last 30 days stand here.");
    case TenantStore::Audit:
        return tr("Calls of models, tools and escalations are kept here.");
    default:
        return tr("An agent answers on the tenant's channels. Begin with a template.");
    }
}

QStringList TenantsPage::totals() const
{
    const auto &summary = m_store ? m_store->usage().summary : std::nullopt;
    if (!summary)
        return {};
    qint64 in = 0;
    qint64 out = 0;
    for (const schema::MessageVolume &day : m_store->usage().volume) {
        in += day.in;
        out += day.out;
    }
    // Without a row although there were turns: not read, which is not none.
    const bool known = !m_store->usage().volume.empty() || summary->turns == 0;
    const auto count = [&](qint64 value) {
        return format::count(known ? std::optional(value) : std::nullopt);
    };
    return { tr("Messages in"), count(in), tr("Messages out"), count(out), tr("Turns"),
        format::count(summary->turns), tr("Prompt tokens"), format::count(summary->promptTokens),
        tr("Answer tokens"), format::count(summary->completionTokens), tr("Cost"),
        tenantwords::money(summary->costUsd, summary->unpricedTurns) };
}

QStringList TenantsPage::days() const
{
    QStringList days;
    if (m_store && m_store->usage().summary)
        for (const schema::UsageDay &day : tenantwords::daysOf(*m_store->usage().summary))
            days.append(plainLine(day.day, 40));
    return days;
}

QList<qreal> TenantsPage::costs() const
{
    QList<qreal> series;
    if (m_store && m_store->usage().summary)
        for (const schema::UsageDay &day : tenantwords::daysOf(*m_store->usage().summary))
            series.append(day.costUsd.value_or(0)); // dayText() says what has no price
    return series;
}

QList<qreal> TenantsPage::turns() const
{
    QList<qreal> series;
    if (m_store && m_store->usage().summary)
        for (const schema::UsageDay &day : tenantwords::daysOf(*m_store->usage().summary))
            series.append(qreal(day.turns));
    return series;
}

QString TenantsPage::dayText(int day) const
{
    const auto &summary = m_store ? m_store->usage().summary : std::nullopt;
    const auto days = summary ? tenantwords::daysOf(*summary) : std::vector<schema::UsageDay>();
    if (day < 0 || day >= int(days.size()))
        return {};
    const schema::UsageDay &held = days[std::size_t(day)];
    if (held.turns == 0)
        return tr("%1: nothing was used").arg(plainLine(held.day, 40));
    return tr("%1: %2, %3 turns, %4 tokens")
        .arg(plainLine(held.day, 40), tenantwords::money(held.costUsd, held.unpricedTurns),
            format::count(held.turns), format::count(held.promptTokens + held.completionTokens));
}

QStringList TenantsPage::budgetAlerts() const
{
    QStringList lines;
    if (!m_store)
        return lines;
    for (const schema::BudgetAlert &alert : m_store->usage().alerts) {
        QString name = plainLine(alert.agentId, 120);
        for (const schema::Agent &agent : m_store->agents().rows)
            if (agent.id == alert.agentId)
                name = plainLine(agent.name, 120);
        lines.append((alert.level == "exceeded" ? tr("%1 is over its budget: %2 of %3 spent.")
                : alert.level == "unknown"      ? tr("Whether %1 keeps its budget of %3 is not "
                                                          "known: %2 spent.")
                                                : tr("%1 comes near its budget: %2 of %3 spent."))
                         .arg(name, tenantwords::money(alert.spentUsd, alert.unpricedTurns),
                             tenantwords::money(alert.limitUsd)));
    }
    return lines;
}

bool TenantsPage::itemActive() const
{
    if (!m_store)
        return false;
    const std::string id = m_item.toStdString();
    for (const schema::Agent &agent : m_store->agents().rows)
        if (m_area == TenantStore::Agents && agent.id == id)
            return agent.isActive;
    for (const schema::ChannelConnection &channel : m_store->channels().rows)
        if (m_area == TenantStore::Channels && channel.id == id)
            return channel.isActive;
    return false;
}

bool TenantsPage::isInvitation() const
{
    return m_area == TenantStore::Users && m_item.startsWith(QLatin1String("invitation/"));
}

QString TenantsPage::jsonOf(bool item) const
{
    const PartTable *table = item ? m_items[std::size_t(m_area)] : m_table;
    const PartTable::Part *part = table->part(item ? m_item : m_current);
    return part ? part->json : QString();
}

void TenantsPage::resume()
{
    if (m_store)
        m_store->resume();
}

} // namespace signalbox
