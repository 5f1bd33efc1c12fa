// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/queuetable.h"

#include "models/stores/aspect.h"
#include "models/stores/format.h"

namespace signalbox {
namespace {

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
    SizeNumber,
    PublishedNumber,
    AckedNumber
};

std::string_view signalText(Cell::Aspect aspect)
{
    switch (aspect) {
    case Cell::Clear:
        return "clear";
    case Cell::Warning:
        return "warning";
    case Cell::Stop:
        return "stop";
    default:
        return "unknown";
    }
}

struct FilterRow final : rules::Filter::Row {
    const QueueState &state;
    mutable std::string source;
    explicit FilterRow(const QueueState &queue)
        : state(queue)
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
            return row.flow;
        case BlueprintName:
            return row.blueprint;
        case ProcessorId:
            return row.processor;
        case ClassName:
            return row.topicClass;
        case Topic:
            return row.topic;
        case SignalText:
            return signalText(QueueStore::aspectOf(state));
        case SourceText:
            source = state.source.toStdString();
            return source;
        default:
            return {};
        }
    }
    std::optional<double> number(std::size_t field) const override
    {
        if (!state.countsKnown)
            return {};
        const auto &row = state.row;
        switch (field) {
        case ReadyNumber:
            return double(row.ready);
        case UnackedNumber:
            return double(row.unacked);
        case ConsumersNumber:
            return double(row.consumers);
        case InNumber:
            return state.inRate;
        case OutNumber:
            return state.outRate;
        case AgeNumber:
            return row.oldestMs ? std::optional(double(*row.oldestMs)) : std::nullopt;
        default:
            break;
        }
        if (state.source == QLatin1String("prometheus"))
            return {}; // the broker's series tell only the three counts
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
    case QueueTable::Ready:
        return ReadyNumber;
    case QueueTable::Unacked:
        return UnackedNumber;
    case QueueTable::Consumers:
        return ConsumersNumber;
    case QueueTable::In:
        return InNumber;
    case QueueTable::Out:
        return OutNumber;
    case QueueTable::Redelivered:
        return RedeliveredNumber;
    case QueueTable::Oldest:
        return AgeNumber;
    default:
        return SizeNumber;
    }
}

const std::string &textOf(const schema::QueueRow &row, int column)
{
    switch (column) {
    case QueueTable::Scope:
        return row.scope;
    case QueueTable::Workspace:
        return row.workspace;
    case QueueTable::Flow:
        return row.flow;
    case QueueTable::Processor:
        return row.processor;
    default:
        return row.name;
    }
}

bool isWords(int column)
{
    return column >= QueueTable::Scope && column <= QueueTable::Processor;
}

QString numberText(int column, double value)
{
    switch (column) {
    case QueueTable::In:
    case QueueTable::Out:
        return format::rate(value);
    case QueueTable::Oldest:
        return format::age(qint64(value));
    case QueueTable::Size:
        return format::bytes(qint64(value));
    default:
        return format::count(qint64(value));
    }
}

Cell::Tone numberTone(const QueueState &state, int column, double value)
{
    const auto aspect = QueueStore::aspectOf(state);
    const bool subject = column == QueueTable::Ready || column == QueueTable::Consumers
        || (column == QueueTable::Oldest && value > 60000);
    if (subject && (aspect == Cell::Warning || aspect == Cell::Stop)
        && (column != QueueTable::Consumers || value == 0)
        && (column != QueueTable::Ready || value > 0))
        return aspectTone(aspect);
    return value == 0 ? Cell::Muted : Cell::Normal;
}

} // namespace

QueueTable::QueueTable(QueueStore *store, QObject *parent)
    : TableModel(parent)
    , m_store(store)
    , m_columns {
        { QStringLiteral("aspect"), QString(), Cell::Signal, 32, false,
            tr("Signal: the worst fact about the queue") },
        { QStringLiteral("queue"), tr("Queue"), Cell::Mono, 420, false, {} },
        { QStringLiteral("ready"), tr("Ready"), Cell::Number, 76, false, tr("Messages that wait") },
        { QStringLiteral("unacked"), tr("Unacked"), Cell::Number, 76, false,
            tr("Messages given to a consumer and not yet acknowledged") },
        { QStringLiteral("consumers"), tr("Consumers"), Cell::Number, 90, false, {} },
        { QStringLiteral("in"), tr("In /s"), Cell::Number, 68, false, {} },
        { QStringLiteral("out"), tr("Out /s"), Cell::Number, 68, false,
            tr("Acknowledged per second") },
        { QStringLiteral("oldest"), tr("Oldest"), Cell::Number, 80, false,
            tr("Age of the message that has waited longest") },
        { QStringLiteral("scope"), tr("Scope"), Cell::Text, 90, false,
            tr("Who owns it: it goes with the last of them") },
        { QStringLiteral("workspace"), tr("Workspace"), Cell::Text, 110, false, {} },
        { QStringLiteral("flow"), tr("Flow"), Cell::Text, 120, false, {} },
        { QStringLiteral("processor"), tr("Processor"), Cell::Text, 150, false, {} },
        { QStringLiteral("redelivered"), tr("Redelivered"), Cell::Number, 100, true, {} },
        { QStringLiteral("size"), tr("Size"), Cell::Number, 90, true, {} },
    }
{
    connect(store, &QueueStore::rowsChanged, this, [this](const auto &rows) { rowsChanged(rows); });
    connect(store, &QueueStore::rowsInserted, this,
        [this](int first, int last) { rowsInserted(first, last); });
    connect(
        store, &QueueStore::rowRemoved, this, [this](int row, int from) { rowRemoved(row, from); });
    connect(store, &QueueStore::reset, this, [this] { storeReset(); });
    connect(store, &QObject::destroyed, this, [this] { storeReset(); });
    storeReset();
    sortBy(Queue, false);
}

const std::vector<Column> &QueueTable::columns() const
{
    return m_columns;
}

const std::vector<rules::FilterField> &QueueTable::fields() const
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
        { "signal", FieldKind::Text, { "aspect" } },
        { "source", FieldKind::Text, {} },
        { "ready", FieldKind::Number, { "backlog", "depth" } },
        { "unacked", FieldKind::Number, {} },
        { "consumers", FieldKind::Number, {} },
        { "in", FieldKind::Number, {} },
        { "out", FieldKind::Number, { "rate" } },
        { "redelivered", FieldKind::Number, {} },
        { "age", FieldKind::DurationMs, { "oldest" } },
        { "size", FieldKind::Number, { "bytes" } },
        { "published", FieldKind::Number, {} },
        { "acked", FieldKind::Number, {} },
    };
    return all;
}

int QueueTable::storeSize() const
{
    return m_store ? m_store->count() : 0;
}
QString QueueTable::key(int row) const
{
    return m_store->rows()[row].name;
}
int QueueTable::storeRowOf(const QString &key) const
{
    return m_store ? m_store->rowOf(key.toStdString()) : -1;
}
bool QueueTable::inWorkspace(int row, const QString &workspace) const
{
    return workspace == QLatin1String(m_store->rows()[row].row.workspace.c_str());
}
bool QueueTable::matches(int row, const rules::Filter &filter) const
{
    return filter.matches(FilterRow(m_store->rows()[row]));
}
QString QueueTable::json(int row) const
{
    return QString::fromStdString(schema::pretty(schema::encode(m_store->rows()[row].row)));
}

CellData QueueTable::cell(int number, int column) const
{
    const QueueState &state = m_store->rows()[number];
    if (column == Aspect) {
        const auto aspect = QueueStore::aspectOf(state);
        return { aspectName(aspect), aspectTone(aspect), aspect, QueueStore::whyOf(state), {}, {} };
    }
    if (column == Queue)
        return { state.name, Cell::Normal, {}, QString::fromStdString(state.row.topic), {}, {} };
    if (isWords(column))
        return { QString::fromStdString(textOf(state.row, column)), Cell::Muted, {}, {}, {}, {} };
    const auto value = sortNumber(number, column);
    if (!value)
        return { format::unknown(), Cell::Muted, {}, {}, {}, {} };
    return { numberText(column, *value), numberTone(state, column, *value), {}, {},
        QString::number(*value, 'g', 17), {} };
}

bool QueueTable::sortsByNumber(int column) const
{
    return column != Queue && !isWords(column);
}

std::optional<double> QueueTable::sortNumber(int row, int column) const
{
    const QueueState &state = m_store->rows()[row];
    if (column == Aspect)
        return aspectRank(QueueStore::aspectOf(state));
    return FilterRow(state).number(fieldOf(column));
}

bool QueueTable::lessThan(int left, int right, int column) const
{
    const auto &a = m_store->rows()[left].row;
    const auto &b = m_store->rows()[right].row;
    if (const int order = textOf(a, column).compare(textOf(b, column)))
        return order < 0;
    return a.name < b.name;
}

} // namespace signalbox
