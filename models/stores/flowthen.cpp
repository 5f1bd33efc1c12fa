// SPDX-License-Identifier: GPL-3.0-only
// What a flow's row shows of a past instant.
#include "models/stores/flowdata.h"

#include "models/stores/flowhealth.h"
#include "models/stores/format.h"
#include "models/stores/queuereplay.h"

#include <numeric>

namespace signalbox {

/// Connected before any table is: what was made for other rows is gone before one asks.
void FlowStore::followReplay()
{
    const auto forget = [this] { d->then.clear(); };
    connect(this, &FlowStore::rowsChanged, this, forget);
    connect(this, &FlowStore::rowsInserted, this, forget);
    connect(this, &FlowStore::rowRemoved, this, forget);
    connect(this, &FlowStore::reset, this, forget);
    connect(d->session->queues()->replay(), &QueueReplay::moved, this, [this] {
        d->then.clear();
        std::vector<int> all(d->rows.size(), 0);
        std::iota(all.begin(), all.end(), 0);
        emit rowsChanged(all);
        emit changed();
    });
}

const std::vector<FlowRow> &FlowStore::shown() const
{
    if (!d->session->queues()->replay()->active() || d->rows.empty())
        return d->rows;
    if (d->then.size() != d->rows.size()) {
        d->then.clear();
        d->then.reserve(d->rows.size());
        for (const FlowRow &row : d->rows)
            d->then.push_back(then(row));
    }
    return d->then;
}

const FlowRow &FlowStore::shownAs(const FlowRow &row) const
{
    return shown()[std::size_t(&row - d->rows.data())];
}

FlowRow FlowStore::then(const FlowRow &row) const
{
    FlowRow then;
    then.workspace = row.workspace;
    then.id = row.id;
    then.blueprint = row.blueprint;
    then.description = row.description;
    const QString rowKey = key(row.workspace, row.id);
    const qint64 instant = d->session->queues()->replay()->instantMs();
    const auto kept = d->history.at(rowKey, instant);
    then.why = tr("Of that instant only what its queues held is known.");
    if (kept) {
        then.backlog = kept->backlog;
        then.errorPercent = kept->errorPercent;
        then.aspect = kept->aspect;
        then.processors = kept->processors;
        then.processorsUp = kept->processorsUp;
        if (kept->finding) {
            rules::FlowEvidence evidence;
            evidence.fault = kept->fault;
            evidence.stoppingSeen = kept->stoppingSeen;
            then.finding = *kept->finding;
            then.why = whyOf(then.finding, evidence);
        } else if (kept->aspect != Cell::Unknown) {
            then.why = tr("Its signal stood so then; what decided it is not kept.");
        }
    }
    then.series = d->history.backlogUntil(rowKey, instant, Data::seriesPoints);
    const auto sum = d->session->queues()->replay()->totals(row.workspace, row.id);
    if (!sum) {
        if (!kept)
            then.why = tr("Of that instant nothing is known of it.");
        return then;
    }
    then.queues = sum->queues - sum->unknownCounts;
    then.queuesText = sum->unknownCounts == 0
        ? tr("all of its queues")
        : tr("%1 of the queues it has now; of the others nothing is known of that instant")
              .arg(format::count(qint64(then.queues)));
    then.backlog = sum->ready;
    then.uncounted = sum->unknownCounts;
    if (sum->ratesKnown)
        then.rate = sum->outRate;
    if (sum->starvingReady > 0 && then.aspect != Cell::Stop) { // the queues' samples are finer
        then.aspect = Cell::Stop;
        then.why =
            tr("Nobody read %1 of its queues, in which %2 messages waited.")
                .arg(format::count(qint64(sum->starving)), format::count(sum->starvingReady));
    }
    return then;
}

} // namespace signalbox
