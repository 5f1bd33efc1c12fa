// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/configexport.h"

#include "models/rules/configlinks.h"
#include "models/schema/configrecords.h"
#include "models/stores/configstore.h"
#include "models/stores/format.h"
#include "views/pages/flowtext.h"

namespace signalbox {

using flowtext::qs;

ConfigExport::ConfigExport(QObject *parent)
    : QAbstractListModel(parent)
{
}

void ConfigExport::setSession(Session *session)
{
    m_session = session;
    emit changed();
}

void ConfigExport::begin(const QString &workspace)
{
    beginResetModel();
    m_workspace = workspace;
    m_types.clear();
    if (m_session) {
        const ConfigStore &store = *m_session->config();
        for (const auto &[type, entries] : store.types(workspace))
            m_types.push_back({ type, 0, 0, schema::travelsWithTool(type.toStdString()) });
        for (const ConfigRow &row : store.rows())
            if (row.workspace == workspace && row.exists)
                for (Type &type : m_types)
                    if (type.type == row.type) {
                        ++type.entries;
                        type.secrets += row.secret;
                    }
        std::erase_if(m_types, [](const Type &type) { return type.entries == 0; });
    }
    endResetModel();
    emit changed();
}

void ConfigExport::choose(int row, bool chosen)
{
    if (row < 0 || row >= count())
        return;
    m_types[std::size_t(row)].chosen = chosen;
    emit dataChanged(index(row), index(row));
    emit changed();
}

int ConfigExport::entries() const
{
    int entries = 0;
    for (const Type &type : m_types)
        if (type.chosen)
            entries += type.entries - type.secrets;
    return entries;
}

QString ConfigExport::summary() const
{
    int types = 0;
    int secrets = 0;
    for (const Type &type : m_types) {
        types += type.chosen;
        secrets += type.chosen ? type.secrets : 0;
    }
    const QString what =
        tr("%1 entries of %2 types").arg(format::count(entries()), format::count(types));
    return secrets == 0
        ? what
        : tr("%1; %2 that hold secrets are left out").arg(what, format::count(secrets));
}

QString ConfigExport::fileName() const
{
    return tr("%1-config.json").arg(m_workspace);
}

QString ConfigExport::content() const
{
    if (!m_session)
        return {};
    const ConfigStore &store = *m_session->config();
    schema::ConfigFile file;
    file.sourceWorkspace = m_workspace.toStdString();
    file.sourceVersion = store.version(m_workspace);
    for (const Type &type : m_types) {
        if (!type.chosen)
            continue;
        schema::Members<std::string> values;
        for (const ConfigRow &row : store.rows())
            if (row.workspace == m_workspace && row.exists && row.type == type.type && !row.secret)
                values.emplace_back(row.key.toStdString(), row.value);
        file.config.emplace_back(type.type.toStdString(), std::move(values));
    }
    return qs(schema::configFileText(file));
}

int ConfigExport::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ConfigExport::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Type &type = m_types[std::size_t(index.row())];
    switch (role) {
    case TypeRole:
    case Qt::DisplayRole:
        return type.type;
    case EntriesRole:
        return format::count(type.entries);
    case ChosenRole:
        return type.chosen;
    case NoteRole: {
        QStringList notes;
        if (rules::ownedByFlows(type.type.toStdString()))
            notes.append(tr("made by the flow service, of no use elsewhere"));
        else if (!schema::travelsWithTool(type.type.toStdString()))
            notes.append(tr("tg-import-workspace-config leaves it out"));
        if (type.secrets > 0)
            notes.append(
                flowtext::counted(type.secrets, tr("1 holds a secret"), tr("%1 hold secrets")));
        return notes.join(QStringLiteral(" · "));
    }
    default:
        return {};
    }
}

QHash<int, QByteArray> ConfigExport::roleNames() const
{
    return { { TypeRole, "type" }, { EntriesRole, "entries" }, { ChosenRole, "chosen" },
        { NoteRole, "note" } };
}

} // namespace signalbox
