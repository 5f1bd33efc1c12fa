// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/accessdetail.h"

#include "models/rules/roles.h"
#include "models/stores/format.h"
#include "models/stores/leasestore.h"
#include "models/stores/session.h"
#include "views/pages/accesstext.h"
#include "views/pages/flowtext.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;

namespace {

CellData plain(const QString &text, Cell::Tone tone = Cell::Normal)
{
    return { text.isEmpty() ? format::unknown() : text, text.isEmpty() ? Cell::Muted : tone, {}, {},
        {}, {} };
}

} // namespace

AccessDetail::AccessDetail(QObject *parent)
    : QObject(parent)
    , m_facts(new PartTable(AccessTables::factColumns(), this))
    , m_keys(new PartTable(AccessTables::keyColumns(false), this))
    , m_users(new PartTable(
          {
              { QStringLiteral("user"), tr("User"), Cell::Strong, 150, false, {} },
              { QStringLiteral("roles"), tr("Roles"), Cell::Text, 130, false, {} },
              { QStringLiteral("state"), tr("State"), Cell::Text, 150, false, {} },
          },
          this))
{
}

void AccessDetail::setStore(AccessStore *store)
{
    m_store = store;
    refresh();
}

void AccessDetail::show(Kind kind, const QString &key)
{
    const bool another = kind != m_kind || key != m_key;
    m_kind = kind;
    m_key = key;
    if (another && m_store && kind == User)
        m_store->fetchKeys(key);
    refresh();
}

const schema::User *AccessDetail::user() const
{
    return m_store && m_kind == User ? m_store->user(m_key) : nullptr;
}

const schema::Workspace *AccessDetail::workspace() const
{
    return m_store && m_kind == Workspace ? m_store->workspace(m_key) : nullptr;
}

const schema::Lease *AccessDetail::lease() const
{
    return m_store && m_kind == Lease ? m_store->lease(m_key) : nullptr;
}

const schema::ApiKey *AccessDetail::apiKey() const
{
    if (!m_store || m_kind != Key)
        return nullptr;
    for (const schema::User &owner : m_store->users())
        if (const AccessStore::Keys *keys = m_store->keysOf(qs(owner.id)))
            for (const schema::ApiKey &key : keys->rows)
                if (qs(key.id) == m_key)
                    return &key;
    return nullptr;
}

bool AccessDetail::exists() const
{
    return user() || workspace() || apiKey() || lease() || (m_kind == Right && !m_key.isEmpty());
}

QString AccessDetail::name() const
{
    if (const auto *one = user())
        return accesstext::userName(*one);
    if (const auto *key = apiKey())
        return qs(key->name.empty() ? key->id : key->name);
    if (const auto *one = lease()) {
        const auto *holder = m_store->user(qs(one->user));
        return tr("Lease of %1").arg(holder ? accesstext::userName(*holder) : qs(one->user));
    }
    return m_key;
}

QString AccessDetail::subtitle() const
{
    if (const auto *one = user())
        return tr("may do: %1").arg(accesstext::reach(*one));
    if (const auto *one = workspace())
        return qs(one->name);
    if (const auto *key = apiKey()) {
        const auto *held = m_store->user(qs(key->userId));
        return held ? tr("of %1").arg(accesstext::userName(*held)) : QString();
    }
    if (const auto *one = lease())
        return tr("%1 · %2").arg(LeaseStore::scopesOf(*one), LeaseStore::placeOf(*one));
    return m_kind == Right ? tr("a right, as the open edition gives it") : QString();
}

QString AccessDetail::warning() const
{
    if (const auto *one = user()) {
        const QStringList odd = accesstext::unknownRoles(*one);
        if (!odd.isEmpty())
            return tr("The role %1 gives no right in the open edition.")
                .arg(odd.join(QStringLiteral(", ")));
        const auto *home = m_store->workspace(qs(one->defaultWorkspace));
        if (home && !home->enabled)
            return tr("Its home workspace %1 is disabled: its keys let nobody in.")
                .arg(qs(one->defaultWorkspace));
        if (me() && one->mustChangePassword)
            return tr("Your password should be changed.");
    }
    return {};
}

bool AccessDetail::enabled() const
{
    if (const auto *one = user())
        return one->enabled;
    const auto *one = workspace();
    return one && one->enabled;
}

bool AccessDetail::me() const
{
    return m_store && m_kind == User && m_store->isMe(m_key);
}

QString AccessDetail::owner() const
{
    const auto *key = apiKey();
    if (const auto *one = lease())
        return qs(one->user);
    return key ? qs(key->userId) : QString();
}

TableModel *AccessDetail::related() const
{
    return m_kind == User || m_kind == Key ? m_keys : m_users;
}

QString AccessDetail::relatedTitle() const
{
    switch (m_kind) {
    case User:
        return tr("API keys");
    case Key:
        return tr("All keys of its owner");
    case Workspace:
        return tr("Users at home here");
    case Right:
        return tr("Users who hold it");
    case Lease:
        return tr("Who holds it");
    }
    return {};
}

QString AccessDetail::relatedEmpty() const
{
    if (m_kind == User || m_kind == Key) {
        const AccessStore::Keys *keys =
            m_store ? m_store->keysOf(m_kind == User ? m_key : owner()) : nullptr;
        if (m_store && !m_store->keysDenied().isEmpty())
            return tr("Keys are not shown");
        if (keys && keys->error)
            return tr("The keys could not be read");
        return keys && keys->loaded ? tr("No API keys") : tr("Reading the keys…");
    }
    return m_kind == Workspace ? tr("No user lives here") : tr("Nobody holds it");
}

QString AccessDetail::relatedEmptyText() const
{
    if (m_store && (m_kind == User || m_kind == Key)) {
        if (!m_store->keysDenied().isEmpty())
            return flowtext::whyDenied(m_store->keysDenied());
        const AccessStore::Keys *keys = m_store->keysOf(m_kind == User ? m_key : owner());
        return keys && keys->error ? keys->error->text : QString();
    }
    return m_store && !m_store->usersPart().denied.isEmpty()
        ? tr("You see only yourself: the right %1 is missing.").arg(m_store->usersPart().denied)
        : QString();
}

std::vector<PartTable::Part> AccessDetail::userFacts() const
{
    const schema::User &one = *user();
    return {
        AccessTables::fact(tr("Name"), plain(qs(one.name))),
        AccessTables::fact(tr("E-mail"), plain(qs(one.email))),
        AccessTables::fact(tr("Home workspace"), plain(qs(one.defaultWorkspace))),
        AccessTables::fact(tr("Roles"), plain(accesstext::roles(one))),
        AccessTables::fact(tr("State"), plain(accesstext::userState(one))),
        AccessTables::fact(tr("Made"), accesstext::since(one.created, m_store->session()->zone())),
        AccessTables::fact(tr("Id"), plain(qs(one.id), Cell::Muted)),
    };
}

std::vector<PartTable::Part> AccessDetail::workspaceFacts() const
{
    const schema::Workspace &one = *workspace();
    return {
        AccessTables::fact(tr("Name"), plain(qs(one.name))),
        AccessTables::fact(
            tr("State"), one.enabled ? plain(tr("enabled")) : plain(tr("disabled"), Cell::Danger)),
        AccessTables::fact(tr("Made"), accesstext::since(one.created, m_store->session()->zone())),
    };
}

std::vector<PartTable::Part> AccessDetail::keyFacts() const
{
    const schema::ApiKey &one = *apiKey();
    return {
        AccessTables::fact(tr("Begins with"), plain(qs(one.prefix) + QStringLiteral("…"))),
        AccessTables::fact(
            tr("Expires"), accesstext::expiry(one.expires, m_store->session()->zone())),
        AccessTables::fact(tr("Made"), accesstext::since(one.created, m_store->session()->zone())),
        AccessTables::fact(
            tr("Last used"), accesstext::since(one.lastUsed, m_store->session()->zone())),
        AccessTables::fact(tr("Id"), plain(qs(one.id), Cell::Muted)),
    };
}

std::vector<PartTable::Part> AccessDetail::rightFacts() const
{
    std::vector<PartTable::Part> parts;
    const std::string right = m_key.toStdString();
    for (const std::string_view role : rules::allRoles()) {
        const QString where = rules::roleSpansWorkspaces(role) ? tr("yes, in every workspace")
                                                               : tr("yes, in the home workspace");
        parts.push_back(AccessTables::fact(tr("Role %1").arg(qs(role)),
            rules::roleHas(role, right) ? plain(where, Cell::Good) : plain(tr("no"), Cell::Muted)));
    }
    for (const rules::Operation *operation : rules::operationsNeeding(right))
        parts.push_back(AccessTables::fact(operation->operation.empty()
                ? tr("service %1").arg(qs(operation->service))
                : qs(operation->service) + u' ' + qs(operation->operation),
            plain(operation->operationClass == rules::OperationClass::Read ? tr("reads")
                    : operation->operationClass == rules::OperationClass::Write
                    ? tr("writes")
                    : tr("deletes or stops"))));
    for (const std::string &socket : rules::socketsNeeding(right))
        parts.push_back(AccessTables::fact(qs(socket), plain(tr("a socket of a flow"))));
    return parts;
}

std::vector<PartTable::Part> AccessDetail::leaseFacts() const
{
    const schema::Lease &one = *lease();
    const Session &session = *m_store->session();
    const qint64 left = one.expiresMs - session.serverNowMs();
    return {
        AccessTables::fact(tr("May change"), plain(LeaseStore::scopesOf(one))),
        AccessTables::fact(tr("Where"), plain(LeaseStore::placeOf(one))),
        AccessTables::fact(tr("Why"), plain(qs(one.reason).simplified())),
        AccessTables::fact(tr("Taken"), plain(format::dateTime(one.takenMs, session.zone()))),
        AccessTables::fact(tr("Ends"),
            left > 0 ? plain(
                tr("%1, in %2")
                    .arg(format::dateTime(one.expiresMs, session.zone()), format::age(left)),
                Cell::Caution)
                     : plain(tr("over"), Cell::Muted)),
        AccessTables::fact(tr("Id"), plain(qs(one.id), Cell::Muted)),
    };
}

std::vector<PartTable::Part> AccessDetail::relatedUsers() const
{
    std::vector<PartTable::Part> parts;
    const std::string key = m_key.toStdString();
    for (const schema::User &one : m_store->users()) {
        const bool belongs = m_kind == Workspace ? one.defaultWorkspace == key
            : m_kind == Lease
            ? qs(one.id) == owner()
            : std::any_of(one.roles.begin(), one.roles.end(),
                [&](const std::string &role) { return rules::roleHas(role, key); });
        if (!belongs)
            continue;
        PartTable::Part part;
        part.key = qs(one.id);
        part.json = qs(schema::pretty(schema::encode(one)));
        part.cells = { plain(accesstext::userName(one)), plain(accesstext::roles(one)),
            plain(accesstext::userState(one), one.enabled ? Cell::Normal : Cell::Danger) };
        parts.push_back(std::move(part));
    }
    return parts;
}

void AccessDetail::refresh()
{
    std::vector<PartTable::Part> facts, keys, users;
    if (exists() && m_store) {
        facts = m_kind == User    ? userFacts()
            : m_kind == Workspace ? workspaceFacts()
            : m_kind == Key       ? keyFacts()
            : m_kind == Lease     ? leaseFacts()
                                  : rightFacts();
        if (m_kind == Workspace || m_kind == Right || m_kind == Lease)
            users = relatedUsers();
        const QString holder = m_kind == User ? m_key : owner();
        if (const AccessStore::Keys *held = m_store->keysOf(holder))
            for (const schema::ApiKey &key : held->rows)
                keys.push_back(AccessTables::keyPart(
                    key, m_store->user(holder), false, m_store->session()->zone()));
    }
    m_facts->setParts(std::move(facts));
    m_keys->setParts(std::move(keys));
    m_users->setParts(std::move(users));
    emit changed();
}

} // namespace signalbox
