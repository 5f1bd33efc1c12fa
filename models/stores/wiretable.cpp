// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/wiretable.h"

#include "models/stores/format.h"
#include "models/stores/storetable.h"

#include <QCoreApplication>

namespace signalbox {
namespace {

enum ColumnNumber { Time, Direction, Channel, Service, Operation, Workspace, Id, Latency, Size };

enum Field {
    ServiceText,
    OperationText,
    WorkspaceText,
    ChannelText,
    IdText,
    StateText,
    DirectionText,
    PayloadText,
    LatencyNumber,
    SizeNumber
};

struct FilterRow final : rules::Filter::Row {
    const WireRow &row;
    mutable std::string texts[LatencyNumber];
    explicit FilterRow(const WireRow &wire)
        : row(wire)
    {
    }
    QString value(std::size_t field) const
    {
        switch (field) {
        case ServiceText:
            return row.service;
        case OperationText:
            return row.operation;
        case WorkspaceText:
            return row.workspace;
        case ChannelText:
            return row.channel;
        case IdText:
            return row.id;
        case StateText:
            return row.state;
        case DirectionText:
            return row.direction == QStringLiteral("→") ? QStringLiteral("sent")
                                                        : QStringLiteral("received");
        default:
            return row.text.text();
        }
    }
    std::string_view text(std::size_t field) const override
    {
        if (field >= LatencyNumber)
            return {};
        if (texts[field].empty())
            texts[field] = value(field).toStdString();
        return texts[field];
    }
    std::optional<double> number(std::size_t field) const override
    {
        if (field == LatencyNumber)
            return row.latencyUs < 0 ? std::nullopt : std::optional(double(row.latencyUs) / 1000);
        return field == SizeNumber ? std::optional(double(row.size)) : std::nullopt;
    }
};

struct WireMap {
    Q_DECLARE_TR_FUNCTIONS(WireTable)
public:
    using Store = WireStore;
    static constexpr int sortColumn = Time;
    static constexpr bool sortDescending = true;

    static std::vector<Column> columns();
    static const std::vector<rules::FilterField> &fields();
    static CellData cell(const Store &store, int number, int column);
    static QString key(const Store &store, int row)
    {
        return QString::number(store.rows()[row].number);
    }
    static int rowOf(const Store &store, const QString &key)
    {
        const WireRow *row = store.find(key);
        return row ? int(row->number - store.rows().front().number) : -1;
    }
    static bool inWorkspace(const Store &store, int row, const QString &workspace)
    {
        return store.rows()[row].workspace == workspace;
    }
    static FilterRow filterRow(const Store &store, int row) { return FilterRow(store.rows()[row]); }
    static QString json(const Store &store, int row) { return store.textOf(key(store, row)); }
    static bool sortsByNumber(int column)
    {
        return column == Time || column == Latency || column == Size;
    }
    static std::optional<double> sortNumber(const Store &store, int number, int column)
    {
        const WireRow &row = store.rows()[number];
        if (column == Latency)
            return row.latencyUs < 0 ? std::nullopt : std::optional(double(row.latencyUs));
        return column == Size ? double(row.size) : double(row.number);
    }
    static bool less(const Store &store, int left, int right, int column)
    {
        const int order = cell(store, left, column)
                              .text.compare(cell(store, right, column).text, Qt::CaseInsensitive);
        return order ? order < 0 : store.rows()[left].number < store.rows()[right].number;
    }
};

std::vector<Column> WireMap::columns()
{
    return {
        { QStringLiteral("time"), tr("Time"), Cell::Time, 116, false, {} },
        { QStringLiteral("direction"), QString(), Cell::Text, 32, false, tr("→ sent, ← received") },
        { QStringLiteral("channel"), tr("Channel"), Cell::Text, 80, false, {} },
        { QStringLiteral("service"), tr("Service"), Cell::Strong, 110, false, {} },
        { QStringLiteral("operation"), tr("Operation"), Cell::Text, 270, false, {} },
        { QStringLiteral("workspace"), tr("Workspace"), Cell::Text, 120, false, {} },
        { QStringLiteral("id"), tr("Id"), Cell::Mono, 90, false, {} },
        { QStringLiteral("latency"), tr("Latency"), Cell::Number, 90, false, {} },
        { QStringLiteral("size"), tr("Size"), Cell::Number, 90, false, {} },
        { QStringLiteral("state"), tr("State"), Cell::Text, 260, false, {} },
    };
}

const std::vector<rules::FilterField> &WireMap::fields()
{
    using rules::FieldKind;
    static const std::vector<rules::FilterField> all {
        { "service", FieldKind::Text, {} },
        { "operation", FieldKind::Text, { "op" } },
        { "workspace", FieldKind::Text, { "ws" } },
        { "channel", FieldKind::Text, {} },
        { "id", FieldKind::Text, {} },
        { "state", FieldKind::Text, {} },
        { "direction", FieldKind::Text, { "dir" } },
        { "text", FieldKind::Text, {} },
        { "latency", FieldKind::DurationMs, {} },
        { "size", FieldKind::Number, {} },
    };
    return all;
}

CellData WireMap::cell(const Store &store, int number, int column)
{
    const WireRow &row = store.rows()[number];
    const QString exact = column == Time ? format::dateTime(row.atMs, store.zone()) : QString();
    const auto tone = row.failed ? Cell::Danger : Cell::Normal;
    switch (column) {
    case Time:
        return { format::clock(row.atMs, store.zone()), Cell::Muted, {}, exact, exact, {} };
    case Direction:
        return { row.direction, Cell::Muted, {}, {}, {}, {} };
    case Channel:
        return { row.channel, Cell::Muted, {}, {}, {}, {} };
    case Service:
        return { row.service, tone, {}, {}, {}, {} };
    case Operation:
        return { row.operation, tone, {}, {}, {}, {} };
    case Workspace:
        return { row.workspace, Cell::Muted, {}, {}, {}, {} };
    case Id:
        return { row.id, Cell::Muted, {}, {}, {}, {} };
    case Latency:
        return row.latencyUs < 0 ? CellData {}
                                 : CellData { format::latency(row.latencyUs), Cell::Normal, {}, {},
                                       QString::number(row.latencyUs / 1000.0), {} };
    case Size:
        return { format::bytes(row.size), Cell::Normal, {}, {}, QString::number(row.size), {} };
    default:
        return { row.state, row.failed ? Cell::Danger : Cell::Muted, {}, row.state, {}, {} };
    }
}

} // namespace

TableModel *newWireTable(WireStore *store, QObject *parent)
{
    return new StoreTable<WireMap>(store, parent);
}

} // namespace signalbox
