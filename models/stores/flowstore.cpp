// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/flowdata.h"

#include "models/stores/blueprintstore.h"
#include "models/stores/flowtable.h"
#include "models/stores/workspacestore.h"

#include <algorithm>

namespace signalbox {
namespace {

constexpr std::chrono::milliseconds stopTimeout {
    90000
}; ///< retried deletion takes 10 s and more (TG §4.5)
constexpr std::chrono::milliseconds betweenParts { 16 };

QString escaped(const QString &part)
{
    if (!part.contains(u'/') && !part.contains(u'%'))
        return part;
    return QString(part).replace(u'%', QStringLiteral("%25")).replace(u'/', QStringLiteral("%2F"));
}

QString plain(QString part)
{
    return part.replace(QStringLiteral("%2F"), QStringLiteral("/"))
        .replace(QStringLiteral("%25"), QStringLiteral("%"));
}

} // namespace

FlowStore::FlowStore(Session *session)
    : QObject(session)
    , d(std::make_unique<Data>())
{
    d->session = session;
    d->clock.start();
    d->summary.calls([this] { summarise(); });
    d->parts.setSingleShot(true);
    d->parts.setInterval(betweenParts);
    connect(&d->parts, &QTimer::timeout, this, &FlowStore::summariseMore);
    auto soon = [this] { d->summary.request(); };
    followReplay();
    connect(session, &Session::emptied, this, &FlowStore::clear);
    connect(session, &Session::pulse, this, soon);
    connect(session, &Session::zoneChanged, this, &FlowStore::zoneChanged);
    connect(session->queues(), &QueueStore::changed, this, soon);
    connect(session->workspaces(), &WorkspaceStore::loadedAnew, this, &FlowStore::fetch);
    connect(session->blueprints(), &BlueprintStore::changed, this, &FlowStore::expandWorkspace);
    connect(
        session, &Session::live, this, [this](const LiveBatchPtr &batch) { takeBatch(*batch); });
    connect(session, &Session::cameOnline, this, [this] {
        for (Data::WorkspaceState &state : d->workspaces)
            state.followed = false;
        if (d->session->capabilities().fabric)
            fetchProcessors({});
        else if (d->session->hasMetrics())
            fetchMetrics();
    });
    connect(session, &Session::configChanged, this,
        [this](const QStringList &types, const QStringList &workspaces) {
            if (!types.isEmpty() && !types.contains(QStringLiteral("flow")))
                return;
            for (const QString &workspace :
                workspaces.isEmpty() ? d->session->workspaces()->ids() : workspaces)
                fetchWorkspace(workspace);
        });
}

FlowStore::~FlowStore() = default;

const std::vector<FlowRow> &FlowStore::rows() const
{
    return d->rows;
}
int FlowStore::count() const
{
    return int(d->rows.size());
}
QString FlowStore::error() const
{
    return d->error;
}

FlowHistory &FlowStore::history()
{
    return d->history;
}

QString FlowStore::key(const QString &workspace, const QString &id)
{
    return escaped(workspace) + u'/' + escaped(id);
}

std::pair<QString, QString> FlowStore::parseKey(const QString &key)
{
    const qsizetype slash = key.indexOf(u'/');
    return { plain(key.left(std::max<qsizetype>(slash, 0))), plain(key.mid(slash + 1)) };
}

int FlowStore::rowOf(const QString &key) const
{
    return d->index.value(key, -1);
}

const FlowRow *FlowStore::find(const QString &workspace, const QString &id) const
{
    const int row = rowOf(key(workspace, id));
    return row < 0 ? nullptr : &d->rows[row];
}

bool FlowStore::loaded() const
{
    const auto ids = d->session->workspaces()->ids();
    if (!d->session->workspaces()->loaded() || ids.isEmpty())
        return d->session->workspaces()->loaded();
    return std::all_of(ids.begin(), ids.end(), [this](const QString &id) {
        const auto at = d->workspaces.constFind(id);
        return at != d->workspaces.constEnd() && at->loaded;
    });
}

bool FlowStore::loadedIn(const QString &workspace) const
{
    return d->workspaces.value(workspace).loaded;
}

QString FlowStore::errorIn(const QString &workspace) const
{
    return d->workspaces.value(workspace).error;
}

QString FlowRow::state() const
{
    if (stopping)
        return QStringLiteral("stopping");
    return record.blueprintName.empty() || record.status ? QStringLiteral("unknown")
                                                         : QStringLiteral("running");
}

qint64 FlowStore::ageMs() const
{
    return d->freshAt < 0 ? -1 : d->clock.elapsed() - d->freshAt;
}

TableModel *FlowStore::newTable(QObject *parent) const
{
    return newFlowTable(const_cast<FlowStore *>(this), parent);
}

std::vector<schema::ProcessorRow> FlowStore::processorsOf(
    const QString &workspace, const QString &id) const
{
    return d->workers.of(key(workspace, id));
}

std::optional<bool> FlowStore::processRuns(const std::string &processor) const
{
    if (d->told.processors < 0)
        return {};
    return d->liveProcessors.contains(processor);
}

qint64 FlowStore::serverNowMs() const
{
    return d->session->serverNowMs();
}

QString FlowStore::asOfText() const
{
    return d->session->asOfText();
}

format::Zone FlowStore::zone() const
{
    return d->session->zone();
}

// ---- commands ----

QFuture<Answer<Done>> FlowStore::change(
    const QString &workspace, const schema::FlowRequest &flowRequest)
{
    if (!d->session->gateway())
        return ready<Answer<Done>>(
            unexpected(GatewayError { ErrorKind::Network, {}, tr("not connected"), true }));
    Request request;
    request.service = "flow";
    request.operation = flowRequest.operation;
    request.workspace = workspace.toStdString();
    request.body = schema::encode(flowRequest);
    request.timeout = stopTimeout;
    return ask<schema::FlowResponse>(*d->session->gateway(), request)
        .then(this, [this, workspace](const Answer<schema::FlowResponse> &answer) -> Answer<Done> {
            fetchWorkspace(workspace);
            if (!answer)
                return unexpected(answer.error());
            return Done {};
        });
}

QFuture<Answer<Done>> FlowStore::start(const QString &workspace, const QString &id,
    const QString &blueprint, const QString &description,
    const schema::Members<std::string> &parameters)
{
    schema::FlowRequest start;
    start.operation = "start-flow";
    start.flowId = id.toStdString();
    start.blueprintName = blueprint.toStdString();
    start.description = description.toStdString();
    start.parameters = parameters;
    return change(workspace, start).then(this, [this, workspace, id](const Answer<Done> &answer) {
        if (answer)
            noteStarted(workspace, id);
        return answer;
    });
}

/// For back ends whose records do not tell it.
void FlowStore::noteStarted(const QString &workspace, const QString &id)
{
    const QString rowKey = key(workspace, id);
    const qint64 now = d->session->serverNowMs();
    d->startedHere.insert(rowKey, now);
    const int row = rowOf(rowKey);
    if (row < 0 || d->rows[row].startedAtMs)
        return;
    d->rows[row].startedAtMs = now;
    emit rowsChanged({ row });
}

QFuture<Answer<Done>> FlowStore::stop(const QString &workspace, const QString &id)
{
    schema::FlowRequest stop;
    stop.operation = "stop-flow";
    stop.flowId = id.toStdString();
    return change(workspace, stop);
}

void FlowStore::clear()
{
    d->nextRow = -1;
    d->parts.stop();
    d->rows.clear();
    d->index.clear();
    d->workspaces.clear();
    d->workers.clear();
    d->history.clear();
    d->facts.clear();
    d->startedHere.clear();
    forgetMetrics();
    d->workersListed = false;
    d->error.clear();
    d->freshAt = -1;
    emit reset();
    emit changed();
}

} // namespace signalbox
