// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/accesstables.h"

#include "models/rules/roles.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/leasestore.h"
#include "models/stores/session.h"
#include "views/pages/accesstext.h"
#include "views/pages/flowtext.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;

namespace {

constexpr double none = PartTable::unknown;

double order(const std::string &iso)
{
    const qint64 at = accesstext::timeOf(iso);
    return at == 0 ? none : double(at);
}

QString accessJson(const std::string &encoded)
{
    return qs(schema::pretty(encoded));
}

CellData worded(const QString &text, Cell::Tone tone = Cell::Normal)
{
    return { text, tone, {}, {}, {}, {} };
}

CellData number(std::optional<qint64> value)
{
    if (!value)
        return { format::unknown(), Cell::Muted, {}, AccessTables::tr("not known"), {}, {} };
    return { format::count(*value), *value == 0 ? Cell::Muted : Cell::Normal, {}, {},
        QString::number(*value), {} };
}

CellData yesNo(bool yes)
{
    return yes ? worded(AccessTables::tr("yes"), Cell::Good)
               : worded(format::unknown(), Cell::Muted);
}

} // namespace

AccessTables::AccessTables(QObject *parent)
    : QObject(parent)
    , m_users(new PartTable(
          {
              { QStringLiteral("aspect"), QString(), Cell::Signal, 32, false,
                  tr("Signal: clear = may sign in") },
              { QStringLiteral("user"), tr("User"), Cell::Strong, 200, false, {} },
              { QStringLiteral("name"), tr("Name"), Cell::Text, 150, true, {} },
              { QStringLiteral("home"), tr("Home workspace"), Cell::Text, 130, false, {} },
              { QStringLiteral("roles"), tr("Roles"), Cell::Text, 110, false, {} },
              { QStringLiteral("state"), tr("State"), Cell::Text, 170, false, {} },
              { QStringLiteral("keys"), tr("Keys"), Cell::Number, 60, false,
                  tr("API keys, once they were looked at") },
              { QStringLiteral("created"), tr("Made"), Cell::Time, 100, true, {} },
          },
          this))
    , m_workspaces(new PartTable(
          {
              { QStringLiteral("aspect"), QString(), Cell::Signal, 32, false,
                  tr("Signal: clear = in use") },
              { QStringLiteral("workspace"), tr("Workspace"), Cell::Strong, 170, false, {} },
              { QStringLiteral("name"), tr("Name"), Cell::Text, 200, false, {} },
              { QStringLiteral("state"), tr("State"), Cell::Text, 110, false, {} },
              { QStringLiteral("users"), tr("Users at home"), Cell::Number, 110, false, {} },
              { QStringLiteral("flows"), tr("Flows"), Cell::Number, 80, false, {} },
              { QStringLiteral("created"), tr("Made"), Cell::Time, 100, false, {} },
          },
          this))
    , m_keys(new PartTable(keyColumns(true), this))
    , m_rights(new PartTable(
          {
              { QStringLiteral("right"), tr("Right"), Cell::Strong, 220, false, {} },
              { QStringLiteral("reader"), tr("reader"), Cell::Text, 80, false,
                  tr("in the home workspace") },
              { QStringLiteral("writer"), tr("writer"), Cell::Text, 80, false,
                  tr("in the home workspace") },
              { QStringLiteral("admin"), tr("admin"), Cell::Text, 80, false,
                  tr("in every workspace") },
              { QStringLiteral("you"), tr("You"), Cell::Text, 80, false, {} },
              { QStringLiteral("opens"), tr("Opens"), Cell::Text, 400, false, {} },
          },
          this))
    , m_leases(new PartTable(
          {
              { QStringLiteral("user"), tr("User"), Cell::Strong, 120, false, {} },
              { QStringLiteral("what"), tr("May change"), Cell::Text, 150, false, {} },
              { QStringLiteral("where"), tr("Where"), Cell::Text, 110, false, {} },
              { QStringLiteral("reason"), tr("Why"), Cell::Text, 170, false, {} },
              { QStringLiteral("taken"), tr("Taken"), Cell::Time, 130, false, {} },
              { QStringLiteral("left"), tr("Ends"), Cell::Time, 120, false,
                  tr("By the clock of the back end") },
          },
          this))
{
    m_users->sortBy(1, false);
    m_workspaces->sortBy(1, false);
    m_keys->sortBy(2, false);
    m_rights->sortBy(0, false);
    m_leases->sortBy(0, false);
}

std::vector<Column> AccessTables::keyColumns(bool withOwner)
{
    std::vector<Column> columns {
        { QStringLiteral("aspect"), QString(), Cell::Signal, 32, false,
            tr("Signal: clear = lets somebody in") },
        { QStringLiteral("key"), tr("Key"), Cell::Strong, 170, false, {} },
    };
    if (withOwner)
        columns.push_back({ QStringLiteral("owner"), tr("Owner"), Cell::Text, 150, false, {} });
    columns.push_back({ QStringLiteral("begins"), tr("Begins with"), Cell::Mono, 100, false, {} });
    columns.push_back({ QStringLiteral("expires"), tr("Expires"), Cell::Time, 110, false, {} });
    columns.push_back({ QStringLiteral("made"), tr("Made"), Cell::Time, 100, false, {} });
    columns.push_back({ QStringLiteral("used"), tr("Last used"), Cell::Time, 100, true,
        tr("Most back ends never tell") });
    return columns;
}

PartTable::Part AccessTables::keyPart(
    const schema::ApiKey &key, const schema::User *owner, bool withOwner, format::Zone zone)
{
    const bool over = accesstext::expired(key.expires);
    const bool idle = owner && !owner->enabled;
    PartTable::Part part;
    part.key = qs(key.id);
    part.json = accessJson(schema::encode(key));
    const Cell::Aspect aspect = over || idle ? Cell::Stop : Cell::Clear;
    part.cells.push_back({ over ? tr("expired")
            : idle              ? tr("its owner is disabled")
                                : tr("in use"),
        over || idle ? Cell::Danger : Cell::Good, aspect,
        over       ? tr("expired")
            : idle ? tr("its owner is disabled")
                   : QString(),
        {}, {} });
    part.order.push_back(aspect == Cell::Stop ? 0 : 1);
    part.cells.push_back(worded(key.name.empty() ? qs(key.id) : qs(key.name)));
    part.order.push_back(none);
    if (withOwner) {
        part.cells.push_back(
            worded(owner ? accesstext::userName(*owner) : qs(key.userId), Cell::Muted));
        part.order.push_back(none);
    }
    part.cells.push_back(worded(qs(key.prefix) + QStringLiteral("…"), Cell::Muted));
    part.cells.push_back(accesstext::expiry(key.expires, zone));
    part.cells.push_back(accesstext::since(key.created, zone));
    part.cells.push_back(accesstext::since(key.lastUsed, zone));
    part.order.insert(
        part.order.end(), { none, order(key.expires), order(key.created), order(key.lastUsed) });
    return part;
}

std::vector<Column> AccessTables::factColumns()
{
    return {
        { QStringLiteral("what"), tr("What"), Cell::Text, 150, false, {} },
        { QStringLiteral("value"), tr("Value"), Cell::Text, 300, false, {} },
    };
}

PartTable::Part AccessTables::fact(const QString &what, const CellData &value)
{
    PartTable::Part part;
    part.key = what;
    part.cells = { worded(what, Cell::Muted), value };
    return part;
}

PartTable::Part AccessTables::userPart(const AccessStore &store, const schema::User &user)
{
    const AccessStore::Keys *keys = store.keysOf(qs(user.id));
    const auto count =
        keys && keys->loaded ? std::optional(qint64(keys->rows.size())) : std::nullopt;
    const Cell::Aspect aspect = !user.enabled ? Cell::Stop
        : user.mustChangePassword             ? Cell::Warning
                                              : Cell::Clear;
    const Cell::Tone tone = aspect == Cell::Stop ? Cell::Danger
        : aspect == Cell::Warning                ? Cell::Caution
                                                 : Cell::Normal;
    const QStringList odd = accesstext::unknownRoles(user);
    CellData roles = worded(accesstext::roles(user), odd.isEmpty() ? Cell::Normal : Cell::Caution);
    if (!odd.isEmpty())
        roles.tip = tr("%1 gives no right here").arg(odd.join(QStringLiteral(", ")));
    const QString name = accesstext::userName(user);
    PartTable::Part part;
    part.key = qs(user.id);
    part.json = accessJson(schema::encode(user));
    part.cells = { { accesstext::userState(user), tone, aspect, accesstext::userState(user), {},
                       {} },
        worded(store.isMe(part.key) ? tr("%1 (you)").arg(name) : name),
        worded(qs(user.name), Cell::Muted), worded(qs(user.defaultWorkspace)), roles,
        worded(accesstext::userState(user), tone), number(count),
        accesstext::since(user.created, store.session()->zone()) };
    part.cells[1].copy = name;
    part.order = { double(aspect == Cell::Stop       ? 0
                           : aspect == Cell::Warning ? 1
                                                     : 2),
        none, none, none, none, none, count ? double(*count) : none, order(user.created) };
    return part;
}

PartTable::Part AccessTables::workspacePart(
    const AccessStore &store, const schema::Workspace &workspace)
{
    std::optional<qint64> users;
    if (store.usersPart().loaded && store.usersPart().denied.isEmpty())
        users = std::count_if(store.users().begin(), store.users().end(),
            [&](const schema::User &user) { return user.defaultWorkspace == workspace.id; });
    std::optional<qint64> flows;
    // a disabled one is not served any more, and its flows may run on
    if (workspace.enabled && store.session() && store.session()->flows()->loaded()) {
        const auto &rows = store.session()->flows()->rows();
        flows = std::count_if(rows.begin(), rows.end(),
            [&](const FlowRow &row) { return row.workspace == qs(workspace.id); });
    }
    const Cell::Aspect aspect = workspace.enabled ? Cell::Clear : Cell::Stop;
    const QString state = workspace.enabled ? tr("enabled") : tr("disabled");
    PartTable::Part part;
    part.key = qs(workspace.id);
    part.json = accessJson(schema::encode(workspace));
    part.cells = {
        { state, workspace.enabled ? Cell::Good : Cell::Danger, aspect, state, {}, {} },
        worded(part.key),
        worded(qs(workspace.name), Cell::Muted),
        worded(state, workspace.enabled ? Cell::Normal : Cell::Danger),
        number(users),
        number(flows),
        accesstext::since(workspace.created, store.session()->zone()),
    };
    part.order = { workspace.enabled ? 1.0 : 0.0, none, none, none, users ? double(*users) : none,
        flows ? double(*flows) : none, order(workspace.created) };
    return part;
}

PartTable::Part AccessTables::leasePart(const AccessStore &store, const schema::Lease &lease)
{
    const auto zone = store.session()->zone();
    const qint64 now = store.session()->serverNowMs();
    const qint64 left = std::max<qint64>(0, lease.expiresMs - now);
    const schema::User *holder = store.user(qs(lease.user));
    const QString name = holder ? accesstext::userName(*holder) : qs(lease.user);
    PartTable::Part part;
    part.key = qs(lease.id);
    part.json = accessJson(schema::encode(lease));
    part.cells = { worded(store.isMe(qs(lease.user)) ? tr("%1 (you)").arg(name) : name),
        worded(LeaseStore::scopesOf(lease)), worded(LeaseStore::placeOf(lease), Cell::Muted),
        worded(qs(lease.reason).simplified()),
        { tr("%1 ago").arg(format::age(std::max<qint64>(0, now - lease.takenMs))), Cell::Muted, {},
            format::dateTime(lease.takenMs, zone), {}, {} },
        { left > 0 ? tr("in %1").arg(format::age(left)) : tr("over"),
            left > 0 ? Cell::Caution : Cell::Muted, {}, format::dateTime(lease.expiresMs, zone), {},
            {} } };
    part.cells[0].copy = name;
    part.order = { none, none, none, none, double(lease.takenMs), double(lease.expiresMs) };
    return part;
}

std::vector<PartTable::Part> AccessTables::rightParts(const std::vector<std::string> &mine)
{
    std::vector<PartTable::Part> parts;
    for (const std::string_view right : rules::allCapabilities()) {
        QStringList opens;
        for (const rules::Operation *operation : rules::operationsNeeding(right))
            opens.append(operation->operation.empty()
                    ? qs(operation->service)
                    : qs(operation->service) + u' ' + qs(operation->operation));
        for (const std::string &socket : rules::socketsNeeding(right))
            opens.append(qs(socket));
        const bool held = std::any_of(mine.begin(), mine.end(),
            [&](const std::string &role) { return rules::roleHas(role, right); });
        PartTable::Part part;
        part.key = qs(right);
        part.cells.push_back(worded(qs(right)));
        for (const std::string_view role : rules::allRoles())
            part.cells.push_back(yesNo(rules::roleHas(role, right)));
        part.cells.push_back(yesNo(held));
        part.cells.push_back(opens.isEmpty() ? worded(tr("nothing asks for it"), Cell::Muted)
                                             : worded(opens.join(QStringLiteral(", "))));
        parts.push_back(std::move(part));
    }
    return parts;
}

void AccessTables::fill(const AccessStore *store)
{
    std::vector<PartTable::Part> users, workspaces, keys, leases;
    if (store) {
        for (const schema::User &user : store->users()) {
            users.push_back(userPart(*store, user));
            if (const AccessStore::Keys *held = store->keysOf(qs(user.id)))
                for (const schema::ApiKey &key : held->rows)
                    keys.push_back(keyPart(key, &user, true, store->session()->zone()));
        }
        for (const schema::Workspace &workspace : store->workspaces())
            workspaces.push_back(workspacePart(*store, workspace));
        for (const schema::Lease &lease : store->leases())
            leases.push_back(leasePart(*store, lease));
    }
    m_leases->setParts(std::move(leases));
    m_users->setParts(std::move(users));
    m_workspaces->setParts(std::move(workspaces));
    m_keys->setParts(std::move(keys));
    m_rights->setParts(rightParts(store && store->session() ? store->session()->account().roles
                                                            : std::vector<std::string>()));
}

} // namespace signalbox
