// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/workspacestore.h"

#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "models/stores/soon.h"
#include "models/stores/workspacetable.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cmath>

namespace signalbox {
namespace {

constexpr std::chrono::milliseconds sumEvery { 250 };
constexpr qint64 trendStepMs = 10000;
constexpr qsizetype trendPoints = 60; ///< ten minutes

bool sameSums(const WorkspaceRow &a, const WorkspaceRow &b)
{
    return std::tie(a.flows, a.flowsStopping, a.flowsInTrouble, a.flowsUnjudged, a.flowsKnown,
               a.queues, a.backlog, a.uncounted, a.errorPercent, a.rate, a.rateOfSome, a.aspect,
               a.why)
        == std::tie(b.flows, b.flowsStopping, b.flowsInTrouble, b.flowsUnjudged, b.flowsKnown,
            b.queues, b.backlog, b.uncounted, b.errorPercent, b.rate, b.rateOfSome, b.aspect,
            b.why);
}

/// What waits now, at the end of the last ten minutes.
void extendSeries(WorkspaceRow &row, bool silent)
{
    row.series.append(row.backlog && !silent ? double(*row.backlog) : std::nan(""));
    while (row.series.size() > trendPoints)
        row.series.removeFirst();
}

/// Adds to a sum that stays unknown as long as nothing known was added.
template <class T> void add(std::optional<T> &sum, const std::optional<T> &value)
{
    if (value)
        sum = sum.value_or(T {}) + *value;
}

void decide(WorkspaceRow &row, const FlowRow *worst)
{
    if (!row.enabled) {
        row.aspect = Cell::Unknown;
        row.why = WorkspaceStore::tr("The workspace is disabled.");
    } else if (worst && (worst->aspect == Cell::Stop || worst->aspect == Cell::Warning)) {
        row.aspect = worst->aspect;
        row.why = WorkspaceStore::tr("%1: %2").arg(worst->id, worst->why);
    } else if (worst && worst->aspect == Cell::Unknown) {
        row.aspect = Cell::Unknown;
        row.why = WorkspaceStore::tr("%1: %2").arg(worst->id, worst->why);
    } else if (!row.flowsKnown) {
        row.aspect = Cell::Unknown;
        row.why = WorkspaceStore::tr("Its flows could not be read yet.");
    } else {
        row.aspect = Cell::Clear;
        row.why = row.flows ? WorkspaceStore::tr("All %1 flows are clear.").arg(row.flows)
                            : WorkspaceStore::tr("No flows.");
    }
}

/// From the queues and not from the flows: those that flows share count once.
void countQueues(WorkspaceRow &row, const QueueStore &queues)
{
    if (!queues.loaded())
        return;
    const WorkspaceTotals sum = queues.totalsIn(row.id);
    row.queues = sum.queues;
    if (sum.consumed > sum.unknownCounts) {
        row.backlog = sum.ready;
        row.uncounted = sum.unknownCounts;
    }
    if (sum.ratesKnown) {
        row.rate = sum.outRate;
        row.rateOfSome = sum.unrated > 0;
    }
}

int severity(Cell::Aspect aspect)
{
    switch (aspect) {
    case Cell::Stop:
        return 3;
    case Cell::Warning:
        return 2;
    case Cell::Unknown:
        return 1;
    default:
        return 0;
    }
}

} // namespace

struct WorkspaceStore::Data {
    Session *session;
    std::vector<WorkspaceRow> rows;
    bool loaded = false;
    bool fetching = false;
    bool again = false;
    QString error;
    Soon sum { sumEvery };
    QElapsedTimer sampled; ///< of the trends
};

WorkspaceStore::WorkspaceStore(Session *session)
    : QObject(session)
    , d(std::make_unique<Data>())
{
    d->session = session;
    d->sum.calls([this] { sum(); });
}

WorkspaceStore::~WorkspaceStore() = default;

void WorkspaceStore::follow()
{
    connect(d->session, &Session::emptied, this, [this] {
        d->rows.clear();
        d->loaded = d->fetching = d->again = false;
        d->error.clear();
        emit reset();
        emit changed();
    });
    connect(d->session, &Session::cameOnline, this, &WorkspaceStore::fetch);
    connect(d->session, &Session::configChanged, this, [this](const QStringList &types) {
        if (types.isEmpty() || types.contains(QStringLiteral("workspace")))
            fetch();
    });
    auto soon = [this] { d->sum.request(); };
    connect(d->session->flows(), &FlowStore::changed, this, soon);
    connect(d->session->queues(), &QueueStore::changed, this, soon);
    connect(d->session, &Session::pulse, this, soon); // a trend goes on while nothing changes
}

const std::vector<WorkspaceRow> &WorkspaceStore::rows() const
{
    return d->rows;
}
bool WorkspaceStore::loaded() const
{
    return d->loaded;
}
QString WorkspaceStore::error() const
{
    return d->error;
}

QStringList WorkspaceStore::ids() const
{
    QStringList ids;
    for (const WorkspaceRow &row : d->rows)
        if (row.enabled)
            ids.append(row.id);
    ids.sort();
    return ids;
}

TableModel *WorkspaceStore::newTable(QObject *parent) const
{
    return newWorkspaceTable(const_cast<WorkspaceStore *>(this), parent);
}

void WorkspaceStore::fetch()
{
    if (!d->session->online() || !d->session->gateway())
        return;
    if (d->fetching) {
        d->again = true;
        return;
    }
    d->fetching = true;
    const auto era = d->session->capabilities().era;
    if (era == Capabilities::Era::A || era == Capabilities::Era::B)
        take({}); // no IAM service: one workspace, the default one
    else
        ask(d->session->capabilities().listMyWorkspaces ? "list-my-workspaces" : "list-workspaces");
}

void WorkspaceStore::ask(const std::string &operation)
{
    schema::IamRequest iam;
    iam.operation = operation;
    Request request;
    request.service = "iam";
    request.operation = operation;
    request.body = schema::encode(iam);
    const int generation = d->session->generation();
    signalbox::ask<schema::IamResponse>(*d->session->gateway(), request)
        .then(this, [this, generation, operation](const Answer<schema::IamResponse> &answer) {
            if (generation != d->session->generation())
                return;
            if (answer)
                return take(answer->workspaces);
            const auto kind = answer.error().kind;
            const bool refused = kind == ErrorKind::Denied || kind == ErrorKind::NotFound
                || kind == ErrorKind::Service || kind == ErrorKind::Protocol;
            if (refused && operation == "list-my-workspaces")
                return ask("list-workspaces");
            if (refused)
                return take({});
            d->fetching = false;
            d->error = answer.error().text;
            emit changed();
            if (std::exchange(d->again, false))
                fetch();
        });
}

void WorkspaceStore::take(const std::vector<schema::Workspace> &workspaces)
{
    std::vector<WorkspaceRow> rows;
    for (const auto &workspace : workspaces) {
        WorkspaceRow row;
        row.id = QString::fromStdString(workspace.id);
        row.name = QString::fromStdString(workspace.name);
        row.enabled = workspace.enabled;
        for (const WorkspaceRow &before : d->rows)
            if (before.id == row.id)
                row.series = before.series;
        rows.push_back(std::move(row));
    }
    if (rows.empty()) {
        // The anonymous regime lists nothing although it serves one (TG trap 39).
        WorkspaceRow row;
        row.id = d->session->defaultWorkspace().isEmpty() ? QStringLiteral("default")
                                                          : d->session->defaultWorkspace();
        row.name = row.id;
        rows.push_back(std::move(row));
    }
    std::sort(rows.begin(), rows.end(),
        [](const WorkspaceRow &a, const WorkspaceRow &b) { return a.id < b.id; });
    const bool same = std::equal(rows.begin(), rows.end(), d->rows.begin(), d->rows.end(),
        [](const WorkspaceRow &a, const WorkspaceRow &b) {
            return a.id == b.id && a.name == b.name && a.enabled == b.enabled;
        });
    d->loaded = true;
    d->fetching = false;
    d->error.clear();
    if (!same) {
        d->rows = std::move(rows);
        emit reset();
    }
    emit changed();
    emit loadedAnew();
    sum();
    if (std::exchange(d->again, false))
        fetch();
}

void WorkspaceStore::sum()
{
    d->sum.met();
    QHash<QString, int> rowOf;
    std::vector<WorkspaceRow> sums = d->rows;
    std::vector<const FlowRow *> worst(sums.size(), nullptr);
    std::vector<double> failing(sums.size(), 0);
    std::vector<double> handled(sums.size(), 0);
    for (std::size_t i = 0; i < sums.size(); ++i) {
        WorkspaceRow fresh;
        fresh.id = sums[i].id;
        fresh.name = sums[i].name;
        fresh.enabled = sums[i].enabled;
        fresh.series = sums[i].series;
        fresh.flowsKnown = d->session->flows()->loadedIn(fresh.id);
        sums[i] = fresh;
        rowOf.insert(fresh.id, int(i));
    }
    for (const FlowRow &flow : d->session->flows()->rows()) {
        const int at = rowOf.value(flow.workspace, -1);
        if (at < 0)
            continue;
        WorkspaceRow &row = sums[at];
        ++row.flows;
        row.flowsStopping += flow.stopping;
        row.flowsInTrouble += flow.aspect == Cell::Stop || flow.aspect == Cell::Warning;
        row.flowsUnjudged += !flow.stopping && flow.aspect == Cell::Unknown;
        add(row.rate, flow.rate);
        row.rateOfSome = row.rateOfSome || (!flow.rate && !flow.stopping);
        if (flow.errorPercent && flow.handled) {
            // Weighted by what was tried, well or not: a flow that only fails counts, one without
            // traffic has no say in the share.
            failing[at] += *flow.errorPercent * *flow.handled;
            handled[at] += *flow.handled;
            row.errorPercent = handled[at] > 0 ? failing[at] / handled[at] : 0.0;
        }
        if (!flow.stopping && (!worst[at] || severity(flow.aspect) > severity(worst[at]->aspect)))
            worst[at] = &flow;
    }
    const bool sample = d->session->queues()->loaded()
        && (!d->sampled.isValid() || d->sampled.elapsed() >= trendStepMs);
    if (sample)
        d->sampled.start();
    std::vector<int> changedRows;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        countQueues(sums[i], *d->session->queues());
        decide(sums[i], worst[i]);
        if (sample)
            extendSeries(sums[i], !d->session->online() || d->session->silent());
        if (sample || !sameSums(sums[i], d->rows[i]))
            changedRows.push_back(int(i));
    }
    if (changedRows.empty())
        return;
    d->rows = std::move(sums);
    emit rowsChanged(changedRows);
    emit changed();
}

} // namespace signalbox
