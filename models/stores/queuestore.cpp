// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/queuedata.h"

#include "models/rules/health.h"
#include "models/stores/format.h"
#include "models/stores/queuetable.h"
#include "models/stores/session.h"

#include <algorithm>
#include <numeric>

namespace signalbox {
namespace {

constexpr std::size_t bufferedBatches = 4000; ///< about a minute of batches while a fetch runs
constexpr std::size_t removalsOneByOne = 200;
constexpr int redrawEvery = 5;
constexpr qint64 ratesEveryMs = 900; ///< of pulses that come with every batch, one a second
constexpr int rowsPerPart = 6000; ///< a millisecond or two
constexpr std::chrono::milliseconds partsEvery { 16 };
constexpr std::chrono::seconds listedAgainAfter { 5 };

} // namespace

QueueStore::QueueStore(Session *session)
    : QObject(session)
    , d(std::make_unique<Data>())
{
    d->session = session;
    d->history = new QueueHistory(this);
    d->replay = new QueueReplay(&d->ledger, this);
    connect(d->replay, &QueueReplay::moved, this, &QueueStore::showInstant);
    d->source = tr("unknown: no source");
    d->clock.start();
    d->showing.calls([this] { flush(); });
    d->owners.calls([this] { showOwners(); });
    d->parts.setSingleShot(true);
    d->parts.setInterval(partsEvery);
    connect(&d->parts, &QTimer::timeout, this, &QueueStore::continueRound);
    d->retry.setSingleShot(true);
    d->retry.setInterval(listedAgainAfter);
    connect(&d->retry, &QTimer::timeout, this, &QueueStore::fetch);
    d->sources = new QueueSources(this);
    followBroker();
    followPulsar();
}

QueueStore::~QueueStore()
{
    delete d->replay; // it reads the ledger
}

void QueueStore::follow()
{
    connect(d->session, &Session::emptied, this, &QueueStore::clear);
    connect(d->session, &Session::attentionChanged, this,
        [this] { d->sources->setAsking(d->session->asks()); });
    connect(d->session, &Session::cameOnline, this, &QueueStore::fetch);
    connect(d->session, &Session::cameOnline, this, &QueueStore::fetchBroker);
    connect(d->session, &Session::live, this, [this](const LiveBatchPtr &batch) {
        if (d->fetching) {
            if (d->buffered.size() < bufferedBatches)
                d->buffered.push_back(batch);
            else
                d->again = true;
        } else if (d->loaded) {
            takeBatch(*batch);
        }
    });
    connect(d->session, &Session::pulse, this, &QueueStore::tick);
}

const std::vector<QueueState> &QueueStore::rows() const
{
    return d->ledger.rows();
}
int QueueStore::count() const
{
    return d->ledger.count();
}
bool QueueStore::loaded() const
{
    return d->loaded;
}
QueueHistory *QueueStore::history() const
{
    return d->history;
}
QueueReplay *QueueStore::replay() const
{
    return d->replay;
}
QString QueueStore::error() const
{
    return d->error;
}
QString QueueStore::sourceText() const
{
    return d->source;
}
QueueSources *QueueStore::sources() const
{
    return d->sources;
}
bool QueueStore::countsKnown() const
{
    return d->countsKnown;
}

int QueueStore::rowOf(const std::string &name) const
{
    return d->ledger.rowOf(name);
}

const QueueState *QueueStore::find(const std::string &name) const
{
    const int row = rowOf(name);
    return row < 0 ? nullptr : &rows()[row];
}

const QueueState *QueueStore::find(const rules::ExpectedQueue &expected) const
{
    const QueueState *state = find(expected.queue);
    return state ? state : find(QueueLedger::rabbitName(expected));
}

std::vector<const QueueState *> QueueStore::ofFlow(
    const QString &workspace, const QString &flow) const
{
    std::vector<const QueueState *> found;
    for (const int row : d->ledger.ofFlow(workspace.toStdString(), flow.toStdString()))
        found.push_back(&rows()[row]);
    return found;
}

QStringList QueueStore::flowsOf(const std::string &name) const
{
    const int row = rowOf(name);
    return row < 0 ? QStringList() : flowsOf(row);
}

QStringList QueueStore::flowsOf(int row) const
{
    QStringList flows;
    for (const auto &flow : d->ledger.flowsOf(row))
        flows.append(QString::fromStdString(flow));
    return flows;
}

bool QueueStore::consumed(int row) const
{
    return d->ledger.consumed(row);
}

TableModel *QueueStore::newTable(QObject *parent) const
{
    return newQueueTable(const_cast<QueueStore *>(this), parent);
}

std::optional<qint64> QueueStore::oldestMs(const QueueState &queue) const
{
    if (!queue.row.oldestMs)
        return {};
    return *queue.row.oldestMs + std::max<qint64>(0, d->agedAt - queue.seenMs);
}

namespace {

bool servedClass(const schema::QueueRow &row)
{
    return row.topicClass == "flow" || row.topicClass == "request";
}

constexpr qint64 longWaitMs = 60000;

Cell::Aspect aspectFor(const schema::QueueRow &row, const QueueFigures &now)
{
    if (!now.current())
        return Cell::Unknown;
    if (now.consumers == 0 && servedClass(row))
        return now.ready > 0 && row.scope != "orphan" ? Cell::Stop : Cell::Warning;
    if (row.scope == "orphan" || (now.ready > 0 && now.oldestMs.value_or(0) > longWaitMs))
        return Cell::Warning;
    return Cell::Clear;
}

QString whyFor(const schema::QueueRow &row, const QueueFigures &now)
{
    if (row.scope == "orphan")
        return QueueStore::tr("No live flow needs it: %1 messages left behind.")
            .arg(format::count(now.ready));
    if (now.consumers == 0 && servedClass(row))
        return QueueStore::tr("No consumer: %1 messages wait.").arg(format::count(now.ready));
    if (now.ready > 0 && now.oldestMs.value_or(0) > longWaitMs)
        return QueueStore::tr("The oldest message has waited for %1.")
            .arg(format::age(now.oldestMs));
    return QueueStore::tr("%1 consumers, %2 waiting.")
        .arg(now.consumers)
        .arg(format::count(now.ready));
}

} // namespace

QueueFigures QueueStore::present(const QueueState &queue) const
{
    return { queue.countsKnown, queue.row.ready, queue.row.unacked, queue.row.consumers,
        queue.inRate, queue.outRate, oldestMs(queue), !queue.countsNow() };
}

Cell::Aspect QueueStore::aspectOf(const QueueState &queue) const
{
    if (missing(queue) && !rules::shipsWithoutProcess(queue.row.processor))
        return Cell::Warning;
    return aspectFor(queue.row, present(queue));
}

QString QueueStore::whyOf(const QueueState &queue) const
{
    if (missing(queue))
        return tr("A blueprint expects it, and the broker does not have it: what is sent there is "
                  "lost until %1 makes it.")
            .arg(QString::fromStdString(queue.row.processor));
    if (!queue.countsKnown)
        return tr("Expected from the blueprint; no source tells its counts.");
    for (const auto figure : { rules::QueueFigure::Ready, rules::QueueFigure::Consumers })
        if (queue.isStale(figure))
            return tr("Its counts are %1 old, from %2, which tells nothing now.")
                .arg(format::age(ageOf(queue, figure)), sourceOf(queue, figure));
    return whyFor(queue.row, present(queue));
}

QueueFigures QueueStore::shown(const QueueState &queue) const
{
    return d->replay->active() ? d->replay->figures(queue) : present(queue);
}

Cell::Aspect QueueStore::shownAspect(const QueueState &queue) const
{
    return d->replay->active() ? aspectFor(queue.row, d->replay->figures(queue)) : aspectOf(queue);
}

QString QueueStore::shownWhy(const QueueState &queue) const
{
    if (!d->replay->active())
        return datedWhyOf(queue);
    const QueueFigures then = d->replay->figures(queue);
    return then.known ? whyFor(queue.row, then) : tr("Of that instant nothing is known of it.");
}

QString QueueStore::datedWhyOf(const QueueState &queue) const
{
    const QString asOf = d->session->asOfText();
    return asOf.isEmpty() ? whyOf(queue) : tr("%1 (%2)").arg(whyOf(queue), asOf);
}

std::optional<FlowTotals> QueueStore::totalsOf(const QString &workspace, const QString &flow) const
{
    return d->ledger.totalsOf(workspace.toStdString(), flow.toStdString());
}

WorkspaceTotals QueueStore::totalsIn(const QString &workspace) const
{
    WorkspaceTotals totals = d->ledger.totalsIn(workspace);
    if (d->brokerWhole && brokerTells()) { // they are not there: nothing waits in them
        totals.queues -= totals.onlyExpected;
        totals.consumed -= totals.onlyExpected;
        totals.unknownCounts -= totals.onlyExpected;
        totals.unrated -= totals.onlyExpected;
    }
    return totals;
}

// ---- live ----

void QueueStore::takeBatch(const LiveBatch &batch)
{
    if (batch.queues.empty() && batch.removedQueues.empty())
        return;
    const qint64 now = d->clock.elapsed();
    for (const auto &row : batch.queues)
        d->ledger.upsert(row, QStringLiteral("events"), now);
    flush();
    std::vector<int> gone;
    for (const auto &name : batch.removedQueues)
        if (const int row = d->ledger.numberOf(name); row >= 0 && d->ledger.dropped(row, now))
            gone.push_back(row);
    std::sort(gone.begin(), gone.end());
    gone.erase(std::unique(gone.begin(), gone.end()), gone.end());
    removeRows(gone);
    emit changed();
}

/// From the last one down, so that a row which moves into a gap is never one that goes too.
void QueueStore::removeRows(const std::vector<int> &rows)
{
    if (!rows.empty())
        flush(); // nobody has to let go of what they never heard of
    const bool many = rows.size() > removalsOneByOne;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        d->history->gone(this->rows()[std::size_t(*row)].row.name);
        const int movedFrom = d->ledger.remove(*row);
        if (!many)
            emit rowRemoved(*row, movedFrom);
    }
    if (many)
        emit reset();
}

/// Says what upsert() gathered: first the new rows, then the changed ones.
void QueueStore::flush()
{
    d->showing.met();
    if (const int first = d->ledger.takeInserted(); first >= 0)
        emit rowsInserted(first, count() - 1);
    if (const auto rows = d->ledger.takeChanged(); !rows.empty())
        emit rowsChanged(rows);
}

void QueueStore::tick()
{
    if (!d->loaded)
        return;
    showSources();
    const bool silent = d->session->silent();
    const bool told = d->session->online() && !silent;
    const bool known = told || brokerTells();
    if (!known)
        d->replay->dark(QDateTime::currentMSecsSinceEpoch());
    if (silent)
        tellMoved(d->ledger.forgetRates());
    const qint64 now = d->clock.elapsed();
    if (!d->countsKnown || now - d->rated < ratesEveryMs || d->round.next >= 0)
        return;
    d->rated = now;
    chooseAnew(now);
    d->round = { 0, d->agedAt, told, known };
    if (told)
        d->agedAt = now;
    continueRound();
}

void QueueStore::continueRound()
{
    auto &round = d->round;
    if (round.next < 0)
        return;
    const int first = round.next;
    const int last = std::min(count(), first + rowsPerPart);
    const bool pushed = d->session->hasEvents() && round.told;
    auto moved = d->ledger.sample(d->clock.elapsed(), pushed, first, last);
    if (round.told) {
        const auto older = grownOlder(round.agedFrom, first, last);
        const auto middle = moved.insert(moved.end(), older.begin(), older.end());
        std::inplace_merge(moved.begin(), middle, moved.end());
        moved.erase(std::unique(moved.begin(), moved.end()), moved.end());
    }
    round.next = last < count() ? last : -1;
    if (round.next >= 0) {
        d->parts.start();
        return tellMoved(moved);
    }
    if (round.known) {
        const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
        d->history->sample(nowMs, round.told);
        d->replay->sample(nowMs, round.told);
    }
    if (round.known && --d->untilRedrawn <= 0) {
        // a trend moves on while its queue does not
        d->untilRedrawn = redrawEvery;
        const auto drawn = d->history->rows();
        std::vector<int> both;
        std::set_union(
            moved.begin(), moved.end(), drawn.begin(), drawn.end(), std::back_inserter(both));
        moved = std::move(both);
    }
    tellMoved(moved);
}

std::vector<int> QueueStore::grownOlder(qint64 sinceMs, int first, int last) const
{
    constexpr qint64 second = 1000;
    constexpr qint64 minute = 60000;
    std::vector<int> older;
    for (int row = first; row < last; ++row) {
        const QueueState &queue = rows()[row];
        if (!queue.row.oldestMs || queue.row.ready == 0)
            continue;
        const qint64 now = oldestMs(queue).value_or(0);
        const qint64 before = *queue.row.oldestMs + std::max<qint64>(0, sinceMs - queue.seenMs);
        const qint64 step = before < 10 * minute ? second : minute; // as format::age() shows it
        if (before / step != now / step)
            older.push_back(row);
    }
    return older;
}

void QueueStore::tellMoved(const std::vector<int> &moved)
{
    if (moved.empty())
        return;
    emit rowsChanged(moved);
    emit changed();
}

/// A queue is shown with the flows that share it, so it changes when they do.
void QueueStore::showOwners()
{
    d->owners.met();
    const auto moved = d->ledger.takeMovedOwners();
    if (moved.empty())
        return;
    emit rowsChanged(moved);
    emit changed();
}

/// Every row reads differently.
void QueueStore::showInstant()
{
    std::vector<int> rows(std::size_t(count()), 0);
    std::iota(rows.begin(), rows.end(), 0);
    emit rowsChanged(rows);
    emit changed();
}

void QueueStore::clear()
{
    d->ledger.clear();
    d->round.next = -1;
    d->parts.stop();
    d->retry.stop();
    d->history->clear();
    d->replay->clear();
    d->sources->clear();
    d->broker->clear();
    d->pulsar->clear();
    d->brokerWhole = false;
    d->brokerAskedAt = d->wholeFrom = 0;
    d->expected.clear();
    d->flowless.clear();
    d->expectedNames.clear();
    d->liveFlows.clear();
    d->expectedMoved = d->expectedUntold = false;
    d->late = 0;
    d->buffered.clear();
    d->loaded = d->fetching = d->again = d->countsKnown = false;
    d->error.clear();
    d->source = tr("unknown: no source");
    emit reset();
    emit changed();
}

} // namespace signalbox
