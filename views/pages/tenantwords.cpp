// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/tenantwords.h"

#include "models/stores/plaintext.h"
#include "models/stores/session.h"
#include "views/pages/accesstext.h"
#include "views/pages/flowtext.h"
#include "views/pages/partcells.h"

#include <QCoreApplication>

namespace signalbox::tenantwords {

using flowtext::qs;

namespace {

constexpr double unordered = PartTable::unknown;

class TenantTexts {
    Q_DECLARE_TR_FUNCTIONS(TenantWords)
public:
};

CellData word(const QString &text, Cell::Tone tone = Cell::Normal)
{
    return text.isEmpty() ? partcells::text(format::unknown(), Cell::Muted)
                          : partcells::text(text, tone);
}

/// Written by people, agents or a far end.
CellData word(const std::string &text, Cell::Tone tone = Cell::Normal)
{
    return word(plainLine(text), tone);
}

CellData figure(std::optional<qint64> value, bool urgent = false)
{
    return partcells::number(value,
        !value || *value == 0 ? Cell::Muted
            : urgent          ? Cell::Caution
                              : Cell::Normal,
        TenantTexts::tr("not known yet"));
}

CellData moneyCell(std::optional<double> usd, qint64 unpricedTurns = 0)
{
    const bool more = usd && unpricedTurns > 0; // than is known
    return { more ? money(usd) + QStringLiteral(" + ?") : money(usd),
        more                  ? Cell::Caution
            : usd && *usd > 0 ? Cell::Normal
                              : Cell::Muted,
        Cell::Unknown, money(usd, unpricedTurns), usd ? QString::number(*usd, 'f', 6) : QString(),
        {} };
}

double orderOf(std::optional<qint64> value)
{
    return value ? double(*value) : unordered;
}

double orderOf(const std::string &iso)
{
    const qint64 at = accesstext::timeOf(iso);
    return at == 0 ? unordered : double(at);
}

Cell::Aspect aspectOf(const schema::Tenant &tenant, const TenantStore::Figures &figures)
{
    if (tenant.subscriptionState == "suspended" || tenant.subscriptionState == "cancelled")
        return Cell::Stop;
    if (tenant.subscriptionState == "past_due" || figures.waiting.value_or(0) > 0)
        return Cell::Warning;
    return figures.waiting || tenant.subscriptionState == "active" ? Cell::Clear : Cell::Unknown;
}

/// What would turn the words around it is written as JSON may write it: by its number.
QString jsonOf(const std::string &encoded)
{
    const QString text = qs(schema::pretty(encoded));
    QString out;
    out.reserve(text.size());
    for (const QChar letter : text) {
        const char16_t code = letter.unicode();
        if ((code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069))
            out += QStringLiteral("\\u%1").arg(uint(code), 4, 16, QLatin1Char('0'));
        else
            out += letter;
    }
    return out;
}

std::vector<PartTable::Part> agentParts(const TenantStore &store, format::Zone zone)
{
    std::vector<PartTable::Part> rows;
    for (const schema::Agent &agent : store.agents().rows) {
        PartTable::Part part;
        part.key = qs(agent.id);
        part.cells = { partcells::signal(agent.isActive ? Cell::Clear : Cell::Unknown,
                           agent.isActive ? TenantTexts::tr("active")
                                          : TenantTexts::tr("not active: it answers nobody")),
            word(agent.name, agent.isActive ? Cell::Normal : Cell::Muted), word(agent.role),
            word(agent.modelPreference), figure(qint64(agent.toolAssignments.size())),
            figure(qint64(agent.escalationRules.size())), moneyCell(agent.budgetLimitUsd),
            accesstext::since(agent.updatedAt, zone) };
        part.order = { agent.isActive ? 0.0 : 1.0, unordered, unordered, unordered,
            double(agent.toolAssignments.size()), double(agent.escalationRules.size()),
            agent.budgetLimitUsd.value_or(unordered), orderOf(agent.updatedAt) };
        part.json = jsonOf(schema::encode(agent));
        rows.push_back(std::move(part));
    }
    return rows;
}

/// Only names are known here: what is stored under them is never read back.
CellData answersCell(const schema::ChannelConnection &channel)
{
    const auto has = [&](const char *name) {
        return schema::find(channel.config, name) != nullptr;
    };
    if (channel.channelType == "web")
        return word(TenantTexts::tr("in the web chat"));
    if (has("callback_url"))
        return word(TenantTexts::tr("to its callback address"));
    if (channel.channelType == "slack" && has("bot_token"))
        return word(TenantTexts::tr("to Slack"));
    return word(TenantTexts::tr("kept here, not sent"), Cell::Caution);
}

std::vector<PartTable::Part> channelParts(const TenantStore &store, format::Zone zone)
{
    std::vector<PartTable::Part> rows;
    for (const schema::ChannelConnection &channel : store.channels().rows) {
        const bool known = schema::isChannelType(channel.channelType);
        PartTable::Part part;
        part.key = qs(channel.id);
        part.cells = { partcells::signal(!channel.isActive ? Cell::Unknown
                               : known                     ? Cell::Clear
                                                           : Cell::Warning,
                           !channel.isActive ? TenantTexts::tr("switched off")
                               : known
                               ? TenantTexts::tr("switched on")
                               : TenantTexts::tr(
                                   "a type that this console does not know: shown as it is")),
            word(channelName(channel.channelType), known ? Cell::Normal : Cell::Caution),
            word(channel.workspaceId), answersCell(channel), figure(qint64(channel.config.size())),
            accesstext::since(channel.createdAt, zone) };
        part.order = { channel.isActive ? 0.0 : 1.0, unordered, unordered, unordered,
            double(channel.config.size()), orderOf(channel.createdAt) };
        part.json = jsonOf(schema::encode(channel));
        rows.push_back(std::move(part));
    }
    return rows;
}

std::vector<PartTable::Part> textParts(const TenantStore &store, format::Zone zone)
{
    std::vector<PartTable::Part> rows;
    for (const schema::KbText &text : store.texts().rows) {
        PartTable::Part part;
        part.key = qs(text.id);
        part.cells = { word(text.title), accesstext::since(text.createdAt, zone) };
        part.order = { unordered, orderOf(text.createdAt) };
        part.json = jsonOf(schema::encode(text));
        rows.push_back(std::move(part));
    }
    return rows;
}

std::vector<PartTable::Part> peopleParts(const TenantStore &store, format::Zone zone)
{
    std::vector<PartTable::Part> rows;
    for (const schema::PortalUser &user : store.users().rows) {
        PartTable::Part part;
        part.key = qs(user.id);
        part.cells = { word(user.name.empty() ? user.id : user.name), word(user.email),
            word(roleName(user.role)), word(TenantTexts::tr("member"), Cell::Good),
            word(QString(), Cell::Muted) };
        part.json = jsonOf(schema::encode(user));
        rows.push_back(std::move(part));
    }
    for (const schema::Invitation &open : store.invitations().rows) {
        const bool over = accesstext::expired(open.expiresAt);
        PartTable::Part part;
        part.key = QStringLiteral("invitation/") + qs(open.id);
        part.cells = { word(open.email), word(open.email), word(roleName(open.role)),
            word(open.acceptedAt ? TenantTexts::tr("accepted")
                    : over       ? TenantTexts::tr("invitation has run out")
                                 : TenantTexts::tr("invited"),
                over ? Cell::Caution : Cell::Accent),
            accesstext::expiry(open.expiresAt, zone) };
        part.order = { unordered, unordered, unordered, unordered, orderOf(open.expiresAt) };
        part.json = jsonOf(schema::encode(open));
        rows.push_back(std::move(part));
    }
    return rows;
}

/// The name that is known for an id, else the id.
template <class T>
std::string nameOf(const std::optional<std::string> &id, const std::vector<T> &known)
{
    if (!id)
        return {};
    for (const T &one : known)
        if (one.id == *id && !one.name.empty())
            return one.name;
    return *id;
}

std::vector<PartTable::Part> auditParts(const TenantStore &store, format::Zone zone)
{
    std::vector<PartTable::Part> rows;
    for (const schema::AuditEvent &event : store.audit().rows) {
        PartTable::Part part;
        part.key = qs(event.id);
        part.cells = { accesstext::since(event.createdAt, zone),
            word(event.actionType, event.actionType == "escalation" ? Cell::Caution : Cell::Normal),
            word(nameOf(event.userId, store.users().rows)),
            word(nameOf(event.agentId, store.agents().rows)), word(event.inputSummary),
            word(event.outputSummary, Cell::Muted),
            partcells::text(format::latency(event.latencyMs * 1000), Cell::Muted) };
        part.order = { orderOf(event.createdAt), unordered, unordered, unordered, unordered,
            unordered, double(event.latencyMs) };
        part.json = jsonOf(schema::encode(event));
        rows.push_back(std::move(part));
    }
    return rows;
}

} // namespace

/// What is less than a cent is no nothing.
QString money(std::optional<double> usd)
{
    if (!usd)
        return format::unknown();
    if (*usd > 0 && *usd < 0.0001)
        return QStringLiteral("< $ 0.0001");
    return QStringLiteral("$ %1").arg(*usd, 0, 'f', *usd > 0 && *usd < 0.01 ? 4 : 2);
}

QString money(std::optional<double> usd, qint64 unpricedTurns)
{
    if (unpricedTurns == 0)
        return money(usd);
    const QString without = unpricedTurns == 1
        ? TenantTexts::tr("1 turn without a price")
        : TenantTexts::tr("%1 turns without a price").arg(format::count(unpricedTurns));
    return usd ? TenantTexts::tr("%1 and %2").arg(money(usd), without) : without;
}

QString channelName(const std::string &type)
{
    static const std::pair<std::string_view, const char *> names[] = { { "slack", "Slack" },
        { "whatsapp", "WhatsApp" }, { "mattermost", "Mattermost" }, { "rocketchat", "Rocket.Chat" },
        { "teams", "Microsoft Teams" }, { "telegram", "Telegram" }, { "signal", "Signal" },
        { "web", "Web chat" } };
    for (const auto &[id, name] : names)
        if (type == id)
            return QString::fromLatin1(name);
    return plainLine(type, 60);
}

QString roleName(const std::string &role)
{
    if (role == "platform_admin")
        return TenantTexts::tr("platform admin");
    if (role == "customer_admin")
        return TenantTexts::tr("admin");
    return role == "customer_operator" ? TenantTexts::tr("operator") : plainLine(role, 60);
}

QString fullRoleName(const std::string &role)
{
    if (role == "platform_admin")
        return TenantTexts::tr("platform administrator");
    if (role == "customer_admin")
        return TenantTexts::tr("customer administrator");
    return role == "customer_operator" ? TenantTexts::tr("customer operator") : plainLine(role, 60);
}

QString stateName(const std::string &subscription)
{
    if (subscription == "past_due")
        return TenantTexts::tr("payment overdue");
    return plainLine(subscription, 60);
}

std::vector<schema::UsageDay> daysOf(const schema::UsageSummary &summary)
{
    const auto date = [](const std::string &day) {
        return QDate::fromString(qs(day.substr(0, 10)), Qt::ISODate);
    };
    std::vector<schema::UsageDay> days;
    QDate day = date(summary.from);
    const QDate last = date(summary.to);
    constexpr int most = 400;
    if (!day.isValid() || !last.isValid() || day.daysTo(last) > most)
        return summary.days; // a far end that tells no range
    auto told = summary.days.begin();
    for (; day <= last; day = day.addDays(1)) {
        const std::string name = day.toString(Qt::ISODate).toStdString();
        while (told != summary.days.end() && told->day < name)
            days.push_back(*told++); // before the range that it tells
        if (told != summary.days.end() && told->day.substr(0, 10) == name) {
            days.push_back(*told++);
        } else {
            schema::UsageDay none;
            none.day = name;
            none.costUsd = 0;
            days.push_back(none);
        }
    }
    days.insert(days.end(), told, summary.days.end());
    return days;
}

std::vector<Column> tenantColumns()
{
    return {
        { QStringLiteral("aspect"), QString(), Cell::Signal, 32, false,
            TenantTexts::tr("Signal: subscription, and whether somebody waits for a person") },
        { QStringLiteral("tenant"), TenantTexts::tr("Tenant"), Cell::Strong, 150, false, {} },
        { QStringLiteral("slug"), TenantTexts::tr("Slug"), Cell::Text, 110, false, {}, 3 },
        { QStringLiteral("state"), TenantTexts::tr("Status"), Cell::Text, 128, false, {} },
        { QStringLiteral("workspace"), TenantTexts::tr("Workspace"), Cell::Text, 100, false,
            TenantTexts::tr("Where its flows answer"), 2 },
        { QStringLiteral("agents"), TenantTexts::tr("Agents"), Cell::Number, 66, false, {} },
        { QStringLiteral("conversations"), TenantTexts::tr("Conversations"), Cell::Number, 110,
            false, {}, 1 },
        { QStringLiteral("waiting"), TenantTexts::tr("Waiting"), Cell::Number, 72, false,
            TenantTexts::tr("Conversations that wait for a person or a confirmation") },
        { QStringLiteral("spend"), TenantTexts::tr("Spend"), Cell::Number, 82, false,
            TenantTexts::tr("Cost of the last 30 days in US dollars") },
    };
}

std::vector<PartTable::Part> tenantParts(const TenantStore &store)
{
    std::vector<PartTable::Part> rows;
    for (const schema::Tenant &tenant : store.tenants().rows) {
        const QString id = qs(tenant.id);
        const auto figures = store.figures(id);
        const Cell::Aspect aspect = aspectOf(tenant, figures);
        PartTable::Part part;
        part.key = id;
        part.cells = { partcells::signal(aspect, stateName(tenant.subscriptionState)),
            word(tenant.name.empty() ? tenant.id : tenant.name), word(tenant.slug),
            word(stateName(tenant.subscriptionState),
                aspect == Cell::Stop                         ? Cell::Danger
                    : tenant.subscriptionState == "past_due" ? Cell::Caution
                                                             : Cell::Muted),
            word(schema::workspaceOf(tenant), Cell::Muted), figure(figures.agents),
            figure(figures.conversations), figure(figures.waiting, true),
            moneyCell(figures.spentUsd, figures.unpricedTurns) };
        part.order = { double(int(aspect)), unordered, unordered, unordered, unordered,
            orderOf(figures.agents), orderOf(figures.conversations), orderOf(figures.waiting),
            figures.spentUsd.value_or(unordered) };
        part.json = jsonOf(schema::encode(tenant));
        rows.push_back(std::move(part));
    }
    return rows;
}

std::vector<Column> columns(TenantStore::Area area)
{
    switch (area) {
    case TenantStore::Channels:
        return { { QStringLiteral("aspect"), QString(), Cell::Signal, 32, false,
                     TenantTexts::tr("Signal") },
            { QStringLiteral("channel"), TenantTexts::tr("Channel"), Cell::Strong, 150, false, {} },
            { QStringLiteral("place"), TenantTexts::tr("Its own id"), Cell::Mono, 160, false,
                TenantTexts::tr(
                    "What the vendor calls the place; tells the tenant of what comes in") },
            { QStringLiteral("answers"), TenantTexts::tr("Answers"), Cell::Text, 170, false,
                TenantTexts::tr("Where what an agent or a person says goes"), 1 },
            { QStringLiteral("settings"), TenantTexts::tr("Settings"), Cell::Number, 80, false,
                TenantTexts::tr("How many are stored; their values are never shown") },
            { QStringLiteral("made"), TenantTexts::tr("Made"), Cell::Time, 100, false, {} } };
    case TenantStore::Texts:
        return { { QStringLiteral("text"), TenantTexts::tr("Title"), Cell::Strong, 260, false, {} },
            { QStringLiteral("made"), TenantTexts::tr("Added"), Cell::Time, 100, false, {} } };
    case TenantStore::Users:
        return {
            { QStringLiteral("user"), TenantTexts::tr("Person"), Cell::Strong, 160, false, {} },
            { QStringLiteral("email"), TenantTexts::tr("Address"), Cell::Text, 180, false, {}, 1 },
            { QStringLiteral("role"), TenantTexts::tr("Role"), Cell::Text, 100, false, {} },
            { QStringLiteral("state"), TenantTexts::tr("State"), Cell::Text, 120, false, {} },
            { QStringLiteral("until"), TenantTexts::tr("Runs out"), Cell::Time, 100, false, {}, 2 }
        };
    case TenantStore::Usage:
        return { { QStringLiteral("provider"), TenantTexts::tr("Provider"), Cell::Strong, 150,
                     false, {} },
            { QStringLiteral("model"), TenantTexts::tr("Model"), Cell::Text, 150, false, {} },
            { QStringLiteral("turns"), TenantTexts::tr("Turns"), Cell::Number, 90, false, {} },
            { QStringLiteral("tokens"), TenantTexts::tr("Tokens"), Cell::Number, 110, false, {} },
            { QStringLiteral("cost"), TenantTexts::tr("Cost"), Cell::Number, 90, false,
                TenantTexts::tr("Of the turns that have a price") },
            { QStringLiteral("unpriced"), TenantTexts::tr("Without a price"), Cell::Number, 110,
                false,
                TenantTexts::tr("Turns whose model has no token cost in the workspace: what they "
                                "cost is not known, and not in the sum"),
                1 } };
    case TenantStore::Audit:
        return { { QStringLiteral("when"), TenantTexts::tr("When"), Cell::Time, 100, false, {} },
            { QStringLiteral("what"), TenantTexts::tr("What"), Cell::Strong, 120, false, {} },
            { QStringLiteral("who"), TenantTexts::tr("Who"), Cell::Text, 110, false,
                TenantTexts::tr("The person that caused it, where one did"), 2 },
            { QStringLiteral("agent"), TenantTexts::tr("Agent"), Cell::Text, 110, false, {}, 4 },
            { QStringLiteral("in"), TenantTexts::tr("Went in"), Cell::Text, 190, false, {} },
            { QStringLiteral("out"), TenantTexts::tr("Came out"), Cell::Text, 170, false, {}, 3 },
            { QStringLiteral("took"), TenantTexts::tr("Took"), Cell::Number, 80, false, {}, 1 } };
    case TenantStore::Agents:
        break;
    }
    return { { QStringLiteral("aspect"), QString(), Cell::Signal, 32, false,
                 TenantTexts::tr("Signal: clear = it answers") },
        { QStringLiteral("agent"), TenantTexts::tr("Agent"), Cell::Strong, 150, false, {} },
        { QStringLiteral("role"), TenantTexts::tr("Role"), Cell::Text, 100, false, {} },
        { QStringLiteral("model"), TenantTexts::tr("Model"), Cell::Text, 120, false, {}, 3 },
        { QStringLiteral("tools"), TenantTexts::tr("Tools"), Cell::Number, 64, false, {} },
        { QStringLiteral("rules"), TenantTexts::tr("Rules"), Cell::Number, 64, false,
            TenantTexts::tr("Escalation rules"), 1 },
        { QStringLiteral("budget"), TenantTexts::tr("Budget"), Cell::Number, 80, false, {}, 2 },
        { QStringLiteral("changed"), TenantTexts::tr("Changed"), Cell::Time, 112, false, {}, 4 } };
}

std::vector<PartTable::Part> parts(
    const TenantStore &store, TenantStore::Area area, format::Zone zone)
{
    switch (area) {
    case TenantStore::Agents:
        return agentParts(store, zone);
    case TenantStore::Channels:
        return channelParts(store, zone);
    case TenantStore::Texts:
        return textParts(store, zone);
    case TenantStore::Users:
        return peopleParts(store, zone);
    case TenantStore::Audit:
        return auditParts(store, zone);
    case TenantStore::Usage:
        break;
    }
    std::vector<PartTable::Part> rows;
    for (const schema::ProviderUsage &used : store.usage().providers) {
        PartTable::Part part;
        part.key = qs(used.provider + "/" + used.model);
        part.cells = { word(used.provider), word(used.model), figure(used.turns),
            figure(used.tokens), moneyCell(used.costUsd, used.unpricedTurns),
            figure(used.unpricedTurns, used.unpricedTurns > 0) };
        part.order = { unordered, unordered, double(used.turns), double(used.tokens),
            used.costUsd.value_or(-1), double(used.unpricedTurns) };
        rows.push_back(std::move(part));
    }
    return rows;
}

} // namespace signalbox::tenantwords
