// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/configstore.h"

#include "models/schema/config.h"
#include "models/schema/configform.h"
#include "models/schema/flow.h"
#include "models/stores/configdrafts.h"
#include "models/stores/confighistory.h"
#include "models/stores/configtable.h"
#include "models/stores/draftstore.h"
#include "models/stores/session.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QHash>
#include <QSet>
#include <QUrl>

#include <algorithm>
#include <map>

namespace signalbox {
namespace {

constexpr QLatin1String blueprintType("flow-blueprint");
constexpr int typesAtOnce = 6; ///< more changed types than that: the whole is one request

QString encoded(const QString &part)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(part));
}

Request configRequest(const QString &workspace, const schema::ConfigRequest &body)
{
    Request request;
    request.service = "config";
    request.operation = body.operation;
    request.workspace = workspace.toStdString();
    request.body = schema::encode(body);
    return request;
}

/// What a row shows of a value, and whether it holds a secret.
std::pair<QString, bool> described(const std::string &type, const std::string &value)
{
    const auto tree = schema::JsonTree::parse(value);
    if (!tree)
        return { QString::fromStdString(value.substr(0, 160)).simplified(), false };
    return { QString::fromStdString(schema::configSummary(type, *tree)),
        !schema::secretPaths(*tree).empty() };
}

} // namespace

struct ConfigStore::Incoming {
    QString id;
    QString type;
    QString key;
    std::string value;
    QString summary;
    bool secret = false;
};

struct ConfigStore::Loaded {
    std::vector<Incoming> entries;
    qint64 version = 0;
};

struct ConfigStore::Job {
    QString workspace;
    std::vector<ConfigChange> changes;
    ConfigOutcome outcome;
    QPromise<ConfigOutcome> promise;
    int generation = 0;
    std::ptrdiff_t blueprintsSeen = 0; ///< changes before it are done
};

struct ConfigStore::Data {
    struct Workspace {
        bool loaded = false;
        int fetching = 0; ///< requests on their way
        bool dirtyAll = true;
        QSet<QString> dirty; ///< types
        QString error;
        qint64 version = 0;
        QElapsedTimer since;
    };
    Session *session = nullptr;
    bool active = true;
    QSet<const QObject *> lookers;
    std::map<QString, Workspace> places;
    std::vector<ConfigRow> rows;
    QHash<QString, int> byId;
    DraftStore *draftStore = nullptr;
    ConfigDrafts *drafts = nullptr;
    ConfigHistory *history = nullptr;
};

ConfigStore::ConfigStore(Session *session)
    : QObject(session)
    , d(std::make_unique<Data>())
{
    d->session = session;
    d->draftStore = new DraftStore(this);
    d->drafts = new ConfigDrafts(this, d->draftStore);
    d->history = new ConfigHistory(this);
    connect(session, &Session::emptied, this, [this] {
        d->places.clear();
        d->rows.clear();
        d->byId.clear();
        emit reset();
        d->drafts->load();
        emit changed({});
    });
    connect(session, &Session::cameOnline, this, [this] {
        for (auto &[workspace, place] : d->places) {
            place.dirtyAll = true;
            next(workspace);
        }
    });
    connect(session, &Session::configChanged, this, &ConfigStore::notice);
}

ConfigStore::~ConfigStore()
{
    d->drafts->finish(); // the DraftStore goes after this, and writes what it was given
}

QString ConfigStore::idOf(const QString &workspace, const QString &type, const QString &key)
{
    return encoded(workspace) + QLatin1Char('/') + encoded(type) + QLatin1Char('/') + encoded(key);
}

ConfigStore::Place ConfigStore::parseId(const QString &id)
{
    const auto part = [&](int index) {
        return QUrl::fromPercentEncoding(id.section(QLatin1Char('/'), index, index).toLatin1());
    };
    return { part(0), part(1), part(2) };
}

void ConfigStore::setFolder(const QString &profile)
{
    d->drafts->finish();
    d->draftStore->setFolder(profile);
    d->history->setFolder(profile);
    d->drafts->load();
}

const std::vector<ConfigRow> &ConfigStore::rows() const
{
    return d->rows;
}
int ConfigStore::rowOf(const QString &id) const
{
    return d->byId.value(id, -1);
}
const ConfigRow *ConfigStore::find(const QString &id) const
{
    const int row = rowOf(id);
    return row < 0 ? nullptr : &d->rows[std::size_t(row)];
}
bool ConfigStore::watched(const QString &workspace) const
{
    return d->places.contains(workspace);
}
bool ConfigStore::loaded(const QString &workspace) const
{
    const auto at = d->places.find(workspace);
    return at != d->places.end() && at->second.loaded;
}
QString ConfigStore::error(const QString &workspace) const
{
    const auto at = d->places.find(workspace);
    return at == d->places.end() ? QString() : at->second.error;
}
qint64 ConfigStore::version(const QString &workspace) const
{
    const auto at = d->places.find(workspace);
    return at == d->places.end() ? 0 : at->second.version;
}
qint64 ConfigStore::ageMs(const QString &workspace) const
{
    const auto at = d->places.find(workspace);
    return at == d->places.end() || !at->second.since.isValid() ? -1 : at->second.since.elapsed();
}
DraftStore *ConfigStore::draftStore() const
{
    return d->draftStore;
}

ConfigDrafts *ConfigStore::drafts() const
{
    return d->drafts;
}
ConfigHistory *ConfigStore::history() const
{
    return d->history;
}
Session *ConfigStore::session() const
{
    return d->session;
}

TableModel *ConfigStore::newTable(QObject *parent) const
{
    return new ConfigTable(const_cast<ConfigStore *>(this), parent);
}

std::vector<std::pair<QString, int>> ConfigStore::types(const QString &workspace) const
{
    std::map<QString, int> counts;
    for (const ConfigRow &row : d->rows)
        if (row.workspace == workspace)
            ++counts[row.type];
    return { counts.begin(), counts.end() };
}

std::vector<rules::ConfigEntryView> ConfigStore::entries(const QString &workspace) const
{
    std::vector<rules::ConfigEntryView> views;
    for (const ConfigRow &row : d->rows)
        if (row.workspace == workspace && row.exists)
            views.push_back({ row.type.toStdString(), row.key.toStdString(), row.value });
    return views;
}

rules::KnownTypes ConfigStore::parameterTypes(const QString &workspace) const
{
    if (!loaded(workspace))
        return {};
    rules::KnownTypes types;
    types.emplace();
    for (const ConfigRow &row : d->rows)
        if (row.workspace == workspace && row.exists && row.type == QLatin1String("parameter-type"))
            types->insert(row.key.toStdString());
    return types;
}

// ---- reading ----

void ConfigStore::watch(const QString &workspace)
{
    if (workspace.isEmpty() || d->places.contains(workspace))
        return;
    d->places[workspace];
    next(workspace);
    emit changed(workspace);
}

void ConfigStore::refresh(const QString &workspace)
{
    const auto at = d->places.find(workspace);
    if (at == d->places.end())
        return watch(workspace);
    at->second.dirtyAll = true;
    next(workspace);
}

void ConfigStore::setActive(bool active)
{
    if (std::exchange(d->active, active) || !active)
        return;
    for (const auto &[workspace, place] : d->places)
        next(workspace);
}

void ConfigStore::look(const QObject *who, bool looks)
{
    if (looks && !d->lookers.contains(who)) {
        d->lookers.insert(who);
        connect(who, &QObject::destroyed, this, [this, who] { look(who, false); });
    } else if (!looks && d->lookers.remove(who)) {
        disconnect(who, &QObject::destroyed, this, nullptr);
    }
    setActive(!d->lookers.isEmpty());
}

void ConfigStore::notice(const QStringList &types, const QStringList &workspaces)
{
    for (auto &[workspace, place] : d->places) {
        if (!workspaces.isEmpty() && !workspaces.contains(workspace))
            continue;
        if (types.isEmpty())
            place.dirtyAll = true;
        else
            place.dirty.unite(QSet<QString>(types.begin(), types.end()));
        next(workspace);
    }
}

/// Fetches what is not fresh any more, one round at a time.
void ConfigStore::next(const QString &workspace)
{
    Data::Workspace &place = d->places[workspace];
    if (!d->active || place.fetching > 0 || (!place.dirtyAll && place.dirty.isEmpty())
        || !d->session->online() || !d->session->gateway())
        return;
    const bool whole = place.dirtyAll || place.dirty.size() > typesAtOnce;
    const QStringList types = whole ? QStringList() : QStringList(place.dirty.values());
    place.dirtyAll = false;
    place.dirty.clear();
    if (whole)
        return ask(workspace, {});
    for (const QString &type : types)
        ask(workspace, { type });
}

void ConfigStore::ask(const QString &workspace, const QStringList &types)
{
    ++d->places[workspace].fetching;
    schema::ConfigRequest body;
    body.operation = types.isEmpty() ? "config" : "getvalues";
    if (!types.isEmpty())
        body.type = types.constFirst().toStdString();
    const int generation = d->session->generation();
    signalbox::ask<schema::ConfigResponse>(*d->session->gateway(), configRequest(workspace, body))
        .then(QtFuture::Launch::Sync,
            [workspace](const Answer<schema::ConfigResponse> &answer) -> Answer<Loaded> {
                if (!answer)
                    return unexpected(answer.error());
                Loaded loaded;
                loaded.version = answer->version;
                const auto add = [&](const std::string &type, const std::string &key,
                                     const std::string &value) {
                    Incoming entry;
                    entry.type = QString::fromStdString(type);
                    entry.key = QString::fromStdString(key);
                    entry.id = idOf(workspace, entry.type, entry.key);
                    entry.value = value;
                    std::tie(entry.summary, entry.secret) = described(type, value);
                    loaded.entries.push_back(std::move(entry));
                };
                for (const auto &[type, values] : answer->config)
                    for (const auto &[key, value] : values)
                        add(type, key, value);
                for (const auto &value : answer->values)
                    if (value.value)
                        add(value.type, value.key, *value.value);
                return loaded;
            })
        .then(this, [this, workspace, types, generation](const Answer<Loaded> &answer) {
            if (generation == d->session->generation())
                take(workspace, types, answer);
        });
}

void ConfigStore::take(
    const QString &workspace, const QStringList &types, const Answer<Loaded> &answer)
{
    Data::Workspace &place = d->places[workspace];
    --place.fetching;
    if (answer) {
        place.error.clear();
        place.version = std::max<qint64>(place.version, answer->version);
        place.since.start();
        merge(workspace, types, *answer);
    } else {
        place.error = answer.error().text;
        if (types.isEmpty())
            place.dirtyAll = place.dirtyAll || place.loaded;
        else
            place.dirty.unite(QSet<QString>(types.begin(), types.end()));
    }
    emit changed(workspace);
    // After a failure the next notice, reconnect or F5 asks again.
    if (answer)
        next(workspace);
}

void ConfigStore::merge(const QString &workspace, const QStringList &types, Loaded loaded)
{
    Data::Workspace &place = d->places[workspace];
    const bool seen = place.loaded;
    QSet<QString> kept;
    std::vector<ConfigRow> fresh;
    std::vector<int> changedRows;
    QStringList changedIds;
    for (Incoming &entry : loaded.entries) {
        kept.insert(entry.id);
        const int row = rowOf(entry.id);
        if (row < 0) {
            ConfigRow made { entry.id, workspace, entry.type, entry.key, std::move(entry.value),
                std::move(entry.summary) };
            made.secret = entry.secret;
            if (seen) {
                note(made, made.value, false);
                made.changedMs = QDateTime::currentMSecsSinceEpoch();
            }
            fresh.push_back(std::move(made));
            continue;
        }
        const ConfigRow &held = d->rows[std::size_t(row)];
        if (held.exists && held.value == entry.value)
            continue;
        put(row, entry.value, std::move(entry.summary), entry.secret, seen);
        changedRows.push_back(row);
        changedIds.append(entry.id);
    }
    std::sort(changedRows.begin(), changedRows.end());
    if (!changedRows.empty())
        emit rowsChanged(changedRows);
    for (int row = int(d->rows.size()) - 1; row >= 0; --row) {
        const ConfigRow &held = d->rows[std::size_t(row)];
        if (held.workspace != workspace || !held.exists || kept.contains(held.id)
            || (!types.isEmpty() && !types.contains(held.type)))
            continue;
        changedIds.append(held.id);
        remove(row, seen);
    }
    place.loaded = place.loaded || types.isEmpty();
    for (const ConfigRow &row : fresh)
        changedIds.append(row.id);
    insert(std::move(fresh));
    if (!seen) {
        const QStringList drafts = d->drafts->ids();
        for (const QString &id : drafts)
            d->drafts->settle(id);
    }
    for (const QString &id : std::as_const(changedIds)) {
        d->drafts->settle(id);
        if (seen || changedIds.size() < 100)
            emit valueChanged(id);
    }
}

void ConfigStore::put(int number, const std::string &value, QString summary, bool secret, bool seen)
{
    ConfigRow &row = d->rows[std::size_t(number)];
    if (seen) {
        if (row.exists)
            note(row, row.value, false);
        note(row, value, false);
        row.changedMs = QDateTime::currentMSecsSinceEpoch();
    }
    row.value = value;
    row.summary = std::move(summary);
    row.secret = secret;
    row.exists = true;
}

void ConfigStore::insert(std::vector<ConfigRow> rows)
{
    if (rows.empty())
        return;
    const int first = int(d->rows.size());
    for (ConfigRow &row : rows) {
        d->byId.insert(row.id, int(d->rows.size()));
        d->rows.push_back(std::move(row));
    }
    emit rowsInserted(first, int(d->rows.size()) - 1);
}

void ConfigStore::remove(int number, bool seen)
{
    ConfigRow &row = d->rows[std::size_t(number)];
    if (seen && row.exists) {
        note(row, row.value, false);
        note(row, std::nullopt, false);
    }
    if (row.draft != ConfigRow::None) {
        row.exists = false; // the draft still needs a row
        row.value.clear();
        row.summary.clear();
        emit rowsChanged({ number });
        return;
    }
    const int last = int(d->rows.size()) - 1;
    d->byId.remove(row.id);
    if (number != last) {
        row = std::move(d->rows.back());
        d->byId.insert(row.id, number);
    }
    d->rows.pop_back();
    emit rowRemoved(number, last);
}

void ConfigStore::mark(const QString &id, ConfigRow::Draft draft)
{
    const int number = rowOf(id);
    if (number < 0) {
        if (draft == ConfigRow::None)
            return;
        ConfigRow row;
        row.id = id;
        const auto [workspace, type, key] = parseId(id);
        row.workspace = workspace;
        row.type = type;
        row.key = key;
        row.exists = false;
        row.draft = draft;
        std::vector<ConfigRow> rows;
        rows.push_back(std::move(row));
        return insert(std::move(rows));
    }
    ConfigRow &row = d->rows[std::size_t(number)];
    row.draft = draft;
    if (!row.exists && draft == ConfigRow::None)
        return remove(number, false);
    emit rowsChanged({ number });
}

void ConfigStore::note(const ConfigRow &row, const std::optional<std::string> &value, bool wrote)
{
    schema::ConfigVersion version;
    version.atMs = QDateTime::currentMSecsSinceEpoch();
    version.origin = wrote ? "wrote" : "seen";
    version.who = wrote ? d->session->user().toStdString() : std::string();
    version.value = value;
    const auto tree = value
        ? schema::JsonTree::parse(*value)
        : Expected<schema::JsonTree, schema::JsonFault>(unexpected(schema::JsonFault()));
    const bool secret = row.secret || (tree && !schema::secretPaths(*tree).empty());
    d->history->note({ d->session->connectionIdentity(), row.workspace, row.type, row.key },
        std::move(version), secret);
}

// ---- writing ----

QFuture<ConfigOutcome> ConfigStore::apply(
    const QString &workspace, std::vector<ConfigChange> changes)
{
    auto job = std::make_shared<Job>();
    job->workspace = workspace;
    job->changes = std::move(changes);
    job->generation = d->session->generation();
    job->promise.start();
    auto future = job->promise.future();
    if (!d->session->gateway()) {
        job->outcome.error = GatewayError { ErrorKind::Network, {}, tr("not connected"), true };
        finish(job);
    } else {
        check(job);
    }
    return future;
}

void ConfigStore::check(const std::shared_ptr<Job> &job)
{
    schema::ConfigRequest body;
    body.operation = "get";
    body.keys.emplace();
    for (const ConfigChange &change : job->changes)
        body.keys->push_back({ change.type.toStdString(), change.key.toStdString() });
    signalbox::ask<schema::ConfigResponse>(
        *d->session->gateway(), configRequest(job->workspace, body))
        .then(this, [this, job](const Answer<schema::ConfigResponse> &answer) {
            if (!answer) {
                job->outcome.error = answer.error();
                return finish(job);
            }
            for (const ConfigChange &change : job->changes) {
                std::optional<std::string> now;
                for (const auto &value : answer->values)
                    if (value.type == change.type.toStdString()
                        && value.key == change.key.toStdString())
                        now = value.value;
                if (now == change.base)
                    continue;
                job->outcome.conflicts.append(idOf(job->workspace, change.type, change.key));
                adopt(job->workspace, { change.type, change.key, {}, now }, false);
            }
            job->outcome.conflicts.isEmpty() ? write(job) : finish(job);
        });
}

void ConfigStore::write(const std::shared_ptr<Job> &job)
{
    schema::ConfigRequest body;
    body.operation = "put";
    body.values.emplace();
    for (const ConfigChange &change : job->changes)
        if (change.value)
            body.values->push_back(
                { change.type.toStdString(), change.key.toStdString(), change.value, {} });
    if (body.values->empty())
        return erase(job);
    signalbox::ask<schema::ConfigResponse>(
        *d->session->gateway(), configRequest(job->workspace, body))
        .then(this, [this, job](const Answer<schema::ConfigResponse> &answer) {
            if (!answer) {
                job->outcome.error = answer.error();
                return finish(job);
            }
            for (const ConfigChange &change : job->changes)
                if (change.value) {
                    adopt(job->workspace, change, true);
                    ++job->outcome.written;
                }
            erase(job);
        });
}

void ConfigStore::erase(const std::shared_ptr<Job> &job)
{
    schema::ConfigRequest body;
    body.operation = "delete";
    body.keys.emplace();
    for (const ConfigChange &change : job->changes)
        if (!change.value && change.type != blueprintType)
            body.keys->push_back({ change.type.toStdString(), change.key.toStdString() });
    if (body.keys->empty())
        return eraseBlueprints(job);
    signalbox::ask<schema::ConfigResponse>(
        *d->session->gateway(), configRequest(job->workspace, body))
        .then(this, [this, job](const Answer<schema::ConfigResponse> &answer) {
            if (!answer) {
                job->outcome.error = answer.error();
                return finish(job);
            }
            for (const ConfigChange &change : job->changes)
                if (!change.value && change.type != blueprintType) {
                    adopt(job->workspace, change, true);
                    ++job->outcome.deleted;
                }
            eraseBlueprints(job);
        });
}

/// One after another; the first refusal ends it.
void ConfigStore::eraseBlueprints(const std::shared_ptr<Job> &job)
{
    const auto next = std::find_if(job->changes.begin() + job->blueprintsSeen, job->changes.end(),
        [](const ConfigChange &change) { return !change.value && change.type == blueprintType; });
    if (next == job->changes.end())
        return finish(job);
    job->blueprintsSeen = next - job->changes.begin() + 1;
    schema::FlowRequest body;
    body.operation = "delete-blueprint";
    body.blueprintName = next->key.toStdString();
    Request request;
    request.service = "flow";
    request.operation = body.operation;
    request.workspace = job->workspace.toStdString();
    request.body = schema::encode(body);
    signalbox::ask<schema::FlowResponse>(*d->session->gateway(), request)
        .then(this, [this, job, change = *next](const Answer<schema::FlowResponse> &answer) {
            if (!answer) {
                job->outcome.error = answer.error();
                return finish(job);
            }
            adopt(job->workspace, change, true);
            ++job->outcome.deleted;
            eraseBlueprints(job);
        });
}

/// The back end holds this value now: as it was written, or as the check found it.
void ConfigStore::adopt(const QString &workspace, const ConfigChange &change, bool wrote)
{
    if (!d->places.contains(workspace))
        return;
    const QString id = idOf(workspace, change.type, change.key);
    int number = rowOf(id);
    if (number < 0 && !change.value)
        return;
    if (number < 0) {
        ConfigRow row { id, workspace, change.type, change.key };
        row.exists = false;
        std::vector<ConfigRow> rows;
        rows.push_back(std::move(row));
        insert(std::move(rows));
        number = rowOf(id);
    }
    const ConfigRow before = d->rows[std::size_t(number)];
    if (before.exists)
        note(before, before.value, false);
    note(before, change.value, wrote);
    if (change.value) {
        auto [summary, secret] = described(change.type.toStdString(), *change.value);
        put(number, *change.value, std::move(summary), secret, false);
        d->rows[std::size_t(number)].changedMs = QDateTime::currentMSecsSinceEpoch();
        emit rowsChanged({ number });
    } else {
        remove(number, false);
    }
    d->drafts->settle(id);
    emit valueChanged(id);
    emit changed(workspace);
}

void ConfigStore::finish(const std::shared_ptr<Job> &job)
{
    job->promise.addResult(job->outcome);
    job->promise.finish();
    // Somebody else may have written too; a real back end tells nobody.
    if (job->generation == d->session->generation() && d->places.contains(job->workspace)
        && (job->outcome.written > 0 || job->outcome.deleted > 0) && !d->session->hasEvents())
        refresh(job->workspace);
}

} // namespace signalbox
