// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/wiretable.h"

#include "models/stores/format.h"

namespace signalbox {
namespace {

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
            return row.text;
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

} // namespace

WireTable::WireTable(WireStore *store, QObject *parent)
    : TableModel(parent)
    , m_store(store)
    , m_columns {
        { QStringLiteral("time"), tr("Time"), Cell::Time, 100, false, {} },
        { QStringLiteral("direction"), QString(), Cell::Text, 32, false, tr("→ sent, ← received") },
        { QStringLiteral("channel"), tr("Channel"), Cell::Text, 80, false, {} },
        { QStringLiteral("service"), tr("Service"), Cell::Strong, 110, false, {} },
        { QStringLiteral("operation"), tr("Operation"), Cell::Text, 160, false, {} },
        { QStringLiteral("workspace"), tr("Workspace"), Cell::Text, 120, false, {} },
        { QStringLiteral("id"), tr("Id"), Cell::Mono, 90, false, {} },
        { QStringLiteral("latency"), tr("Latency"), Cell::Number, 90, false, {} },
        { QStringLiteral("size"), tr("Size"), Cell::Number, 90, false, {} },
        { QStringLiteral("state"), tr("State"), Cell::Text, 260, false, {} },
    }
{
    connect(store, &WireStore::rowsInserted, this,
        [this](int first, int last) { rowsInserted(first, last); });
    connect(store, &WireStore::rowsEvicted, this, [this](int count) { rowsEvicted(count); });
    connect(store, &WireStore::reset, this, [this] { storeReset(); });
    connect(store, &QObject::destroyed, this, [this] { storeReset(); });
    storeReset();
    sortBy(Time, true);
}

const std::vector<Column> &WireTable::columns() const
{
    return m_columns;
}

const std::vector<rules::FilterField> &WireTable::fields() const
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

int WireTable::storeSize() const
{
    return m_store ? int(m_store->rows().size()) : 0;
}
QString WireTable::key(int row) const
{
    return QString::number(m_store->rows()[row].number);
}
int WireTable::storeRowOf(const QString &key) const
{
    const WireRow *row = m_store ? m_store->find(key) : nullptr;
    return row ? int(row->number - m_store->rows().front().number) : -1;
}
bool WireTable::inWorkspace(int row, const QString &workspace) const
{
    return m_store->rows()[row].workspace == workspace;
}
bool WireTable::matches(int row, const rules::Filter &filter) const
{
    return filter.matches(FilterRow(m_store->rows()[row]));
}
QString WireTable::json(int row) const
{
    return m_store->textOf(key(row));
}

CellData WireTable::cell(int number, int column) const
{
    const WireRow &row = m_store->rows()[number];
    const auto tone = row.failed ? Cell::Danger : Cell::Normal;
    switch (column) {
    case Time:
        return { format::clock(row.atMs), Cell::Muted, {}, format::dateTime(row.atMs), {}, {} };
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

bool WireTable::sortsByNumber(int column) const
{
    return column == Time || column == Latency || column == Size;
}

std::optional<double> WireTable::sortNumber(int number, int column) const
{
    const WireRow &row = m_store->rows()[number];
    if (column == Latency)
        return row.latencyUs < 0 ? std::nullopt : std::optional(double(row.latencyUs));
    return column == Size ? double(row.size) : double(row.number);
}

bool WireTable::lessThan(int left, int right, int column) const
{
    const WireRow &a = m_store->rows()[left];
    const WireRow &b = m_store->rows()[right];
    const int order =
        cell(left, column).text.compare(cell(right, column).text, Qt::CaseInsensitive);
    return order ? order < 0 : a.number < b.number;
}

} // namespace signalbox
