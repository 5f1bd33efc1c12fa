// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/blueprintstore.h"

#include "models/schema/config.h"
#include "models/schema/flow.h"
#include "models/stores/session.h"

#include <QHash>
#include <QSet>

namespace signalbox {
namespace {

using Loaded = BlueprintStore::Loaded;
using Promise = QPromise<Answer<BlueprintStore::LoadedPtr>>;

void readBlueprint(Loaded &loaded, const std::string &name, const std::string &text)
{
    auto blueprint = schema::decode<schema::Blueprint>(text);
    if (blueprint)
        loaded.blueprints.emplace_back(name, std::move(*blueprint));
    else
        loaded.faults.emplace_back(name, blueprint.error().text());
}

GatewayError unexpectedAnswer(const schema::SchemaError &error)
{
    return { ErrorKind::Protocol, {}, QString::fromStdString("unexpected answer, " + error.text()),
        false };
}

Answer<Loaded> readBlueprints(const Reply &reply)
{
    if (!reply)
        return unexpected(reply.error());
    auto answer = schema::decode<schema::ConfigResponse>(reply->body);
    if (!answer)
        return unexpected(unexpectedAnswer(answer.error()));
    Loaded loaded;
    for (const auto &entry : answer->values) {
        if (!entry.value)
            continue;
        if (entry.type == "parameter-type") {
            auto type = schema::decode<schema::ParameterType>(*entry.value);
            if (type)
                loaded.types.emplace_back(entry.key, std::move(*type));
            else
                loaded.faults.emplace_back("parameter-type " + entry.key, type.error().text());
        } else {
            readBlueprint(loaded, entry.key, *entry.value);
        }
    }
    return loaded;
}

Request flowRequest(const QString &workspace, const schema::FlowRequest &asked)
{
    Request request;
    request.service = "flow";
    request.operation = asked.operation;
    request.workspace = workspace.toStdString();
    request.body = schema::encode(asked);
    return request;
}

/// One workspace: what is held, and who waits for what is being fetched.
struct Place {
    BlueprintStore::LoadedPtr held;
    bool fresh = false;
    bool fetching = false;
    std::vector<std::shared_ptr<Promise>> waiting;
};

} // namespace

const schema::Blueprint *BlueprintStore::Loaded::of(
    const std::string &flow, const std::string &blueprint) const
{
    if (const auto *own = schema::find(edited, flow))
        return *own ? &**own : nullptr;
    return schema::find(blueprints, blueprint);
}

struct BlueprintStore::Gathered {
    Loaded loaded;
    int generation = 0;
    std::size_t waiting = 0; ///< answers
    std::optional<GatewayError> error;
};

struct BlueprintStore::Data {
    Session *session;
    QHash<QString, Place> places;
};

BlueprintStore::BlueprintStore(Session *session)
    : QObject(session)
    , d(std::make_unique<Data>())
{
    d->session = session;
    connect(session, &Session::emptied, this, [this] {
        const auto expired = std::exchange(d->places, {});
        for (auto it = expired.constBegin(); it != expired.constEnd(); ++it)
            answerAll(it->waiting,
                unexpected(GatewayError {
                    ErrorKind::Cancelled, {}, tr("another connection was chosen"), false }));
    });
    connect(session, &Session::cameOnline, this, [this] { reload(d->places.keys()); });
    connect(session, &Session::configChanged, this,
        [this](const QStringList &types, const QStringList &workspaces) {
            if (types.isEmpty() || types.contains(QStringLiteral("flow-blueprint"))
                || types.contains(QStringLiteral("parameter-type")))
                reload(workspaces.isEmpty() ? QStringList(d->places.keys()) : workspaces);
            else if (types.contains(QStringLiteral("flow")))
                reloadEdited(workspaces); // one of them may have been started anew
        });
}

BlueprintStore::~BlueprintStore()
{
    for (auto &place : d->places)
        answerAll(place.waiting,
            unexpected(
                GatewayError { ErrorKind::Cancelled, {}, tr("the connection was closed"), false }));
}

void BlueprintStore::answerAll(
    const std::vector<std::shared_ptr<QPromise<Answer<LoadedPtr>>>> &waiting,
    const Answer<LoadedPtr> &answer)
{
    for (const auto &promise : waiting) {
        promise->addResult(answer);
        promise->finish();
    }
}

void BlueprintStore::reload(const QStringList &workspaces)
{
    for (const QString &workspace : workspaces)
        if (d->places.contains(workspace)) {
            invalidate(workspace);
            load(workspace);
        }
}

void BlueprintStore::reloadEdited(const QStringList &workspaces)
{
    QStringList edited;
    for (auto it = d->places.cbegin(); it != d->places.cend(); ++it)
        if (it->held && !it->held->edited.empty()
            && (workspaces.isEmpty() || workspaces.contains(it.key())))
            edited.append(it.key());
    reload(edited);
}

BlueprintStore::LoadedPtr BlueprintStore::held(const QString &workspace) const
{
    return d->places.value(workspace).held;
}

int BlueprintStore::countIn(const QString &workspace) const
{
    if (!workspace.isEmpty()) {
        const auto loaded = held(workspace);
        return loaded ? int(loaded->blueprints.size() + loaded->faults.size()) : -1;
    }
    std::optional<QSet<QString>> names;
    for (const auto &place : std::as_const(d->places)) {
        if (!place.held)
            continue;
        if (!names)
            names.emplace();
        for (const auto &[name, blueprint] : place.held->blueprints)
            names->insert(QString::fromStdString(name));
    }
    return names ? int(names->size()) : -1;
}

void BlueprintStore::invalidate(const QString &workspace)
{
    const auto at = d->places.find(workspace);
    if (at != d->places.end())
        at->fresh = false;
}

QFuture<Answer<BlueprintStore::LoadedPtr>> BlueprintStore::load(const QString &workspace)
{
    Place &place = d->places[workspace];
    if (place.fresh && place.held)
        return ready<Answer<LoadedPtr>>(place.held);
    if (!d->session->gateway())
        return ready<Answer<LoadedPtr>>(
            unexpected(GatewayError { ErrorKind::Network, {}, tr("not connected"), true }));
    auto promise = std::make_shared<Promise>();
    promise->start();
    auto future = promise->future();
    place.waiting.push_back(std::move(promise));
    if (!std::exchange(place.fetching, true)) {
        place.fresh = true; // an invalidate() from now on asks for another round
        fetch(workspace);
    }
    return future;
}

bool BlueprintStore::tellsEdited(const Session &session)
{
    return session.capabilities().raw.contains(QLatin1String("edited-flows"));
}

void BlueprintStore::fetch(const QString &workspace)
{
    auto gathered = std::make_shared<Gathered>();
    gathered->generation = d->session->generation();
    // Known before the first question: an answer that is already there is taken at once.
    const bool edited = tellsEdited(*d->session);
    gathered->waiting = edited ? 3 : 2;
    for (const char *type : { "flow-blueprint", "parameter-type" }) {
        schema::ConfigRequest ask;
        ask.operation = "getvalues";
        ask.type = type;
        Request request;
        request.service = "config";
        request.operation = ask.operation;
        request.workspace = workspace.toStdString();
        request.body = schema::encode(ask);
        const bool types = ask.type == "parameter-type";
        d->session->gateway()
            ->request(request)
            .then(QtFuture::Launch::Sync, [](const Reply &reply) { return readBlueprints(reply); })
            .then(this, [this, workspace, gathered, types](const Answer<Loaded> &answer) {
                if (!answer) {
                    gathered->error = answer.error();
                } else {
                    auto &into = gathered->loaded;
                    if (types)
                        into.types = answer->types;
                    else
                        into.blueprints = answer->blueprints;
                    into.faults.insert(
                        into.faults.end(), answer->faults.begin(), answer->faults.end());
                }
                part(workspace, *gathered);
            });
    }
    if (edited)
        fetchEdited(workspace, gathered);
}

void BlueprintStore::fetchEdited(
    const QString &workspace, const std::shared_ptr<Gathered> &gathered)
{
    schema::FlowRequest asked;
    asked.operation = "list-edited-flows";
    ask<schema::FlowResponse>(*d->session->gateway(), flowRequest(workspace, asked))
        .then(this, [this, workspace, gathered](const Answer<schema::FlowResponse> &answer) {
            if (!answer)
                gathered->error = answer.error();
            else if (gathered->generation == d->session->generation())
                for (const std::string &flow : answer->flowIds)
                    fetchRunning(workspace, flow, gathered);
            part(workspace, *gathered);
        });
}

void BlueprintStore::fetchRunning(
    const QString &workspace, const std::string &flow, const std::shared_ptr<Gathered> &gathered)
{
    ++gathered->waiting;
    schema::FlowRequest asked;
    asked.operation = "get-blueprint";
    asked.flowId = flow;
    ask<schema::FlowResponse>(*d->session->gateway(), flowRequest(workspace, asked))
        .then(this, [this, workspace, flow, gathered](const Answer<schema::FlowResponse> &answer) {
            std::optional<schema::Blueprint> running;
            if (answer && answer->blueprintDefinition)
                if (auto read = schema::decode<schema::Blueprint>(*answer->blueprintDefinition))
                    running = std::move(*read);
            gathered->loaded.edited.emplace_back(flow, std::move(running));
            part(workspace, *gathered);
        });
}

void BlueprintStore::part(const QString &workspace, Gathered &gathered)
{
    if (gathered.generation != d->session->generation() || --gathered.waiting > 0)
        return;
    finish(workspace,
        gathered.error
            ? Answer<LoadedPtr>(unexpected(*gathered.error))
            : Answer<LoadedPtr>(std::make_shared<const Loaded>(std::move(gathered.loaded))));
}

void BlueprintStore::finish(const QString &workspace, const Answer<LoadedPtr> &answer)
{
    Place &place = d->places[workspace];
    if (!place.fresh) {
        // Changed while it was fetched: what came is already old.
        place.fresh = true;
        return fetch(workspace);
    }
    place.fetching = false;
    if (answer)
        place.held = *answer;
    else
        place.fresh = false;
    answerAll(std::exchange(place.waiting, {}), answer);
    if (answer)
        emit changed(workspace);
}

} // namespace signalbox
