// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/queuetable.h"

#include "models/rules/queuerates.h"
#include "models/schema/jsontree.h"
#include "models/stores/aspect.h"
#include "models/stores/format.h"
#include "models/stores/queuehistory.h"
#include "models/stores/queuereplay.h"
#include "models/stores/storetable.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace signalbox {
namespace {

enum ColumnNumber {
    Aspect,
    Queue,
    Ready,
    Unacked,
    Consumers,
    In,
    Out,
    Oldest,
    Drain,
    Trend,
    Scope,
    Workspace,
    Flow,
    Processor,
    Redelivered,
    Size
};

enum Field {
    Name,
    ScopeText,
    WorkspaceId,
    FlowId,
    BlueprintName,
    ProcessorId,
    ClassName,
    Topic,
    SignalText,
    SourceText,
    ReadyNumber,
    UnackedNumber,
    ConsumersNumber,
    InNumber,
    OutNumber,
    RedeliveredNumber,
    AgeNumber,
    DrainNumber,
    SizeNumber,
    PublishedNumber,
    AckedNumber
};

rules::Drain drainOf(const QueueFigures &now)
{
    return now.current() ? rules::timeToDrain(now.ready, now.inRate, now.outRate) : rules::Drain();
}

/// nullopt: a rate, which comes from two of them.
std::optional<rules::QueueFigure> figureOf(std::size_t field)
{
    using rules::QueueFigure;
    switch (field) {
    case ReadyNumber:
        return QueueFigure::Ready;
    case UnackedNumber:
        return QueueFigure::Unacked;
    case ConsumersNumber:
        return QueueFigure::Consumers;
    case RedeliveredNumber:
        return QueueFigure::Redelivered;
    case AgeNumber:
        return QueueFigure::Oldest;
    case SizeNumber:
        return QueueFigure::Bytes;
    case PublishedNumber:
        return QueueFigure::Published;
    case AckedNumber:
        return QueueFigure::Acked;
    default:
        return {};
    }
}

std::string_view aspectWord(Cell::Aspect aspect)
{
    static const std::array<std::string, 4> words { aspectName(Cell::Clear).toStdString(),
        aspectName(Cell::Warning).toStdString(), aspectName(Cell::Stop).toStdString(),
        aspectName(Cell::Unknown).toStdString() };
    return words.at(std::size_t(aspect));
}

struct FilterRow final : rules::Filter::Row {
    const QueueStore &store;
    const int at; ///< store row
    const QueueState &state;
    mutable std::string made;
    FilterRow(const QueueStore &queues, int row)
        : store(queues)
        , at(row)
        , state(queues.rows()[row])
    {
    }
    std::string_view text(std::size_t field) const override
    {
        const auto &row = state.row;
        switch (field) {
        case Name:
            return row.name;
        case ScopeText:
            return row.scope;
        case WorkspaceId:
            return row.workspace;
        case FlowId:
            if (!row.flow.empty())
                return row.flow;
            made = store.flowsOf(at).join(u' ').toStdString();
            return made;
        case BlueprintName:
            return row.blueprint;
        case ProcessorId:
            return row.processor;
        case ClassName:
            return row.topicClass;
        case Topic:
            return row.topic;
        case SignalText:
            return aspectWord(store.shownAspect(state));
        case SourceText: // one of our own words
            made.resize(std::size_t(state.source.size()));
            std::transform(state.source.begin(), state.source.end(), made.begin(),
                [](QChar c) { return c.toLatin1(); });
            return made;
        default:
            return {};
        }
    }
    bool hasOwnWords(std::size_t field) const override
    {
        switch (field) {
        case WorkspaceId:
            return !(state.inName & QueueState::Workspace);
        case FlowId:
            return !(state.inName & QueueState::Flow);
        case ProcessorId:
            return !(state.inName & QueueState::Processor);
        case ClassName:
            return !(state.inName & QueueState::Class);
        case Topic:
            return !(state.inName & QueueState::Topic);
        default:
            return true;
        }
    }
    /// A shared queue is found under each of the flows that share it.
    bool anyText(
        std::size_t field, const std::function<bool(std::string_view)> &fits) const override
    {
        if (field != FlowId || !state.row.flow.empty())
            return fits(text(field));
        const QStringList flows = store.flowsOf(at);
        return flows.isEmpty() ? fits({})
                               : std::any_of(flows.begin(), flows.end(),
                                   [&](const QString &flow) { return fits(flow.toStdString()); });
    }
    std::optional<double> number(std::size_t field) const override
    {
        const QueueFigures now = store.shown(state);
        if (!now.known)
            return {};
        const auto &row = state.row;
        const bool past = store.replay()->active();
        if (const auto figure = figureOf(field); !past && figure && !state.tells(*figure))
            return {};
        switch (field) {
        case ReadyNumber:
            return double(now.ready);
        case UnackedNumber:
            return double(now.unacked);
        case ConsumersNumber:
            return double(now.consumers);
        case InNumber:
            return now.inRate;
        case OutNumber:
            return now.outRate;
        case AgeNumber:
            return now.oldestMs ? std::optional(double(*now.oldestMs)) : std::nullopt;
        case DrainNumber:
            return rules::drainMs(drainOf(now));
        default:
            break;
        }
        if (past)
            return {}; // what is kept tells only the three counts
        switch (field) {
        case RedeliveredNumber:
            return double(row.redelivered);
        case SizeNumber:
            return double(row.bytes);
        case PublishedNumber:
            return double(row.published);
        case AckedNumber:
            return double(row.acked);
        default:
            return {};
        }
    }
};

int fieldOf(int column)
{
    switch (column) {
    case Ready:
        return ReadyNumber;
    case Unacked:
        return UnackedNumber;
    case Consumers:
        return ConsumersNumber;
    case In:
        return InNumber;
    case Out:
        return OutNumber;
    case Redelivered:
        return RedeliveredNumber;
    case Oldest:
        return AgeNumber;
    case Drain:
        return DrainNumber;
    default:
        return SizeNumber;
    }
}

const std::string &textOf(const schema::QueueRow &row, int column)
{
    switch (column) {
    case Scope:
        return row.scope;
    case Workspace:
        return row.workspace;
    case Flow:
        return row.flow;
    case Processor:
        return row.processor;
    default:
        return row.name;
    }
}

bool isWords(int column)
{
    return column >= Scope && column <= Processor;
}

QString numberText(int column, double value)
{
    switch (column) {
    case In:
    case Out:
        return format::rate(value);
    case Oldest:
        return format::age(qint64(value));
    case Size:
        return format::bytes(qint64(value));
    default:
        return format::count(qint64(value));
    }
}

Cell::Tone numberTone(const QueueStore &store, const QueueState &state, int column, double value)
{
    const auto aspect = store.shownAspect(state);
    const bool subject =
        column == Ready || column == Consumers || (column == Oldest && value > 60000);
    if (subject && (aspect == Cell::Warning || aspect == Cell::Stop)
        && (column != Consumers || value == 0) && (column != Ready || value > 0))
        return aspectTone(aspect);
    return value == 0 ? Cell::Muted : Cell::Normal;
}

struct QueueMap {
    Q_DECLARE_TR_FUNCTIONS(QueueTable)
public:
    using Store = QueueStore;
    static constexpr int sortColumn = Queue;
    static constexpr int keyColumn = Queue;
    static constexpr bool sortDescending = false;

    static std::vector<Column> columns();
    static const std::vector<rules::FilterField> &fields();
    static CellData cell(const Store &store, int number, int column);
    static CellData flowCell(const Store &store, const QueueState &state);
    static QString key(const Store &store, int row) { return store.rows()[row].name; }
    static int rowOf(const Store &store, const QString &key)
    {
        return store.rowOf(key.toStdString());
    }
    static bool inWorkspace(const Store &store, int row, const QString &workspace)
    {
        return workspace == QLatin1String(store.rows()[row].row.workspace.c_str());
    }
    static FilterRow filterRow(const Store &store, int row) { return { store, row }; }
    static QString json(const Store &store, int row);
    static CellData drainCell(const QueueFigures &now);
    static CellData trendCell(const Store &store, const QueueState &state);
    static bool sortsByNumber(int column) { return column != Queue && !isWords(column); }
    static std::optional<double> sortNumber(const Store &store, int row, int column)
    {
        if (column == Aspect)
            return aspectRank(store.shownAspect(store.rows()[row]));
        if (column == Trend)
            column = Ready;
        return FilterRow(store, row).number(fieldOf(column));
    }
    static std::optional<std::string_view> sortText(const Store &store, int row, int column)
    {
        return textOf(store.rows()[row].row, column);
    }
    static void fetch(const Store &store, int row, bool next)
    {
        const QueueState &state = store.rows()[row];
        if (next) {
            __builtin_prefetch(state.row.name.data());
            __builtin_prefetch(state.row.name.data() + 64);
        } else {
            __builtin_prefetch(&state.row.name);
            __builtin_prefetch(&state.row.scope);
            __builtin_prefetch(&state.row.blueprint);
            __builtin_prefetch(&state.inName);
        }
    }
    static bool less(const Store &store, int left, int right, int column)
    {
        return textOf(store.rows()[left].row, column) < textOf(store.rows()[right].row, column);
    }
};

/// The figures of what is shown; those that nobody tells are left out, never 0. Old ones and those
/// of an instant say so.
QString QueueMap::json(const Store &store, int row)
{
    using rules::QueueFigure;
    struct Member {
        const char *name;
        std::optional<QueueFigure> figure; ///< nullopt: only our gateway tells it
        bool kept; ///< of a past instant
    };
    static constexpr std::array members { Member { "ready", QueueFigure::Ready, true },
        Member { "unacked", QueueFigure::Unacked, true },
        Member { "consumers", QueueFigure::Consumers, true },
        Member { "published", QueueFigure::Published, false },
        Member { "delivered", std::nullopt, false }, Member { "acked", QueueFigure::Acked, false },
        Member { "redelivered", QueueFigure::Redelivered, false },
        Member { "deleted", std::nullopt, false },
        Member { "oldest-ms", QueueFigure::Oldest, false },
        Member { "bytes", QueueFigure::Bytes, false },
        Member { "max-depth", std::nullopt, false } };
    const QueueState &state = store.rows()[row];
    const QueueFigures now = store.shown(state);
    const bool past = store.replay()->active();
    const bool own = state.readings.empty()
        || std::any_of(state.readings.begin(), state.readings.end(),
            [](const auto &one) { return one.source == rules::QueueSource::Fabric; });
    schema::QueueRow shown = state.row;
    shown.ready = now.ready;
    shown.unacked = now.unacked;
    shown.consumers = now.consumers;
    std::string text = schema::encode(shown);
    for (const Member &member : members) {
        const bool told =
            (!past || member.kept) && (member.figure ? state.tells(*member.figure) : own);
        if (now.known && told)
            continue;
        if (const auto tree = schema::JsonTree::parse(text))
            text = schema::withoutValue(*tree, schema::JsonPath() / std::string(member.name));
    }
    const auto add = [&text](const char *name, const std::string &value) {
        if (const auto tree = schema::JsonTree::parse(text))
            text = schema::withValue(*tree, schema::JsonPath() / std::string(name), value);
    };
    const auto age = store.ageOf(state, QueueFigure::Ready);
    if (past)
        add("as-of-ms", std::to_string(store.replay()->instantMs()));
    else if (now.known && age)
        add("age-ms", std::to_string(*age));
    if (now.known && now.old)
        add("stale", "true");
    return QString::fromStdString(schema::pretty(text));
}

std::vector<Column> QueueMap::columns()
{
    return {
        { QStringLiteral("aspect"), QString(), Cell::Signal, 32, false,
            tr("Signal: the worst fact about the queue") },
        { QStringLiteral("queue"), tr("Queue"), Cell::Mono, 380, false, {} },
        { QStringLiteral("ready"), tr("Ready"), Cell::Number, 76, false, tr("Messages that wait") },
        { QStringLiteral("unacked"), tr("Unacked"), Cell::Number, 70, false,
            tr("Messages given to a consumer and not yet acknowledged"), 9 },
        { QStringLiteral("consumers"), tr("Consumers"), Cell::Number, 84, false, {} },
        { QStringLiteral("in"), tr("In /s"), Cell::Number, 68, false, {} },
        { QStringLiteral("out"), tr("Out /s"), Cell::Number, 68, false,
            tr("Acknowledged per second") },
        { QStringLiteral("oldest"), tr("Oldest"), Cell::Number, 72, false,
            tr("Age of the message that has waited longest"), 7 },
        { QStringLiteral("drain"), tr("Drains in"), Cell::Number, 76, false,
            tr("Until nothing waits, if the rates of now stay"), 8 },
        { QStringLiteral("trend"), tr("10 min"), Cell::Spark, 90, false,
            tr("What waited over the last ten minutes, where it was kept"), 5 },
        { QStringLiteral("scope"), tr("Scope"), Cell::Text, 90, false,
            tr("Who owns it: it goes with the last of them"), 4 },
        { QStringLiteral("workspace"), tr("Workspace"), Cell::Text, 110, false, {}, 3 },
        { QStringLiteral("flow"), tr("Flow"), Cell::Text, 120, false,
            tr("The flow that consumes it, or how many share it"), 6 },
        { QStringLiteral("processor"), tr("Processor"), Cell::Text, 150, false, {}, 2 },
        { QStringLiteral("redelivered"), tr("Redelivered"), Cell::Number, 96, false,
            tr("Messages that were handed out more than once"), 1 },
        { QStringLiteral("size"), tr("Size"), Cell::Number, 90, true, {} },
    };
}

const std::vector<rules::FilterField> &QueueMap::fields()
{
    using rules::FieldKind;
    static const std::vector<rules::FilterField> all {
        { "queue", FieldKind::Text, { "name" } },
        { "scope", FieldKind::Text, {} },
        { "workspace", FieldKind::Text, { "ws" } },
        { "flow", FieldKind::Text, {} },
        { "blueprint", FieldKind::Text, {} },
        { "processor", FieldKind::Text, {} },
        { "class", FieldKind::Text, {} },
        { "topic", FieldKind::Text, {} },
        { "signal", FieldKind::Text, { "aspect" }, { "clear", "warning", "stop", "unknown" } },
        { "source", FieldKind::Text, {},
            { "events", "fabric", "rabbitmq", "pulsar", "prometheus", "blueprint" } },
        { "ready", FieldKind::Number, { "backlog", "depth" } },
        { "unacked", FieldKind::Number, {} },
        { "consumers", FieldKind::Number, {} },
        { "in", FieldKind::Number, {} },
        { "out", FieldKind::Number, { "rate" } },
        { "redelivered", FieldKind::Number, {} },
        { "age", FieldKind::DurationMs, { "oldest" } },
        { "drain", FieldKind::DurationMs, {} },
        { "size", FieldKind::Number, { "bytes" } },
        { "published", FieldKind::Number, {} },
        { "acked", FieldKind::Number, {} },
    };
    return all;
}

CellData QueueMap::flowCell(const Store &store, const QueueState &state)
{
    if (!state.row.flow.empty())
        return { QString::fromStdString(state.row.flow), Cell::Muted, {}, {}, {}, {} };
    const QStringList flows = store.flowsOf(state.row.name);
    if (flows.size() < 2)
        return { flows.value(0), Cell::Muted, {}, {}, {}, {} };
    return { tr("%1 flows").arg(flows.size()), Cell::Muted, {},
        tr("Shared by %1").arg(flows.join(QStringLiteral(", "))), flows.join(u' '), {} };
}

CellData QueueMap::drainCell(const QueueFigures &now)
{
    using Kind = rules::Drain::Kind;
    const rules::Drain drain = drainOf(now);
    const auto copy = rules::drainMs(drain);
    const QString exact = copy ? QString::number(*copy, 'g', 17) : QString();
    switch (drain.kind) {
    case Kind::Unknown:
        break;
    case Kind::Empty:
        return { QStringLiteral("0"), Cell::Muted, {}, tr("Nothing waits."), exact, {} };
    case Kind::Draining:
        return { format::age(qint64(*copy)), Cell::Normal, {}, {}, exact, {} };
    case Kind::Standing:
        return { tr("stands"), Cell::Caution, {}, tr("As much comes as goes."), tr("stands"), {} };
    case Kind::Growing:
        return { tr("grows"), Cell::Caution, {}, tr("More comes than goes."), tr("grows"), {} };
    }
    return { format::unknown(), Cell::Muted, {}, tr("A rate is not known."), {}, {} };
}

/// Whoever asks for this cell sees the row: its history begins with that.
CellData QueueMap::trendCell(const Store &store, const QueueState &state)
{
    QueueHistory &history = *store.history();
    history.look(state.row.name);
    CellData cell { {}, Cell::Muted, {}, {}, {}, {} };
    const QueueReplay &replay = *store.replay();
    const QueueFigures now = store.shown(state);
    cell.series = replay.active()
        ? history.trendUntil(state.row.name, HistoryRing::Ready, replay.instantMs())
        : history.trend(state.row.name, HistoryRing::Ready);
    cell.tone = cell.series.isEmpty() || now.ready == 0
        ? Cell::Muted
        : numberTone(store, state, Ready, double(now.ready));
    cell.tip = cell.series.isEmpty() ? tr("No history yet: it begins with the first look.")
        : replay.active()            ? tr("What waited in the ten minutes before that instant")
                                     : tr("What waited over the last %1")
                                .arg(format::age(std::min<qint64>(
                                    600000, history.nowMs() - history.sinceMs(state.row.name))));
    return cell;
}

CellData QueueMap::cell(const Store &store, int number, int column)
{
    const QueueState &state = store.rows()[number];
    if (column == Aspect) {
        const auto aspect = store.shownAspect(state);
        return { aspectName(aspect), aspectTone(aspect), aspect, store.shownWhy(state), {}, {} };
    }
    if (column == Queue)
        return { store.labelOf(state), Cell::Normal, {}, QString::fromStdString(state.row.topic),
            state.name, {} };
    if (column == Flow)
        return flowCell(store, state);
    if (column == Drain)
        return drainCell(store.shown(state));
    if (column == Trend)
        return trendCell(store, state);
    if (isWords(column))
        return { QString::fromStdString(textOf(state.row, column)), Cell::Muted, {}, {}, {}, {} };
    const auto value = sortNumber(store, number, column);
    if (!value)
        return { format::unknown(), Cell::Muted, {}, {}, {}, {} };
    const auto figure = figureOf(std::size_t(fieldOf(column)));
    const bool past = store.replay()->active();
    const QString since = figure && !past && !state.readings.empty()
        ? tr("from %1, %2 ago")
              .arg(store.sourceOf(state, *figure), format::age(store.ageOf(state, *figure)))
        : QString();
    const bool stale = figure && !past && state.isStale(*figure);
    return { numberText(column, *value),
        stale ? Cell::Muted : numberTone(store, state, column, *value), {}, since,
        QString::number(*value, 'g', 17), {} };
}

/// Lets those that show the same rows in another form ask for row numbers instead of names.
class QueueTable final : public StoreTable<QueueMap> {
public:
    using StoreTable::StoreTable;
    using TableModel::storeRowAt;
};

} // namespace

TableModel *newQueueTable(QueueStore *store, QObject *parent)
{
    return new QueueTable(store, parent);
}

int queueRowAt(const TableModel &table, int shown)
{
    return static_cast<const QueueTable &>(table).storeRowAt(shown);
}

} // namespace signalbox
