// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/connectionlist.h"

#include <QUrl>

namespace signalbox {

namespace {
const QString listKey = QStringLiteral("connections/list");
const QString currentKey = QStringLiteral("connections/current");
const QString separator = QStringLiteral("\t");

QString environmentOr(const QString &text)
{
    return text == QLatin1String("staging") || text == QLatin1String("production")
        ? text
        : QStringLiteral("development");
}
} // namespace

QString ConnectionList::builtInName()
{
    return tr("Built-in demo");
}

ConnectionList::ConnectionList(SettingsStore *settings, QObject *parent)
    : QAbstractListModel(parent)
    , m_settings(settings)
    , m_current(settings->value(currentKey).toString())
{
    load();
    if (!find(m_current))
        m_current = builtInName();
}

void ConnectionList::load()
{
    m_rows.push_back({ builtInName(), {}, QStringLiteral("development"), false, false });
    const QStringList lines = m_settings->value(listKey).toStringList();
    for (const QString &line : lines) {
        const QStringList parts = line.split(separator);
        if (parts.size() != 5 || count() > limit)
            continue;
        m_rows.push_back({ parts[0], parts[1], environmentOr(parts[2]),
            parts[3] == QLatin1String("1"), parts[4] == QLatin1String("1") });
    }
}

void ConnectionList::store()
{
    QStringList lines;
    for (const auto &row : m_rows) {
        if (row.url.isEmpty() || m_transient.contains(row.name))
            continue;
        lines.append(QStringList { row.name, row.url, row.environment,
            row.protectedConnection ? QStringLiteral("1") : QStringLiteral("0"),
            row.readOnly ? QStringLiteral("1") : QStringLiteral("0") }
                         .join(separator));
    }
    m_settings->setValue(listKey, lines);
}

int ConnectionList::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ConnectionList::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto &row = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return row.name;
    case UrlRole:
        return row.url;
    case EnvironmentRole:
        return row.environment;
    case ProtectedRole:
        return row.protectedConnection;
    case ReadOnlyRole:
        return row.readOnly;
    case BuiltInRole:
        return row.url.isEmpty();
    case HasKeyRole:
        return m_keys.contains(row.name);
    default:
        return {};
    }
}

QHash<int, QByteArray> ConnectionList::roleNames() const
{
    return { { NameRole, "name" }, { UrlRole, "url" }, { EnvironmentRole, "environment" },
        { ProtectedRole, "protectedConnection" }, { ReadOnlyRole, "readOnly" },
        { BuiltInRole, "builtIn" }, { HasKeyRole, "hasKey" } };
}

int ConnectionList::indexOf(const QString &name) const
{
    for (int i = 0; i < count(); ++i)
        if (at(i).name == name)
            return i;
    return -1;
}

const SavedConnection *ConnectionList::find(const QString &name) const
{
    const int row = indexOf(name);
    return row < 0 ? nullptr : &at(row);
}

QString ConnectionList::nameAt(int row) const
{
    return row >= 0 && row < count() ? at(row).name : QString();
}

QVariantMap ConnectionList::entry(int row) const
{
    if (row < 0 || row >= count())
        return {};
    QVariantMap map;
    const auto roles = roleNames();
    for (auto it = roles.begin(); it != roles.end(); ++it)
        map.insert(QString::fromLatin1(it.value()), data(index(row), it.key()));
    return map;
}

QVariantMap ConnectionList::faults(int row, const QString &name, const QString &url) const
{
    QVariantMap faults;
    const QString trimmed = name.trimmed();
    const int same = indexOf(trimmed);
    if (trimmed.isEmpty() || trimmed.contains(separator))
        faults.insert(QStringLiteral("name"), tr("Give it a name."));
    else if (trimmed.size() > 80)
        faults.insert(QStringLiteral("name"), tr("At most 80 characters."));
    else if (same >= 0 && same != row)
        faults.insert(QStringLiteral("name"), tr("There is a connection of this name already."));
    const QUrl address(url.trimmed(), QUrl::StrictMode);
    if (!address.isValid() || address.host().isEmpty()
        || (address.scheme() != QLatin1String("http")
            && address.scheme() != QLatin1String("https")))
        faults.insert(QStringLiteral("url"),
            tr("An address like https://gateway.example.org or http://127.0.0.1:8088."));
    else if (!address.userInfo().isEmpty())
        faults.insert(QStringLiteral("url"),
            tr("No password in the address: it would be stored. Use the key below."));
    return faults;
}

int ConnectionList::save(int row, const QString &name, const QString &url,
    const QString &environment, bool protectedConnection, bool readOnly, const QString &key)
{
    if (row == 0 || row >= count() || !faults(row, name, url).isEmpty()
        || (row < 0 && count() > limit))
        return -1;
    const SavedConnection connection { name.trimmed(), url.trimmed(), environmentOr(environment),
        protectedConnection, readOnly };
    if (row < 0) {
        row = count();
        beginInsertRows({}, row, row);
        m_rows.push_back(connection);
        endInsertRows();
    } else {
        const QString before = at(row).name;
        if (before != connection.name && m_keys.contains(before))
            m_keys.insert(connection.name, m_keys.take(before));
        m_rows[size_t(row)] = connection;
        emit dataChanged(index(row), index(row));
    }
    if (!key.isEmpty())
        m_keys.insert(connection.name, key.trimmed());
    store();
    emit listChanged();
    return row;
}

void ConnectionList::remove(int row)
{
    if (row <= 0 || row >= count())
        return;
    beginRemoveRows({}, row, row);
    m_keys.remove(at(row).name);
    m_rows.erase(m_rows.begin() + row);
    endRemoveRows();
    store();
    emit listChanged();
}

void ConnectionList::open(int row)
{
    if (row >= 0 && row < count())
        emit openRequested(at(row).name);
}

void ConnectionList::setCurrent(const QString &name)
{
    if (m_current == name)
        return;
    m_current = name;
    if (!m_transient.contains(name))
        m_settings->setValue(currentKey, name);
    emit currentChanged();
}

QString ConnectionList::addTransient(const SavedConnection &connection, const QString &key)
{
    SavedConnection row = connection;
    for (int i = 2; find(row.name); ++i)
        row.name = QStringLiteral("%1 (%2)").arg(connection.name).arg(i);
    beginInsertRows({}, count(), count());
    m_rows.push_back(row);
    endInsertRows();
    m_transient.append(row.name);
    if (!key.isEmpty())
        m_keys.insert(row.name, key);
    emit listChanged();
    return row.name;
}

} // namespace signalbox
