// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/workspacetable.h"

#include "models/stores/aspect.h"
#include "models/stores/format.h"

namespace signalbox {
namespace {

enum Field {
    Id,
    NameText,
    StateText,
    SignalText,
    FlowsNumber,
    TroubleNumber,
    QueuesNumber,
    BacklogNumber,
    RateNumber,
    ErrorsNumber
};

std::optional<double> numberOf(const WorkspaceRow &row, Field field)
{
    switch (field) {
    case FlowsNumber:
        return row.flows;
    case TroubleNumber:
        return row.flowsInTrouble;
    case QueuesNumber:
        return row.queues ? std::optional(double(*row.queues)) : std::nullopt;
    case BacklogNumber:
        return row.backlog ? std::optional(double(*row.backlog)) : std::nullopt;
    case RateNumber:
        return row.rate;
    case ErrorsNumber:
        return row.errorPercent;
    default:
        return {};
    }
}

struct FilterRow final : rules::Filter::Row {
    const WorkspaceRow &row;
    std::string texts[4];
    explicit FilterRow(const WorkspaceRow &workspace)
        : row(workspace)
        , texts { row.id.toStdString(), row.name.toStdString(),
            row.enabled ? "enabled" : "disabled", aspectName(row.aspect).toStdString() }
    {
    }
    std::string_view text(std::size_t field) const override
    {
        return field < 4 ? std::string_view(texts[field]) : std::string_view();
    }
    std::optional<double> number(std::size_t field) const override
    {
        return numberOf(row, Field(field));
    }
};

} // namespace

WorkspaceTable::WorkspaceTable(WorkspaceStore *store, QObject *parent)
    : TableModel(parent)
    , m_store(store)
    , m_columns {
        { QStringLiteral("aspect"), QString(), Cell::Signal, 32, false,
            tr("Signal: its worst flow") },
        { QStringLiteral("workspace"), tr("Workspace"), Cell::Strong, 160, false, {} },
        { QStringLiteral("name"), tr("Name"), Cell::Text, 180, false, {} },
        { QStringLiteral("flows"), tr("Flows"), Cell::Number, 80, false, {} },
        { QStringLiteral("trouble"), tr("In trouble"), Cell::Number, 90, false,
            tr("Flows whose signal is not clear") },
        { QStringLiteral("queues"), tr("Queues"), Cell::Number, 80, false, {} },
        { QStringLiteral("backlog"), tr("Backlog"), Cell::Number, 100, false, {} },
        { QStringLiteral("rate"), tr("Rate /s"), Cell::Number, 90, false, {} },
        { QStringLiteral("errors"), tr("Errors %"), Cell::Number, 90, false, {} },
    }
{
    connect(
        store, &WorkspaceStore::rowsChanged, this, [this](const auto &rows) { rowsChanged(rows); });
    connect(store, &WorkspaceStore::reset, this, [this] { storeReset(); });
    connect(store, &QObject::destroyed, this, [this] { storeReset(); });
    storeReset();
    sortBy(Workspace, false);
}

const std::vector<Column> &WorkspaceTable::columns() const
{
    return m_columns;
}

const std::vector<rules::FilterField> &WorkspaceTable::fields() const
{
    using rules::FieldKind;
    static const std::vector<rules::FilterField> all {
        { "workspace", FieldKind::Text, { "ws", "id" } },
        { "name", FieldKind::Text, {} },
        { "state", FieldKind::Text, {} },
        { "signal", FieldKind::Text, { "aspect" } },
        { "flows", FieldKind::Number, {} },
        { "trouble", FieldKind::Number, {} },
        { "queues", FieldKind::Number, {} },
        { "backlog", FieldKind::Number, { "depth" } },
        { "rate", FieldKind::Number, {} },
        { "errors", FieldKind::Number, {} },
    };
    return all;
}

int WorkspaceTable::storeSize() const
{
    return m_store ? int(m_store->rows().size()) : 0;
}
QString WorkspaceTable::key(int row) const
{
    return m_store->rows()[row].id;
}
bool WorkspaceTable::inWorkspace(int row, const QString &workspace) const
{
    return m_store->rows()[row].id == workspace;
}
bool WorkspaceTable::matches(int row, const rules::Filter &filter) const
{
    return filter.matches(FilterRow(m_store->rows()[row]));
}

QString WorkspaceTable::json(int number) const
{
    const WorkspaceRow &row = m_store->rows()[number];
    schema::Workspace workspace;
    workspace.id = row.id.toStdString();
    workspace.name = row.name.toStdString();
    workspace.enabled = row.enabled;
    return QString::fromStdString(schema::pretty(schema::encode(workspace)));
}

CellData WorkspaceTable::cell(int number, int column) const
{
    const WorkspaceRow &row = m_store->rows()[number];
    if (column == Aspect)
        return { aspectName(row.aspect), aspectTone(row.aspect), row.aspect, row.why, {}, {} };
    if (column == Workspace)
        return { row.id, row.enabled ? Cell::Normal : Cell::Muted, {}, row.name, {}, {} };
    if (column == Name)
        return { row.name, Cell::Muted, {}, {}, {}, {} };
    const auto value = sortNumber(number, column);
    if (!value)
        return { format::unknown(), Cell::Muted, {}, {}, {}, {} };
    Cell::Tone tone = *value == 0 ? Cell::Muted : Cell::Normal;
    if (column == Trouble && *value > 0)
        tone = aspectTone(row.aspect);
    if (column == Errors && *value >= 1)
        tone = *value >= 10 ? Cell::Danger : Cell::Caution;
    const QString text = column == Rate ? format::rate(value)
        : column == Errors              ? format::percent(value)
                                        : format::count(qint64(*value));
    QString tip;
    if (column == Flows && row.flowsStopping > 0)
        tip = tr("%1 of them stopping").arg(row.flowsStopping);
    return { text, tone, {}, tip, QString::number(*value, 'g', 17), {} };
}

bool WorkspaceTable::sortsByNumber(int column) const
{
    return column == Aspect || column >= Flows;
}

std::optional<double> WorkspaceTable::sortNumber(int number, int column) const
{
    const WorkspaceRow &row = m_store->rows()[number];
    if (column == Aspect)
        return aspectRank(row.aspect);
    return numberOf(row, Field(FlowsNumber + (column - Flows)));
}

bool WorkspaceTable::lessThan(int left, int right, int column) const
{
    const WorkspaceRow &a = m_store->rows()[left];
    const WorkspaceRow &b = m_store->rows()[right];
    if (column == Name)
        if (const int order = a.name.compare(b.name, Qt::CaseInsensitive))
            return order < 0;
    return a.id < b.id;
}

} // namespace signalbox
