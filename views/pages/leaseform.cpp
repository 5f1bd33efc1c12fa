// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/leaseform.h"

#include "models/stores/workspacestore.h"

namespace signalbox {

LeaseForm::LeaseForm(QObject *parent)
    : QObject(parent)
{
}

void LeaseForm::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    if (session) {
        m_workspace = session->workspace();
        connect(session, &Session::changed, this, &LeaseForm::changed);
        connect(session->leases(), &LeaseStore::changed, this, &LeaseForm::changed);
        connect(session->leases(), &LeaseStore::taken, this, &LeaseForm::taken);
    }
    emit changed();
}

QStringList LeaseForm::scopeNames() const
{
    QStringList names;
    for (const std::string_view scope : rules::leaseScopes)
        names.append(QString::fromUtf8(scope.data(), qsizetype(scope.size())));
    return names;
}

QStringList LeaseForm::scopeTitles() const
{
    return { tr("Flows"), tr("Configuration"), tr("Access"), tr("Messages"), tr("Deleting") };
}

QStringList LeaseForm::scopeHelps() const
{
    return { tr("start flows, change blueprints"), tr("change values"),
        tr("users, keys, workspaces; for all workspaces only"),
        tr("publish, move; ask agents and tools"),
        tr("with the above: stop, delete, disable, revoke, purge") };
}

QList<int> LeaseForm::minuteChoices() const
{
    QList<int> choices;
    for (const auto minutes : rules::leaseMinutes)
        choices.append(int(minutes));
    return choices;
}

void LeaseForm::setScopes(const QStringList &scopes)
{
    if (m_scopes == scopes)
        return;
    m_scopes = scopes;
    emit changed();
}

void LeaseForm::setWorkspace(const QString &workspace)
{
    if (m_workspace == workspace)
        return;
    m_workspace = workspace;
    emit changed();
}

void LeaseForm::setMinutes(int minutes)
{
    if (m_minutes == minutes)
        return;
    m_minutes = minutes;
    emit changed();
}

void LeaseForm::setReason(const QString &reason)
{
    if (m_reason == reason)
        return;
    m_reason = reason;
    emit changed();
}

void LeaseForm::setTyped(const QString &typed)
{
    if (m_typed == typed)
        return;
    m_typed = typed;
    emit changed();
}

QStringList LeaseForm::places() const
{
    QStringList places { QString() };
    if (m_session)
        places.append(m_session->workspaces()->ids());
    if (!places.contains(m_workspace))
        places.append(m_workspace);
    return places;
}

QString LeaseForm::whyNot() const
{
    if (!m_session)
        return tr("Not connected.");
    if (m_session->forcedReadOnly())
        return tr("This connection is read-only.");
    if (m_session->leases()->busy())
        return tr("Asking…");
    if (m_scopes.isEmpty())
        return tr("Choose what shall be changed.");
    if (m_scopes == QStringList { QStringLiteral("destroy") })
        return tr("Deleting goes with another kind of change.");
    if (m_reason.trimmed().isEmpty())
        return tr("Say why: the reason is kept in the journal.");
    if (m_reason.toUtf8().size() > qsizetype(rules::longestReason))
        return tr("The reason is longer than %1 bytes.").arg(rules::longestReason);
    if (m_session->protectedConnection() && m_typed != m_session->connectionName())
        return tr("Type the name of the connection.");
    return {};
}

void LeaseForm::choose(const QString &scope, bool chosen)
{
    QStringList scopes;
    for (const QString &each : scopeNames()) // in their own order
        if (each == scope ? chosen : m_scopes.contains(each))
            scopes.append(each);
    setScopes(scopes);
}

void LeaseForm::take()
{
    if (!whyNot().isEmpty())
        return;
    schema::Lease wanted;
    wanted.workspace = m_workspace.toStdString();
    wanted.minutes = m_minutes;
    wanted.reason = m_reason.trimmed().toStdString();
    for (const QString &scope : m_scopes)
        wanted.scopes.push_back(scope.toStdString());
    m_session->leases()->take(wanted);
}

void LeaseForm::renew()
{
    if (m_session)
        m_session->leases()->renew(m_minutes);
}

} // namespace signalbox
