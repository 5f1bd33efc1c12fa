// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/diagramfigures.h"

#include "models/stores/aspect.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "views/pages/diagramscene.h"
#include "views/pages/flowtext.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace signalbox::diagramfigures {

using flowtext::qs;
using Kind = rules::DiagramTrack::Kind;

namespace {

struct DiagramWords {
    Q_DECLARE_TR_FUNCTIONS(Diagram)
};

/// What one pass over the stores found, per track.
struct Live {
    const QueueState *queue = nullptr;
    QueueFigures now {}; ///< or of the instant that is shown
    bool lacking = false; ///< it should be there and is not
    bool known() const { return queue && now.current(); }
};

std::vector<Live> liveOf(const rules::Diagram &diagram, const Session &session,
    const QString &workspace, const QString &flow)
{
    std::vector<Live> live(diagram.tracks.size());
    const QueueStore *queues = session.queues();
    const bool own = std::any_of(diagram.tracks.begin(), diagram.tracks.end(),
        [](const auto &track) { return track.kind == Kind::Subscription; });
    const auto all = own ? queues->ofFlow(workspace, flow) : std::vector<const QueueState *>();
    for (std::size_t i = 0; i < live.size(); ++i) {
        const rules::DiagramTrack &track = diagram.tracks[i];
        if (track.kind == Kind::Queue) {
            rules::ExpectedQueue expected { track.queue, track.topic, {}, {}, track.spec,
                track.scope };
            live[i].queue = queues->find(expected); // a broker has it under another name
            live[i].lacking = !session.replaying() && queues->lacks(expected);
        } else if (track.kind == Kind::Subscription) {
            const std::string &processor = diagram.stations[*track.to].processor;
            const auto found = std::find_if(all.begin(), all.end(), [&](const QueueState *one) {
                return one->row.topic == track.topic && one->row.processor == processor;
            });
            live[i].queue = found == all.end() ? nullptr : *found;
        }
        if (live[i].queue)
            live[i].now = queues->shown(*live[i].queue);
    }
    return live;
}

double fillOf(std::int64_t ready)
{
    return std::min(1.0, std::log10(1.0 + double(ready)) / std::log10(1.0 + fullAt));
}

QString figures(const QueueFigures &now)
{
    QStringList words { DiagramWords::tr("%1 waiting").arg(format::count(now.ready)),
        DiagramWords::tr("%1 in work").arg(format::count(now.unacked)),
        flowtext::counted(
            now.consumers, DiagramWords::tr("1 consumer"), DiagramWords::tr("%1 consumers")),
        DiagramWords::tr("in %1").arg(format::ratePerSecond(now.inRate)),
        DiagramWords::tr("out %1").arg(format::ratePerSecond(now.outRate)) };
    if (now.ready > 0 && now.oldestMs)
        words.append(DiagramWords::tr("oldest %1").arg(format::age(*now.oldestMs)));
    return words.join(QStringLiteral(" · "));
}

TrackValue valueOf(const QueueStore &store, const rules::DiagramTrack &track, const Live &live)
{
    TrackValue value;
    QStringList tip { qs(track.topic) };
    if (track.kind == Kind::Exit) {
        tip.append(DiagramWords::tr("leaves this flow: its queue belongs to whoever consumes it"));
    } else if (track.kind == Kind::Undirected) {
        tip.append(DiagramWords::tr("the name of the topic does not tell the direction"));
    } else if (live.lacking) {
        value.aspect = Cell::Warning;
        value.rate = format::unknown();
        tip.append(DiagramWords::tr("its queue is not there: what is sent to it is lost"));
    } else if (!live.queue) {
        tip.append(track.kind == Kind::Queue
                ? DiagramWords::tr("unknown: the queue was not seen at the broker")
                : DiagramWords::tr("unknown: a queue of its own, which the broker does not list"));
        value.rate = format::unknown();
    } else if (!live.known()) {
        tip.append(store.replay()->active()
                ? DiagramWords::tr("unknown: of that instant nothing is known of it")
                : DiagramWords::tr("unknown: no source tells its counts"));
        value.rate = format::unknown();
    } else {
        const QueueFigures &now = live.now;
        value.aspect = store.shownAspect(*live.queue);
        value.fill = fillOf(now.ready);
        value.waiting = now.ready > 0 ? format::count(now.ready) : QString();
        value.perSecond = std::max(now.outRate.value_or(0), now.inRate.value_or(0));
        value.rate =
            now.outRate && *now.outRate > 0 ? format::ratePerSecond(now.outRate) : QString();
        tip.append(figures(now));
        if (value.aspect != Cell::Clear)
            tip.append(store.shownWhy(*live.queue));
    }
    if (!track.answers.empty())
        tip.append(DiagramWords::tr("answers on %1").arg(qs(track.answers)));
    value.tip = tip.join(QLatin1Char('\n'));
    return value;
}

/// Sums over the tracks that end at one station.
struct Arrivals {
    int tracks = 0;
    int known = 0;
    int served = 0;
    std::int64_t consumers = 0; ///< most of one track
    std::int64_t ready = 0;
    bool complete() const { return tracks > 0 && known == tracks; }
};

std::vector<Arrivals> arrivalsOf(const rules::Diagram &diagram, const std::vector<Live> &live)
{
    std::vector<Arrivals> sums(diagram.stations.size());
    for (std::size_t i = 0; i < live.size(); ++i) {
        const rules::DiagramTrack &track = diagram.tracks[i];
        if (track.kind != Kind::Queue)
            continue; // a subscriber's own queue comes and goes with it
        Arrivals &sum = sums[*track.to];
        ++sum.tracks;
        if (!live[i].known())
            continue;
        const QueueFigures &now = live[i].now;
        ++sum.known;
        sum.served += now.consumers > 0 ? 1 : 0;
        sum.consumers = std::max<std::int64_t>(sum.consumers, now.consumers);
        sum.ready += now.ready;
    }
    return sums;
}

Cell::Aspect aspectOf(const Arrivals &sum, const schema::ProcessorRow *worker)
{
    if (worker && worker->state == "dead")
        return Cell::Stop;
    if (!sum.complete())
        return worker && worker->state == "running" && sum.tracks == 0 ? Cell::Clear
                                                                       : Cell::Unknown;
    if (sum.served == 0)
        return Cell::Stop;
    return sum.served < sum.tracks || (worker && worker->state == "paused") ? Cell::Warning
                                                                            : Cell::Clear;
}

StationValue valueOf(
    const rules::DiagramStation &station, const Arrivals &sum, const schema::ProcessorRow *worker)
{
    StationValue value;
    value.aspect = aspectOf(sum, worker);
    QStringList detail;
    QStringList tip { DiagramWords::tr("%1, scope %2")
                          .arg(qs(station.variant), flowtext::scopeName(station.scope)) };
    if (worker && worker->state != "running")
        detail.append(worker->state == "dead" ? DiagramWords::tr("dead")
                : worker->state == "paused"   ? DiagramWords::tr("paused")
                                              : qs(worker->state));
    if (sum.complete() && detail.isEmpty())
        detail.append(flowtext::counted(
            sum.consumers, DiagramWords::tr("1 consumer"), DiagramWords::tr("%1 consumers")));
    if (worker && worker->processed > 0)
        detail.append(format::latency(qint64(worker->meanMs * 1000)));
    if (sum.tracks == 0)
        tip.append(DiagramWords::tr("reads no shared queue"));
    else if (sum.complete())
        tip.append(DiagramWords::tr("%1 waiting · consumes %2 of %3 queues")
                       .arg(format::count(qint64(sum.ready)))
                       .arg(sum.served)
                       .arg(sum.tracks));
    else
        tip.append(DiagramWords::tr("unknown: counts of %1 of %2 queues are known")
                       .arg(sum.known)
                       .arg(sum.tracks));
    if (worker)
        tip.append(DiagramWords::tr("%1 · %2 handled · %3 errors · %4 each")
                       .arg(qs(worker->state), format::count(qint64(worker->processed)),
                           format::count(qint64(worker->errors)),
                           format::latency(qint64(worker->meanMs * 1000))));
    value.detail = detail.isEmpty() ? format::unknown() : detail.join(QStringLiteral(" · "));
    value.tip = tip.join(QLatin1Char('\n'));
    return value;
}

CellData cell(const QString &text, Cell::Tone tone = Cell::Normal, const QString &tip = {})
{
    return { text, tone, Cell::Unknown, tip.isEmpty() ? text : tip, text, {} };
}

CellData signalCell(int aspect, const QString &tip)
{
    const auto known = Cell::Aspect(aspect);
    return { QString(), aspectTone(known), known, tip, aspectName(known), {} };
}

/// Waiting, in, out, consumers.
void addFigures(PartTable::Part &part, const Live &live)
{
    const auto add = [&part](const QString &text, std::optional<double> order) {
        part.cells.push_back(cell(text, order ? Cell::Normal : Cell::Muted));
        part.order.push_back(order.value_or(PartTable::unknown));
    };
    const QueueFigures now = live.known() ? live.now : QueueFigures();
    const auto number = [&](qint64 value) {
        add(now.known ? format::count(value) : format::unknown(),
            now.known ? std::optional(double(value)) : std::nullopt);
    };
    number(now.ready);
    add(format::rate(now.inRate), now.inRate);
    add(format::rate(now.outRate), now.outRate);
    number(now.consumers);
}

} // namespace

TrackValues valuesOf(const rules::Diagram &diagram, const Session &session,
    const QString &workspace, const QString &flow)
{
    TrackValues values;
    const std::vector<Live> live = liveOf(diagram, session, workspace, flow);
    const std::vector<Arrivals> sums = arrivalsOf(diagram, live);
    // what a worker did has no history: of a past instant its queues alone tell
    const auto workers = session.replaying() ? std::vector<schema::ProcessorRow>()
                                             : session.flows()->processorsOf(workspace, flow);
    // what our gateway told, and does not tell now
    const QString asOf = session.replaying() ? QString() : session.asOfText();
    for (std::size_t i = 0; i < diagram.stations.size(); ++i) {
        const rules::DiagramStation &station = diagram.stations[i];
        const auto worker = std::find_if(workers.begin(), workers.end(), [&](const auto &one) {
            return one.processor == station.processor && one.variant == station.variant;
        });
        values.stations.append(
            valueOf(station, sums[i], worker == workers.end() ? nullptr : &*worker));
        if (worker != workers.end() && !asOf.isEmpty())
            values.stations.back().tip += QLatin1Char('\n') + asOf;
    }
    for (std::size_t i = 0; i < diagram.tracks.size(); ++i) {
        values.tracks.append(valueOf(*session.queues(), diagram.tracks[i], live[i]));
        if (live[i].queue && live[i].queue->readings.empty() && !asOf.isEmpty())
            values.tracks.back().tip += QLatin1Char('\n') + asOf;
    }
    return values;
}

const QueueState *queueOf(const rules::DiagramTrack &track, const rules::Diagram &diagram,
    const Session &session, const QString &workspace, const QString &flow)
{
    const rules::Diagram one { diagram.stations, { track } };
    return liveOf(one, session, workspace, flow).front().queue;
}

std::vector<Column> columns()
{
    return {
        { QStringLiteral("signal"), QString(), Cell::Signal, 36, false, {} },
        { QStringLiteral("kind"), DiagramWords::tr("Kind"), Cell::Text, 80, false, {} },
        { QStringLiteral("name"), DiagramWords::tr("Station or track"), Cell::Strong, 340, false,
            {} },
        { QStringLiteral("waiting"), DiagramWords::tr("Waiting"), Cell::Number, 100, false, {} },
        { QStringLiteral("in"), DiagramWords::tr("In /s"), Cell::Number, 80, false, {} },
        { QStringLiteral("out"), DiagramWords::tr("Out /s"), Cell::Number, 80, false, {} },
        { QStringLiteral("consumers"), DiagramWords::tr("Consumers"), Cell::Number, 90, false, {} },
        { QStringLiteral("topic"), DiagramWords::tr("Variant or topic"), Cell::Mono, 420, false,
            {} },
    };
}

std::vector<PartTable::Part> parts(const rules::Diagram &diagram, const TrackValues &values,
    const Session &session, const QString &workspace, const QString &flow)
{
    const std::vector<Live> live = liveOf(diagram, session, workspace, flow);
    const std::vector<Arrivals> sums = arrivalsOf(diagram, live);
    std::vector<PartTable::Part> parts;
    const auto begin = [&](const QString &key, int aspect, const QString &tip, const QString &kind,
                           const QString &name) {
        PartTable::Part &part = parts.emplace_back();
        part.key = key;
        part.cells = { signalCell(aspect, tip), cell(kind, Cell::Muted), cell(name) };
        part.order = { double(aspect), PartTable::unknown, PartTable::unknown };
        return &part;
    };
    for (std::size_t i = 0; i < diagram.stations.size(); ++i) {
        const StationValue value = values.station(qsizetype(i));
        PartTable::Part *part = begin(stationKey(diagram, i), value.aspect, value.tip,
            DiagramWords::tr("Station"), qs(diagram.stations[i].processor));
        const auto known = sums[i].complete();
        part->cells.push_back(cell(known ? format::count(qint64(sums[i].ready)) : format::unknown(),
            known ? Cell::Normal : Cell::Muted));
        part->cells.insert(part->cells.end(), 2, cell(QString()));
        part->cells.push_back(
            cell(known ? format::count(qint64(sums[i].consumers)) : format::unknown(),
                known ? Cell::Normal : Cell::Muted));
        part->cells.push_back(cell(qs(diagram.stations[i].variant), Cell::Muted));
        part->order.insert(part->order.end(),
            { known ? double(sums[i].ready) : PartTable::unknown, PartTable::unknown,
                PartTable::unknown, known ? double(sums[i].consumers) : PartTable::unknown,
                PartTable::unknown });
    }
    for (std::size_t i = 0; i < diagram.tracks.size(); ++i) {
        const TrackValue value = values.track(qsizetype(i));
        PartTable::Part *part = begin(trackKey(diagram, i), value.aspect, value.tip,
            DiagramWords::tr("Track"), trackName(diagram, i));
        addFigures(*part, live[i]);
        part->cells.push_back(cell(qs(diagram.tracks[i].topic), Cell::Muted));
        part->order.push_back(PartTable::unknown);
    }
    return parts;
}

TrackValues plannedValues(const rules::Diagram &diagram)
{
    TrackValues values;
    for (const rules::DiagramStation &station : diagram.stations) {
        StationValue value;
        value.detail = flowtext::scopeName(station.scope);
        value.tip = DiagramWords::tr("%1 · %2").arg(qs(station.variant), value.detail);
        values.stations.append(value);
    }
    for (const rules::DiagramTrack &track : diagram.tracks) {
        TrackValue value;
        value.tip =
            DiagramWords::tr("%1 · %2").arg(qs(track.topic), flowtext::scopeName(track.scope));
        values.tracks.append(value);
    }
    return values;
}

QString notes(const rules::Diagram &diagram)
{
    const auto undirected = std::count_if(diagram.tracks.begin(), diagram.tracks.end(),
        [](const auto &track) { return track.kind == Kind::Undirected; });
    return undirected == 0 ? QString()
                           : flowtext::counted(undirected,
                               DiagramWords::tr("1 track without known direction is dotted"),
                               DiagramWords::tr("%1 tracks without known direction are dotted"));
}

QString words(const DotFault &fault)
{
    switch (fault.kind) {
    case DotFault::Missing:
        return DiagramWords::tr(
            "Graphviz is not installed, so the tracks cannot be laid out: the program “%1” "
            "was not found. Install the package graphviz; until then the same figures stand "
            "here as a list.")
            .arg(fault.text);
    case DotFault::Died:
        return DiagramWords::tr(
            "The layout program ended with an error: %1. The same figures stand here as a "
            "list.")
            .arg(fault.text);
    case DotFault::TooSlow:
        return DiagramWords::tr(
            "The layout was given up after %1 s. The same figures stand here as a list.")
            .arg(fault.text);
    case DotFault::Garbage:
        return DiagramWords::tr(
            "The answer of the layout program cannot be read: %1. The same figures stand "
            "here as a list.")
            .arg(fault.text);
    case DotFault::Cancelled:
        return {};
    }
    return {};
}

} // namespace signalbox::diagramfigures
