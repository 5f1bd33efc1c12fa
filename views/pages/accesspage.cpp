// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/accesspage.h"

#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "views/pages/flowtext.h"

namespace signalbox {

AccessPage::AccessPage(QObject *parent)
    : QObject(parent)
    , m_tables(new AccessTables(this))
    , m_detail(new AccessDetail(this))
{
    m_tables->fill(nullptr);
    m_flowsCounted.setSingleShot(true);
    m_flowsCounted.setInterval(flowsMs);
    connect(&m_flowsCounted, &QTimer::timeout, this, &AccessPage::refill);
}

AccessPage::~AccessPage() = default;

void AccessPage::setSession(Session *session)
{
    if (m_session == session)
        return;
    delete m_store;
    m_store = nullptr;
    m_session = session;
    if (session) {
        m_store = new AccessStore(session, this);
        connect(m_store, &AccessStore::changed, this, &AccessPage::refill);
        connect(session, &Session::zoneChanged, this, &AccessPage::refill);
        // Only the count of flows hangs on it, and it comes with every batch.
        connect(session->flows(), &FlowStore::changed, this, [this] {
            if (m_looked && m_part == Workspaces && !m_flowsCounted.isActive())
                m_flowsCounted.start();
        });
    }
    m_detail->setStore(m_store);
    watch();
    emit sessionChanged();
    refill();
}

void AccessPage::refill()
{
    m_tables->fill(m_store);
    m_detail->refresh();
    emit changed();
}

void AccessPage::watch()
{
    if (m_store)
        m_store->watch(m_looked, m_part == Keys);
}

void AccessPage::setLooked(bool looked)
{
    if (m_looked == looked)
        return;
    m_looked = looked;
    watch();
    emit changed();
}

void AccessPage::setPart(int part)
{
    if (part == m_part || part < Users || part > Leases)
        return;
    m_part = part;
    m_current.clear();
    table()->setFilter(m_filter);
    watch();
    emit partChanged();
    emit currentKeyChanged();
    m_detail->show(AccessDetail::Kind(part), currentKey());
    emit changed();
}

TableModel *AccessPage::table() const
{
    switch (m_part) {
    case Workspaces:
        return m_tables->workspaces();
    case Keys:
        return m_tables->keys();
    case Rights:
        return m_tables->rights();
    case Leases:
        return m_tables->leases();
    default:
        return m_tables->users();
    }
}

QStringList AccessPage::partIds() const
{
    return { QStringLiteral("users"), QStringLiteral("workspaces"), QStringLiteral("keys"),
        QStringLiteral("rights"), QStringLiteral("leases") };
}

QString AccessPage::partTitle(int part) const
{
    switch (part) {
    case Workspaces:
        return tr("Workspaces");
    case Keys:
        return tr("API keys");
    case Rights:
        return tr("Roles and rights");
    case Leases:
        return tr("Leases");
    default:
        return tr("Users");
    }
}

QString AccessPage::partCount(int part) const
{
    if (!m_store)
        return {};
    if (part == Users && m_store->usersPart().loaded)
        return format::count(qint64(m_store->users().size()));
    if (part == Workspaces && m_store->workspacesPart().loaded)
        return format::count(qint64(m_store->workspaces().size()));
    return {};
}

void AccessPage::setFilter(const QString &filter)
{
    if (m_filter == filter)
        return;
    m_filter = filter;
    table()->setFilter(filter);
    emit filterChanged();
    emit changed();
}

void AccessPage::setCurrentKey(const QString &key)
{
    if (m_current == key)
        return;
    m_current = key;
    m_detail->show(AccessDetail::Kind(m_part), key);
    emit currentKeyChanged();
}

const AccessStore::Part *AccessPage::statePart() const
{
    if (!m_store || m_part == Rights)
        return nullptr;
    return m_part == Leases    ? &m_store->leasesPart()
        : m_part == Workspaces ? &m_store->workspacesPart()
                               : &m_store->usersPart();
}

QString AccessPage::summary() const
{
    const AccessStore::Part *state = statePart();
    const TableModel *shown = table();
    if (m_part != Rights && (!state || !state->loaded))
        return {};
    const QString rows = shown->count() == shown->total()
        ? format::count(shown->total())
        : tr("%1 of %2").arg(format::count(shown->count()), format::count(shown->total()));
    if (m_part != Keys || !state->denied.isEmpty())
        return rows;
    const int read = m_store->keyOwnersRead();
    const auto owners = int(m_store->users().size());
    return read >= owners
        ? rows
        : tr("%1 · keys of %2 of %3 users").arg(rows, format::count(read), format::count(owners));
}

/// What is not seen or does not count, most important first.
QString AccessPage::notice() const
{
    if (!m_store || !m_session)
        return {};
    if (!m_store->supported())
        return tr("This back end is older than users and workspaces: one shared secret opens it to "
                  "everybody.");
    if (m_store->powerless())
        return tr("Nobody signs in at this back end: everybody is its administrator, and users and "
                  "keys decide nothing.");
    if (m_session->capabilities().anonymous)
        return tr("This gateway lets everybody in: who does not sign in is the anonymous "
                  "administrator.");
    if (m_part == Keys && !m_store->keysDenied().isEmpty())
        return tr("Keys are not shown: %1").arg(flowtext::whyDenied(m_store->keysDenied()));
    if (m_part == Leases && m_store->keepsLeases() && m_store->leasesPart().denied.isEmpty())
        return tr(
            "Who may change something now. A lease outlives a restart of the gateway: it ends "
            "with its time, or when somebody ends it.");
    const AccessStore::Part *state = statePart();
    if (!state || state->denied.isEmpty())
        return m_part == Rights && !m_session->capabilities().own
            ? tr("As the open edition decides; another edition may decide otherwise.")
            : QString();
    if (m_part == Leases)
        return tr("You see only your own leases: the right %1 is missing.").arg(state->denied);
    return m_part == Workspaces
        ? tr("You see only the workspaces you may enter: the right %1 is missing.")
              .arg(state->denied)
        : tr("You see only yourself: the right %1 is missing.").arg(state->denied);
}

bool AccessPage::noticeIsCaution() const
{
    return m_session && (m_session->capabilities().anonymous || (m_store && !m_store->supported()));
}

QString AccessPage::error() const
{
    const AccessStore::Part *state = statePart();
    if (!state || !state->error)
        return {};
    return state->error->text.isEmpty() ? tr("no reason was given") : state->error->text;
}

int AccessPage::keyOwnersUnread() const
{
    return m_store ? int(m_store->users().size()) - m_store->keyOwnersRead() : 0;
}

/// Also while nobody has begun to, as when the tab was opened this moment.
bool AccessPage::keysAreComing() const
{
    return m_store && m_session
        && (m_store->readingKeys()
            || (m_session->online() && keyOwnersUnread() > m_store->keyOwnersFailed()));
}

QString AccessPage::emptyTitle() const
{
    const AccessStore::Part *state = statePart();
    if (m_store && !m_store->supported())
        return tr("No users here");
    if (m_part == Keys && m_store && !m_store->keysDenied().isEmpty())
        return tr("Keys are not shown");
    if (m_part == Leases && m_store && !m_store->keepsLeases())
        return tr("This back end keeps no leases");
    if (state && !error().isEmpty() && !state->loaded)
        return m_part == Leases    ? tr("The leases could not be read")
            : m_part == Workspaces ? tr("The workspaces could not be read")
                                   : tr("The users could not be read");
    if (state && !state->loaded)
        return m_session ? flowtext::notYet(*m_session, tr("Reading…")) : QString();
    if (table()->total() > 0)
        return tr("Nothing matches the filter");
    if (m_part == Keys && keyOwnersUnread() > 0)
        return keysAreComing() ? tr("Reading the keys…")
                               : tr("No API keys of the users that were read");
    return m_part == Keys  ? tr("No API keys")
        : m_part == Leases ? tr("Nobody holds a lease")
                           : tr("Nothing here");
}

QString AccessPage::emptyText() const
{
    const AccessStore::Part *state = statePart();
    if (m_part == Keys && m_store && !m_store->keysDenied().isEmpty())
        return flowtext::whyDenied(m_store->keysDenied());
    if (m_part == Leases && m_store && !m_store->keepsLeases())
        return tr(
            "Started with --protect it would: then every change needs a lease of who makes "
            "it. Where it keeps none, each console keeps its own, and nobody sees another's.");
    if (!error().isEmpty())
        return error();
    if (state && !state->loaded)
        return m_session ? m_session->stateText() : QString();
    if (table()->total() > 0)
        return flowtext::counted(
            table()->total(), tr("1 row is hidden."), tr("%1 rows are hidden."));
    if (const int unread = m_part == Keys ? keyOwnersUnread() : 0; unread > 0)
        return keysAreComing()
            ? QString()
            : flowtext::counted(unread, tr("The keys of one user could not be read."),
                tr("The keys of %1 users could not be read."));
    return m_part == Keys  ? tr("A program signs in with a key. Make one for the user whose rights "
                                 "it should have.")
        : m_part == Leases ? tr("Every change is refused until somebody takes one, at the lock at "
                                "the top right.")
                           : QString();
}

QString AccessPage::whyNot(const char *operation) const
{
    if (!m_session || !m_store || !m_session->online())
        return tr("Not connected.");
    if (!m_store->supported())
        return tr("This back end has no users.");
    return flowtext::whyDenied(
        m_session->denied(QStringLiteral("iam"), QString::fromLatin1(operation)));
}

QString AccessPage::whyNotForm(int kind) const
{
    return whyNot(AccessForm::operation(AccessForm::Kind(kind)));
}

QString AccessPage::whyNotAction(int kind) const
{
    return whyNot(AccessAction::operation(AccessAction::Kind(kind)));
}

QString AccessPage::changePasswordDenied() const
{
    return whyNotForm(AccessForm::ChangePassword);
}

QString AccessPage::jsonOf(const QString &key) const
{
    const int row = table()->rowOf(key);
    return row < 0 ? QString() : table()->jsonOf(row);
}

QString AccessPage::myId() const
{
    return m_session ? QString::fromStdString(m_session->account().id) : QString();
}

} // namespace signalbox
