// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/flowtable.h"

#include "models/schema/configform.h"
#include "models/stores/aspect.h"
#include "models/stores/format.h"
#include "models/stores/storetable.h"

#include <QCoreApplication>

#include <cmath>

namespace signalbox {
namespace {

enum ColumnNumber {
    Aspect,
    Flow,
    Workspace,
    Blueprint,
    State,
    Processors,
    Queues,
    Backlog,
    Rate,
    Errors,
    Series,
    Up
};

enum Field {
    FlowId,
    WorkspaceId,
    BlueprintName,
    StateText,
    SignalText,
    Description,
    BacklogNumber,
    RateNumber,
    ErrorsNumber,
    ProcessorsNumber,
    QueuesNumber,
    UpNumber
};

struct FilterRow final : rules::Filter::Row {
    const FlowRow &row;
    qint64 nowMs; ///< the server's clock
    mutable std::string held[BacklogNumber];
    FilterRow(const FlowRow &flow, qint64 serverNowMs)
        : row(flow)
        , nowMs(serverNowMs)
    {
    }
    std::string_view text(std::size_t field) const override
    {
        if (field >= BacklogNumber)
            return {};
        if (held[field].empty())
            held[field] = value(Field(field)).toStdString();
        return held[field];
    }
    QString value(Field field) const
    {
        switch (field) {
        case FlowId:
            return row.id;
        case WorkspaceId:
            return row.workspace;
        case BlueprintName:
            return row.blueprint;
        case StateText:
            return row.state();
        case SignalText:
            return aspectName(row.aspect);
        default:
            return row.description;
        }
    }
    std::optional<double> number(std::size_t field) const override
    {
        switch (field) {
        case BacklogNumber:
            return row.backlog ? std::optional(double(*row.backlog)) : std::nullopt;
        case RateNumber:
            return row.rate;
        case ErrorsNumber:
            return row.errorPercent;
        case ProcessorsNumber:
            return row.processors < 0 ? std::nullopt : std::optional(double(row.processors));
        case QueuesNumber:
            return row.queues < 0 ? std::nullopt : std::optional(double(row.queues));
        case UpNumber:
            return row.startedAtMs ? std::optional(double(nowMs - *row.startedAtMs)) : std::nullopt;
        default:
            return {};
        }
    }
};

CellData plain(const QString &text, Cell::Tone tone = Cell::Normal)
{
    return { text, tone, {}, {}, {}, {} };
}

CellData number(int value)
{
    return value < 0
        ? plain(format::unknown(), Cell::Muted)
        : CellData { format::count(value), Cell::Normal, {}, {}, QString::number(value), {} };
}

CellData backlogCell(const FlowRow &row)
{
    if (!row.backlog)
        return { format::unknown(), Cell::Muted, {}, row.why, {}, {} };
    Cell::Tone tone = Cell::Normal;
    if (*row.backlog > 0 && row.aspect == Cell::Stop)
        tone = Cell::Danger;
    else if (*row.backlog > 0 && row.aspect == Cell::Warning)
        tone = Cell::Caution;
    // of some only: at least so many
    const QString more = row.uncounted > 0 ? QStringLiteral("≥ ") : QString();
    return { more + format::count(*row.backlog), tone, {}, row.why, QString::number(*row.backlog),
        {} };
}

CellData errorCell(const FlowRow &row)
{
    if (!row.errorPercent)
        return plain(format::unknown(), Cell::Muted);
    const auto tone = *row.errorPercent >= 10 ? Cell::Danger
        : *row.errorPercent >= 1              ? Cell::Caution
                                              : Cell::Normal;
    return { format::percent(row.errorPercent), tone, {},
        QCoreApplication::translate(
            "FlowTable", "failed messages of those handled in the last minute"),
        QString::number(*row.errorPercent), {} };
}

struct FlowMap {
    Q_DECLARE_TR_FUNCTIONS(FlowTable)
public:
    using Store = FlowStore;
    static constexpr int sortColumn = Flow;
    static constexpr bool sortDescending = false;

    static std::vector<Column> columns();
    static const std::vector<rules::FilterField> &fields();
    static CellData cell(const Store &store, int number, int column);
    static CellData textCell(const FlowRow &row, int column);
    static std::optional<double> sortNumber(const Store &store, int number, int column);
    static bool less(const Store &store, int left, int right, int column);
    static QString key(const Store &store, int row)
    {
        return FlowStore::key(store.shown()[row].workspace, store.shown()[row].id);
    }
    static int rowOf(const Store &store, const QString &key) { return store.rowOf(key); }
    static bool inWorkspace(const Store &store, int row, const QString &workspace)
    {
        return store.shown()[row].workspace == workspace;
    }
    static FilterRow filterRow(const Store &store, int row)
    {
        return { store.shown()[row], store.serverNowMs() };
    }
    static QString json(const Store &store, int row)
    {
        return QString::fromStdString(
            schema::shownMasked(schema::encode(store.rows()[row].record)));
    }
    static bool sortsByNumber(int column) { return column == Aspect || column >= Processors; }
};

std::vector<Column> FlowMap::columns()
{
    return {
        { QStringLiteral("aspect"), QString(), Cell::Signal, 32, false,
            tr("Signal: the worst fact about the flow") },
        { QStringLiteral("flow"), tr("Flow"), Cell::Strong, 160, false, {} },
        { QStringLiteral("workspace"), tr("Workspace"), Cell::Text, 104, false, {} },
        { QStringLiteral("blueprint"), tr("Blueprint"), Cell::Text, 132, false, {}, 4 },
        { QStringLiteral("state"), tr("State"), Cell::Text, 84, false, {} },
        { QStringLiteral("processors"), tr("Processors"), Cell::Number, 88, false,
            tr("Processor entries of its blueprint"), 2 },
        { QStringLiteral("queues"), tr("Queues"), Cell::Number, 70, false,
            tr("Queues that it consumes: those its blueprint names, shared ones included, and "
               "those of its subscribers"),
            1 },
        { QStringLiteral("backlog"), tr("Backlog"), Cell::Number, 80, false,
            tr("Messages ready in the queues that it consumes, shared ones included") },
        { QStringLiteral("rate"), tr("Rate /s"), Cell::Number, 70, false,
            tr("Messages handled per second in the queues that it consumes") },
        { QStringLiteral("errors"), tr("Errors %"), Cell::Number, 76, false, {} },
        { QStringLiteral("series"), tr("Last 10 min"), Cell::Spark, 106, false,
            tr("Backlog over the last ten minutes"), 3 },
        { QStringLiteral("up"), tr("Up"), Cell::Time, 76, false,
            tr("Since it was started; unknown where the back end does not tell") },
    };
}

const std::vector<rules::FilterField> &FlowMap::fields()
{
    static const std::vector<rules::FilterField> all {
        { "flow", rules::FieldKind::Text, { "id" } },
        { "workspace", rules::FieldKind::Text, { "ws" } },
        { "blueprint", rules::FieldKind::Text, {} },
        { "state", rules::FieldKind::Text, {}, { "running", "stopping", "unknown" } },
        { "signal", rules::FieldKind::Text, { "aspect" },
            { "clear", "warning", "stop", "unknown" } },
        { "description", rules::FieldKind::Text, {} },
        { "backlog", rules::FieldKind::Number, { "depth" } },
        { "rate", rules::FieldKind::Number, {} },
        { "errors", rules::FieldKind::Number, {} },
        { "processors", rules::FieldKind::Number, {} },
        { "queues", rules::FieldKind::Number, {} },
        { "up", rules::FieldKind::DurationMs, {} },
    };
    return all;
}

CellData FlowMap::cell(const Store &store, int number_, int column)
{
    const FlowRow &row = store.shown()[number_];
    switch (column) {
    case Aspect:
        return { aspectName(row.aspect), aspectTone(row.aspect), row.aspect,
            store.asOfText().isEmpty() || &row != &store.rows()[number_]
                ? row.why
                : tr("%1 (%2)").arg(row.why, store.asOfText()),
            {}, {} };
    case Processors: {
        auto cell = number(row.processors);
        if (row.processorsUp)
            cell.tip = tr("%1 of %2 say that they run").arg(*row.processorsUp).arg(row.processors);
        return cell;
    }
    case Queues: {
        auto cell = number(row.queues);
        cell.tip = row.queuesText;
        return cell;
    }
    case Backlog:
        return backlogCell(row);
    case Rate:
        return row.rate ? CellData { format::rate(row.rate), Cell::Normal, {}, {},
            QString::number(*row.rate), {} }
                        : plain(format::unknown(), Cell::Muted);
    case Errors:
        return errorCell(row);
    case Series:
        return { {}, row.aspect == Cell::Stop ? Cell::Danger : Cell::Accent, {}, row.why, {},
            row.series };
    case Up:
        if (!row.startedAtMs)
            return plain(format::unknown(), Cell::Muted);
        return { format::age(store.serverNowMs() - *row.startedAtMs), Cell::Muted, {},
            format::dateTime(*row.startedAtMs, store.zone()), {}, {} };
    default:
        return textCell(row, column);
    }
}

CellData FlowMap::textCell(const FlowRow &row, int column)
{
    switch (column) {
    case Flow:
        return { row.id, Cell::Normal, {}, row.description, {}, {} };
    case Workspace:
        return plain(row.workspace, Cell::Muted);
    case Blueprint:
        return plain(row.blueprint, Cell::Muted);
    default:
        return row.stopping                           ? plain(tr("stopping"))
            : row.state() == QLatin1String("running") ? plain(tr("running"))
                                                      : plain(tr("unknown"), Cell::Muted);
    }
}

std::optional<double> FlowMap::sortNumber(const Store &store, int number_, int column)
{
    const FlowRow &row = store.shown()[number_];
    switch (column) {
    case Aspect:
        return aspectRank(row.aspect);
    case Processors:
        return row.processors < 0 ? std::nullopt : std::optional(double(row.processors));
    case Queues:
        return row.queues < 0 ? std::nullopt : std::optional(double(row.queues));
    case Backlog:
        return row.backlog ? std::optional(double(*row.backlog)) : std::nullopt;
    case Rate:
        return row.rate;
    case Errors:
        return row.errorPercent;
    case Series:
        return row.series.isEmpty() || std::isnan(row.series.back())
            ? std::nullopt
            : std::optional(row.series.back());
    case Up:
        return row.startedAtMs ? std::optional(-double(*row.startedAtMs)) : std::nullopt;
    default:
        return {};
    }
}

bool FlowMap::less(const Store &store, int left, int right, int column)
{
    const FlowRow &a = store.shown()[left];
    const FlowRow &b = store.shown()[right];
    auto textOf = [column](const FlowRow &row) -> QString {
        switch (column) {
        case Workspace:
            return row.workspace;
        case Blueprint:
            return row.blueprint;
        case State:
            return row.state();
        default:
            return row.id;
        }
    };
    if (const int order = textOf(a).compare(textOf(b), Qt::CaseInsensitive))
        return order < 0;
    return a.id == b.id ? a.workspace < b.workspace : a.id < b.id;
}

} // namespace

TableModel *newFlowTable(FlowStore *store, QObject *parent)
{
    return new StoreTable<FlowMap>(store, parent);
}

} // namespace signalbox
