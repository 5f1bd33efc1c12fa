// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/connectionlist.h"

#include "models/stores/brokersettings.h"

#include <QUrl>

#include <algorithm>

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

/// How a line of the settings names them, after the first five.
struct Field {
    QString name;
    QString SavedConnection::*text;
};
const Field fields[] = {
    { QStringLiteral("group"), &SavedConnection::group },
    { QStringLiteral("user"), &SavedConnection::user },
    { QStringLiteral("ca"), &SavedConnection::caFile },
    { QStringLiteral("certificate"), &SavedConnection::certificateFile },
    { QStringLiteral("key-file"), &SavedConnection::keyFile },
    { QStringLiteral("accepted"), &SavedConnection::acceptedCertificate },
    { QStringLiteral("kept-as"), &SavedConnection::keptAs },
};
const QString signInField = QStringLiteral("sign-in");
const QString keepField = QStringLiteral("keep");
const QStringList signInNames { QStringLiteral("api-key"), QStringLiteral("password"),
    QStringLiteral("anonymous"), QStringLiteral("openid") };
const QStringList keepNames { QStringLiteral("window"), QStringLiteral("keychain"),
    QStringLiteral("nowhere") };

/// One line holds one connection, tabs between.
QString flat(QString text)
{
    return text.replace(u'\t', u' ').replace(u'\n', u' ').trimmed();
}

SavedConnection connectionFrom(const QStringList &parts)
{
    SavedConnection row { parts[0], parts[1], environmentOr(parts[2]),
        parts[3] == QLatin1String("1"), parts[4] == QLatin1String("1") };
    for (const QString &part : parts.mid(5)) {
        const qsizetype at = part.indexOf(u'=');
        const QString name = part.left(at);
        const QString value = at < 0 ? QString() : part.mid(at + 1);
        const auto *known = std::find_if(std::begin(fields), std::end(fields),
            [&name](const Field &field) { return field.name == name; });
        if (known != std::end(fields))
            row.*known->text = value;
        else if (name == signInField && signInNames.contains(value))
            row.signIn = SignIn::Kind(signInNames.indexOf(value));
        else if (name == keepField && keepNames.contains(value))
            row.keep = SignIn::Keep(keepNames.indexOf(value));
        else if (at > 0)
            row.more.insert(name, value);
    }
    return row;
}

QString lineOf(const SavedConnection &row)
{
    QStringList parts { flat(row.name), flat(row.url), row.environment,
        row.protectedConnection ? QStringLiteral("1") : QStringLiteral("0"),
        row.readOnly ? QStringLiteral("1") : QStringLiteral("0") };
    for (const Field &field : fields)
        if (!(row.*field.text).isEmpty())
            parts.append(field.name + u'=' + flat(row.*field.text));
    if (row.signIn != SignIn::ApiKey)
        parts.append(signInField + u'=' + signInNames[row.signIn]);
    if (row.keep != SignIn::Window)
        parts.append(keepField + u'=' + keepNames[row.keep]);
    for (auto it = row.more.begin(); it != row.more.end(); ++it)
        parts.append(it.key() + u'=' + flat(it.value()));
    return parts.join(separator);
}

/// Who a secret is for: the same connection at another address or for another user has another one.
QString addressee(const SavedConnection &row)
{
    const QUrl url(row.url);
    const QString origin = url.scheme() + QStringLiteral("://") + url.authority(QUrl::FullyEncoded);
    return QStringList { row.identity(), origin, signInNames[row.signIn], row.user }.join(u' ');
}

QString brokerKey(const SavedConnection &row)
{
    return BrokerSettings::of(row).secretKey(row.identity());
}

QString passphraseKey(const SavedConnection &row)
{
    return QStringLiteral("passphrase ") + row.identity() + u' ' + row.certificateFile;
}

} // namespace

bool ConnectionList::signsOut() const
{
    const SavedConnection *open = find(m_current);
    return open && open->signIn == SignIn::OpenId;
}

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
        if (parts.size() < 5 || count() > limit)
            continue;
        auto row = connectionFrom(parts);
        m_rows.insert(m_rows.begin() + placeOf(row.group), std::move(row));
    }
}

void ConnectionList::store()
{
    QStringList lines;
    for (const auto &row : m_rows) {
        if (row.url.isEmpty() || m_transient.contains(row.name))
            continue;
        lines.append(lineOf(row));
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
    case GroupRole:
        return row.group;
    case InsecureRole:
        return insecurityOf(row.url, row.acceptedCertificate);
    default:
        return {};
    }
}

QHash<int, QByteArray> ConnectionList::roleNames() const
{
    return { { NameRole, "name" }, { UrlRole, "url" }, { EnvironmentRole, "environment" },
        { ProtectedRole, "protectedConnection" }, { ReadOnlyRole, "readOnly" },
        { BuiltInRole, "builtIn" }, { HasKeyRole, "hasKey" }, { GroupRole, "group" },
        { InsecureRole, "insecure" } };
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
            tr("An address like https://gateway.example.org or http://127.0.0.1:8888."));
    else if (!address.userInfo().isEmpty())
        faults.insert(QStringLiteral("url"),
            tr("No password in the address: it would be stored. Use the key below."));
    return faults;
}

int ConnectionList::save(int row, const QString &name, const QString &url,
    const QString &environment, bool protectedConnection, bool readOnly, const QString &key)
{
    SavedConnection connection = row > 0 && row < count() ? at(row) : SavedConnection();
    connection.name = name;
    connection.url = url;
    connection.environment = environment;
    connection.protectedConnection = protectedConnection;
    connection.readOnly = readOnly;
    return put(row, connection, key, {});
}

/// Behind the last one of its group; a new group comes last.
int ConnectionList::placeOf(const QString &group) const
{
    for (int row = count(); row-- > 0;) // the built-in one has no group: it heads those without
        if (at(row).group == group)
            return row + 1;
    return count();
}

/// What is kept of a renamed connection stays its own when another takes its former name.
QString ConnectionList::freeIdentity(const QString &name, int except) const
{
    const auto taken = [&](const QString &identity) {
        for (int row = 0; row < count(); ++row)
            if (row != except && at(row).identity() == identity)
                return true;
        return false;
    };
    QString identity = name;
    for (int number = 2; taken(identity); ++number)
        identity = name + u' ' + QString::number(number);
    return identity;
}

int ConnectionList::put(
    int row, const SavedConnection &wanted, const QString &key, const QString &keyPassphrase)
{
    if (row == 0 || row >= count() || !faults(row, wanted.name, wanted.url).isEmpty()
        || (row < 0 && count() > limit))
        return -1;
    SavedConnection connection = wanted;
    connection.name = wanted.name.trimmed();
    connection.url = wanted.url.trimmed();
    connection.group = flat(wanted.group);
    connection.environment = environmentOr(wanted.environment);
    const QString identity = row > 0 ? at(row).identity() : freeIdentity(connection.name, row);
    connection.keptAs = identity == connection.name ? QString() : identity;
    const bool open = row > 0 && at(row).name == m_current;
    if (row > 0) {
        const SavedConnection before = at(row);
        QString held = m_keys.take(before.name);
        const QString heldPassphrase = m_passphrases.take(before.name);
        if (key.isEmpty() && addressee(before) == addressee(connection) && !held.isEmpty())
            m_keys.insert(connection.name, held);
        if (before.certificateFile == connection.certificateFile && !heldPassphrase.isEmpty())
            m_passphrases.insert(connection.name, heldPassphrase);
        const QString heldBroker = m_brokerSecrets.take(brokerKey(before));
        if (brokerKey(before) == brokerKey(connection) && !heldBroker.isEmpty())
            m_brokerSecrets.insert(brokerKey(connection), heldBroker);
        if (before.keep == SignIn::Keychain && m_secrets
            && (brokerKey(before) != brokerKey(connection) || before.keep != connection.keep))
            m_secrets->forget(brokerKey(before));
        const bool sameEntry =
            addressee(before) == addressee(connection) && before.keep == connection.keep;
        if (before.keep == SignIn::Keychain && !sameEntry)
            forget(before);
        if (before.group != connection.group) {
            beginRemoveRows({}, row, row);
            m_rows.erase(m_rows.begin() + row);
            endRemoveRows();
            row = -1;
        } else {
            m_rows[size_t(row)] = connection;
            emit dataChanged(index(row), index(row));
        }
    }
    if (row < 0) {
        row = placeOf(connection.group);
        beginInsertRows({}, row, row);
        m_rows.insert(m_rows.begin() + row, connection);
        endInsertRows();
    }
    if (!key.isEmpty())
        m_keys.insert(connection.name, connection.signIn == SignIn::ApiKey ? key.trimmed() : key);
    if (!keyPassphrase.isEmpty())
        m_passphrases.insert(connection.name, keyPassphrase);
    if (connection.keep == SignIn::Keychain)
        keep(connection, m_keys.value(connection.name), m_passphrases.value(connection.name));
    store();
    if (open)
        setCurrent(connection.name); // it stays the open one under another name
    emit listChanged();
    return row;
}

void ConnectionList::setSecrets(SecretStore *secrets)
{
    m_secrets = secrets;
}

/// Until the keychain has taken it, and where it does not, memory holds it.
void ConnectionList::keep(
    const SavedConnection &connection, const QString &key, const QString &passphrase)
{
    if (!m_secrets)
        return;
    const auto told = [this](const QString &error) {
        if (!error.isEmpty())
            emit keepFailed(tr("Kept until the window closes only: %1.").arg(error));
    };
    if (!passphrase.isEmpty())
        m_secrets->write(passphraseKey(connection), passphrase, this, told);
    if (!key.isEmpty())
        m_secrets->write(addressee(connection), key, this,
            [this, told, name = connection.name, key](const QString &error) {
                told(error);
                // In memory nothing stays that the keychain gives back.
                if (error.isEmpty() && m_keys.value(name) == key)
                    m_keys.remove(name);
            });
}

void ConnectionList::forget(const SavedConnection &connection)
{
    if (!m_secrets || connection.keep != SignIn::Keychain)
        return;
    m_secrets->forget(addressee(connection));
    if (!connection.certificateFile.isEmpty())
        m_secrets->forget(passphraseKey(connection));
}

void ConnectionList::keepBrokerSecret(const QString &name, const QString &typed)
{
    const auto *row = find(name);
    if (!row || !BrokerSettings::of(*row).wanted())
        return;
    const QString key = brokerKey(*row);
    const QString secret = typed.isEmpty() ? m_brokerSecrets.value(key) : typed;
    if (secret.isEmpty())
        return;
    m_brokerSecrets.insert(key, secret);
    if (!m_secrets || row->keep != SignIn::Keychain)
        return;
    m_secrets->write(key, secret, this, [this, key, secret](const QString &error) {
        if (!error.isEmpty())
            emit keepFailed(tr("Kept until the window closes only: %1.").arg(error));
        else if (m_brokerSecrets.value(key) == secret)
            m_brokerSecrets.remove(key); // in memory nothing stays that the keychain gives back
    });
}

bool ConnectionList::holdsBrokerSecret(const QString &name) const
{
    const auto *row = find(name);
    return row && m_brokerSecrets.contains(brokerKey(*row));
}

void ConnectionList::fetchBrokerSecret(
    const QString &name, QObject *context, std::function<void(const QString &secret)> then)
{
    const auto *row = find(name);
    if (!row || !BrokerSettings::of(*row).wanted())
        return then({});
    const QString key = brokerKey(*row);
    const QString held = m_brokerSecrets.value(key);
    if (!held.isEmpty() || !m_secrets || row->keep != SignIn::Keychain)
        return then(held);
    m_secrets->read(
        key, context, [this, then = std::move(then)](const QString &found, const QString &error) {
            if (!error.isEmpty())
                emit keepFailed(tr("Nothing was read from the keychain: %1.").arg(error));
            then(found);
        });
}

void ConnectionList::fetch(const QString &name, QObject *context, Fetched then)
{
    const auto *row = find(name);
    if (!row)
        return then({}, {});
    const QString secret = m_keys.value(name);
    const QString passphrase = m_passphrases.value(name);
    if (row->keep == SignIn::Nowhere)
        m_keys.remove(name);
    const bool wantsSecret = secret.isEmpty() && row->signIn != SignIn::Anonymous;
    const bool wantsPassphrase = passphrase.isEmpty() && !row->certificateFile.isEmpty();
    if (!m_secrets || row->keep != SignIn::Keychain || (!wantsSecret && !wantsPassphrase))
        return then(secret, passphrase);
    m_secrets->read(passphraseKey(*row), context,
        [this, context, connection = *row, secret, passphrase, then = std::move(then)](
            const QString &found, const QString &) {
            const QString opens = passphrase.isEmpty() ? found : passphrase;
            if (!secret.isEmpty())
                return then(secret, opens);
            m_secrets->read(addressee(connection), context,
                [this, then, opens](const QString &key, const QString &error) {
                    if (!error.isEmpty())
                        emit keepFailed(tr("Nothing was read from the keychain: %1.").arg(error));
                    then(key, opens);
                });
        });
}

void ConnectionList::replaceKey(const QString &name, const QString &key)
{
    const auto *row = find(name);
    if (!row || row->keep == SignIn::Nowhere)
        return;
    m_keys.insert(name, key);
    if (row->keep == SignIn::Keychain)
        keep(*row, key, {});
}

void ConnectionList::changePassword(const QString &current, const QString &next)
{
    emit passwordChangeRequested(current, next);
}

QStringList ConnectionList::groups() const
{
    QStringList found;
    for (const auto &row : m_rows)
        if (!row.group.isEmpty() && !found.contains(row.group))
            found.append(row.group);
    return found;
}

void ConnectionList::remove(int row)
{
    if (row <= 0 || row >= count())
        return;
    forget(at(row));
    beginRemoveRows({}, row, row);
    m_keys.remove(at(row).name);
    m_passphrases.remove(at(row).name);
    m_brokerSecrets.remove(brokerKey(at(row)));
    if (m_secrets && at(row).keep == SignIn::Keychain && BrokerSettings::of(at(row)).wanted())
        m_secrets->forget(brokerKey(at(row)));
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
