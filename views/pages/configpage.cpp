// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/configpage.h"

#include "models/stores/configtable.h"
#include "models/stores/format.h"
#include "models/stores/workspacestore.h"
#include "views/pages/flowtext.h"

namespace signalbox {

using flowtext::qs;

ConfigPage::ConfigPage(QObject *parent)
    : ConfigPage(QString(), parent)
{
}

ConfigPage::ConfigPage(const QString &onlyType, QObject *parent)
    : QObject(parent)
    , m_onlyType(onlyType)
    , m_type(onlyType)
    , m_tree(new ConfigTree(this))
    , m_editor(new ConfigEditor(this))
{
}

ConfigPage::~ConfigPage() = default;

void ConfigPage::setSession(Session *session)
{
    if (m_session == session)
        return;
    if (m_session) {
        m_session->disconnect(this);
        m_session->config()->look(this, false);
        m_session->config()->disconnect(this);
        m_session->config()->drafts()->disconnect(this);
        m_session->workspaces()->disconnect(this);
    }
    delete m_table;
    m_table = nullptr;
    m_session = session;
    if (m_session)
        connectSession();
    m_tree->setSession(session);
    m_editor->setSession(session);
    emit sessionChanged();
    emit changed();
}

void ConfigPage::connectSession()
{
    m_table = static_cast<ConfigTable *>(m_session->config()->newTable(this));
    connect(m_session, &Session::workspaceChanged, this, &ConfigPage::follow);
    connect(m_session->workspaces(), &WorkspaceStore::changed, this, [this] {
        if (m_workspace.isEmpty() || !m_session->config()->watched(m_workspace))
            follow();
        emit changed();
    });
    connect(m_session, &Session::changed, this, &ConfigPage::changed);
    connect(m_session, &Session::pulse, this, &ConfigPage::changed);
    connect(m_session->config(), &ConfigStore::changed, this, &ConfigPage::changed);
    connect(m_session->config()->drafts(), &ConfigDrafts::changed, this, &ConfigPage::changed);
    connect(m_table, &TableModel::countChanged, this, &ConfigPage::changed);
    connect(m_table, &TableModel::filterChanged, this, &ConfigPage::changed);
    m_session->config()->look(this, m_active);
    follow();
}

/// Another workspace was chosen in the frame, or its list came.
void ConfigPage::follow()
{
    const QStringList ids = m_session->workspaces()->ids();
    QString wanted = m_session->workspace();
    if (wanted.isEmpty() && ids.contains(m_workspace))
        wanted = m_workspace;
    if (wanted.isEmpty())
        wanted = ids.contains(m_session->defaultWorkspace()) ? m_session->defaultWorkspace()
                                                             : ids.value(0);
    showScope(wanted, wanted == m_workspace ? m_type : m_onlyType);
}

void ConfigPage::setActive(bool active)
{
    if (std::exchange(m_active, active) == active)
        return;
    if (m_session)
        m_session->config()->look(this, active);
    emit changed();
}

TableModel *ConfigPage::table() const
{
    return m_table;
}

void ConfigPage::showScope(const QString &workspace, const QString &type)
{
    if (!m_session || workspace.isEmpty())
        return;
    m_session->config()->watch(workspace);
    m_workspace = workspace;
    m_type = type;
    m_table->setType(type);
    m_table->setWorkspace(workspace);
    m_tree->setCurrent(workspace, type);
    emit scopeChanged();
    emit changed();
}

void ConfigPage::setCurrentKey(const QString &key)
{
    if (m_currentKey == key)
        return;
    m_currentKey = key;
    const auto place = ConfigStore::parseId(key);
    if (!key.isEmpty()
        && (place.workspace != m_workspace || (!m_type.isEmpty() && place.type != m_type)))
        showScope(place.workspace, m_onlyType);
    m_editor->show(key);
    emit currentKeyChanged();
    emit changed();
}

void ConfigPage::refresh()
{
    if (m_session && !m_workspace.isEmpty())
        m_session->config()->refresh(m_workspace);
}

QString ConfigPage::summary() const
{
    if (!m_table || m_workspace.isEmpty())
        return {};
    const QString where = m_type.isEmpty() ? m_workspace : tr("%1 · %2").arg(m_workspace, m_type);
    if (!m_session->config()->loaded(m_workspace))
        return where;
    const QString shown = m_table->count() == m_table->total()
        ? format::count(m_table->total())
        : tr("%1 of %2").arg(format::count(m_table->count()), format::count(m_table->total()));
    return tr("%1 · %2").arg(shown, where);
}

bool ConfigPage::loading() const
{
    return m_session && !m_session->config()->loaded(m_workspace) && error().isEmpty();
}

QString ConfigPage::error() const
{
    if (!m_session)
        return {};
    const QString error = m_session->config()->error(m_workspace);
    return error.isEmpty() && m_workspace.isEmpty() ? m_session->workspaces()->error() : error;
}

QString ConfigPage::staleness() const
{
    if (!m_session || !m_session->config()->loaded(m_workspace)
        || m_session->state() == Session::Live)
        return {};
    const qint64 age = m_session->state() == Session::Polling
        ? m_session->config()->ageMs(m_workspace)
        : m_session->ageMs();
    return age < staleAfterMs && m_session->online()
        ? QString()
        : tr("shown as of %1 ago").arg(format::age(age));
}

QString ConfigPage::emptyTitle() const
{
    if (!m_table)
        return {};
    if (!error().isEmpty())
        return tr("The configuration could not be read");
    if (loading())
        return flowtext::notYet(*m_session, tr("Reading the configuration…"));
    if (m_table->total() > 0)
        return tr("No entry matches the filter");
    return m_type.isEmpty() ? tr("Nothing is configured in %1").arg(m_workspace)
                            : tr("No %1 in %2").arg(m_type, m_workspace);
}

QString ConfigPage::emptyText() const
{
    if (!m_table)
        return {};
    if (!error().isEmpty())
        return error();
    if (loading())
        return m_session->stateText();
    if (m_table->total() > 0)
        return flowtext::counted(m_table->total(),
            tr("1 entry is hidden. Change the filter, or press Esc in it to show all."),
            tr("%1 entries are hidden. Change the filter, or press Esc in it to show all."));
    return writeDenied().isEmpty()
        ? tr("Make an entry: choose a type and a key, fill in the form, look at the difference, "
             "then apply. Or import a file.")
        : writeDenied();
}

int ConfigPage::drafts() const
{
    return int(draftIds().size());
}

int ConfigPage::conflicts() const
{
    return m_session ? m_session->config()->drafts()->conflicts() : 0;
}

QString ConfigPage::draftError() const
{
    return m_session ? m_session->config()->drafts()->error() : QString();
}

QString ConfigPage::writeDenied() const
{
    if (!m_session)
        return tr("Not connected.");
    const QString denied =
        m_session->denied(QStringLiteral("config"), QStringLiteral("put"), m_workspace);
    return denied.isEmpty() ? QString() : flowtext::whyDenied(denied);
}

QStringList ConfigPage::draftIds() const
{
    return m_session ? m_session->config()->drafts()->ids() : QStringList();
}

QString ConfigPage::whyNotDelete(const QStringList &keys) const
{
    if (keys.isEmpty() || !m_session)
        return tr("Select an entry first.");
    const QString denied =
        m_session->denied(QStringLiteral("config"), QStringLiteral("delete"), m_workspace);
    if (!denied.isEmpty())
        return flowtext::whyDenied(denied);
    for (const QString &key : keys)
        if (const ConfigRow *row = m_session->config()->find(key); row && row->exists)
            return {};
    return tr("It is not on the back end. Discard its draft instead.");
}

void ConfigPage::markDeleted(const QStringList &keys)
{
    if (!whyNotDelete(keys).isEmpty())
        return;
    for (const QString &key : keys)
        if (const ConfigRow *row = m_session->config()->find(key); row && row->exists)
            m_session->config()->drafts()->rebase(key, row->value, std::nullopt);
}

void ConfigPage::discard(const QStringList &keys)
{
    if (!m_session)
        return;
    for (const QString &key : keys)
        m_session->config()->drafts()->discard(key);
}

QStringList ConfigPage::types() const
{
    QStringList types { QStringLiteral("prompt"), QStringLiteral("tool"), QStringLiteral("mcp"),
        QStringLiteral("tool-service"), QStringLiteral("token-cost"),
        QStringLiteral("parameter-type"), QStringLiteral("schema"), QStringLiteral("collection"),
        QStringLiteral("ontology"), QStringLiteral("interface-description"),
        QStringLiteral("agent-pattern"), QStringLiteral("agent-task-type"),
        QStringLiteral("flow-blueprint") };
    if (m_session)
        for (const auto &[type, count] : m_session->config()->types(m_workspace))
            if (!types.contains(type) && !rules::ownedByFlows(type.toStdString()))
                types.append(type);
    types.sort();
    return types;
}

QString ConfigPage::whyNotNew(
    const QString &workspace, const QString &type, const QString &key) const
{
    if (!m_session || workspace.isEmpty())
        return tr("Not connected.");
    const QString denied =
        m_session->denied(QStringLiteral("config"), QStringLiteral("put"), workspace);
    if (!denied.isEmpty())
        return flowtext::whyDenied(denied);
    if (type.trimmed().isEmpty())
        return tr("Choose a type.");
    if (key.trimmed().isEmpty())
        return tr("Write a key.");
    return m_session->config()->find(ConfigStore::idOf(workspace, type.trimmed(), key.trimmed()))
        ? tr("There is an entry with this key already.")
        : QString();
}

QString ConfigPage::create(
    const QString &workspace, const QString &type, const QString &key, const QString &copyOf)
{
    if (!whyNotNew(workspace, type, key).isEmpty())
        return {};
    const QString id = ConfigStore::idOf(workspace, type.trimmed(), key.trimmed());
    const ConfigRow *from = copyOf.isEmpty() ? nullptr : m_session->config()->find(copyOf);
    m_session->config()->drafts()->edit(id,
        from ? from->value
             : schema::newValue(type.trimmed().toStdString(), key.trimmed().toStdString()));
    return id;
}

QString ConfigPage::keyOf(const QString &id) const
{
    return ConfigStore::parseId(id).key;
}

QString ConfigPage::typeOf(const QString &id) const
{
    return ConfigStore::parseId(id).type;
}

QString ConfigPage::jsonOf(const QString &id) const
{
    const int row = m_table ? m_table->rowOf(id) : -1;
    return row < 0 ? QString() : m_table->jsonOf(row);
}

QString ConfigPage::linkTo(const QString &id) const
{
    return QStringLiteral("signalbox://config/") + id;
}

} // namespace signalbox
