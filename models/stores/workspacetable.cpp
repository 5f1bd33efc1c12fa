// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/workspacetable.h"

#include "models/stores/aspect.h"
#include "models/stores/format.h"
#include "models/stores/storetable.h"

#include <QCoreApplication>

#include <algorithm>

namespace signalbox {
namespace {

enum ColumnNumber {
    Aspect,
    Workspace,
    Name,
    Flows,
    Trouble,
    Queues,
    Backlog,
    Rate,
    Errors,
    Series
};

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
        return row.flowsKnown ? std::optional(double(row.flows)) : std::nullopt;
    case TroubleNumber:
        return row.trouble() ? std::optional(double(*row.trouble())) : std::nullopt;
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

struct WorkspaceMap {
    Q_DECLARE_TR_FUNCTIONS(WorkspaceTable)
public:
    using Store = WorkspaceStore;
    static constexpr int sortColumn = Workspace;
    static constexpr bool sortDescending = false;

    static std::vector<Column> columns();
    static const std::vector<rules::FilterField> &fields();
    static CellData cell(const Store &store, int number, int column);
    static QString json(const Store &store, int number);
    static QString key(const Store &store, int row) { return store.rows()[row].id; }
    static int rowOf(const Store &store, const QString &key)
    {
        const auto &rows = store.rows();
        const auto at = std::find_if(
            rows.begin(), rows.end(), [&key](const WorkspaceRow &row) { return row.id == key; });
        return at == rows.end() ? -1 : int(at - rows.begin());
    }
    static bool inWorkspace(const Store &store, int row, const QString &workspace)
    {
        return key(store, row) == workspace;
    }
    static FilterRow filterRow(const Store &store, int row) { return FilterRow(store.rows()[row]); }
    static bool sortsByNumber(int column) { return column == Aspect || column >= Flows; }
    static std::optional<double> sortNumber(const Store &store, int number, int column)
    {
        const WorkspaceRow &row = store.rows()[number];
        return column == Aspect ? aspectRank(row.aspect)
            : column == Series  ? numberOf(row, BacklogNumber)
                                : numberOf(row, Field(FlowsNumber + (column - Flows)));
    }
    static bool less(const Store &store, int left, int right, int column)
    {
        const WorkspaceRow &a = store.rows()[left];
        const WorkspaceRow &b = store.rows()[right];
        if (column == Name)
            if (const int order = a.name.compare(b.name, Qt::CaseInsensitive))
                return order < 0;
        return a.id < b.id;
    }
};

std::vector<Column> WorkspaceMap::columns()
{
    return {
        { QStringLiteral("aspect"), QString(), Cell::Signal, 32, false,
            tr("Signal: its worst flow") },
        { QStringLiteral("workspace"), tr("Workspace"), Cell::Strong, 160, false, {} },
        { QStringLiteral("name"), tr("Name"), Cell::Text, 180, false, {} },
        { QStringLiteral("flows"), tr("Flows"), Cell::Number, 80, false, {} },
        { QStringLiteral("trouble"), tr("In trouble"), Cell::Number, 90, false,
            tr("Flows whose signal is at stop or warns") },
        { QStringLiteral("queues"), tr("Queues"), Cell::Number, 80, false,
            tr("Every queue of the workspace, whoever owns it") },
        { QStringLiteral("backlog"), tr("Backlog"), Cell::Number, 100, false,
            tr("Messages ready in the queues of its flows; a shared queue counts once") },
        { QStringLiteral("rate"), tr("Rate /s"), Cell::Number, 90, false, {} },
        { QStringLiteral("errors"), tr("Errors %"), Cell::Number, 90, false, {} },
        { QStringLiteral("series"), tr("Last 10 min"), Cell::Spark, 106, false,
            tr("Backlog over the last ten minutes"), 1 },
    };
}

const std::vector<rules::FilterField> &WorkspaceMap::fields()
{
    using rules::FieldKind;
    static const std::vector<rules::FilterField> all {
        { "workspace", FieldKind::Text, { "ws", "id" } },
        { "name", FieldKind::Text, {} },
        { "state", FieldKind::Text, {}, { "enabled", "disabled" } },
        { "signal", FieldKind::Text, { "aspect" }, { "clear", "warning", "stop", "unknown" } },
        { "flows", FieldKind::Number, {} },
        { "trouble", FieldKind::Number, {} },
        { "queues", FieldKind::Number, {} },
        { "backlog", FieldKind::Number, { "depth" } },
        { "rate", FieldKind::Number, {} },
        { "errors", FieldKind::Number, {} },
    };
    return all;
}

QString WorkspaceMap::json(const Store &store, int number)
{
    const WorkspaceRow &row = store.rows()[number];
    schema::Workspace workspace;
    workspace.id = row.id.toStdString();
    workspace.name = row.name.toStdString();
    workspace.enabled = row.enabled;
    return QString::fromStdString(schema::pretty(schema::encode(workspace)));
}

CellData WorkspaceMap::cell(const Store &store, int number, int column)
{
    const WorkspaceRow &row = store.rows()[number];
    if (column == Aspect)
        return { aspectName(row.aspect), aspectTone(row.aspect), row.aspect, row.why, {}, {} };
    if (column == Workspace)
        return { row.id, row.enabled ? Cell::Normal : Cell::Muted, {}, row.name, {}, {} };
    if (column == Name)
        return { row.name, Cell::Muted, {}, {}, {}, {} };
    if (column == Series)
        return { {}, row.aspect == Cell::Stop ? Cell::Danger : Cell::Accent, {}, row.why, {},
            row.series };
    const auto value = sortNumber(store, number, column);
    if (!value)
        return { format::unknown(), Cell::Muted, {}, row.why, {}, {} };
    Cell::Tone tone = *value == 0 ? Cell::Muted : Cell::Normal;
    if (column == Trouble && *value > 0)
        tone = aspectTone(row.aspect);
    if (column == Errors && *value >= 1)
        tone = *value >= 10 ? Cell::Danger : Cell::Caution;
    QString text = column == Rate ? format::rate(value)
        : column == Errors        ? format::percent(value)
                                  : format::count(qint64(*value));
    QString tip;
    if (column == Backlog && row.uncounted > 0) { // of some only: at least so many
        text.prepend(QStringLiteral("≥ "));
        tip = tr("What waits in %1 of its queues is not known now").arg(row.uncounted);
    } else if (column == Rate && row.rateOfSome) {
        text.prepend(QStringLiteral("≥ "));
        tip = tr("Of some of its queues no rate is known now");
    }
    if (column == Flows && row.flowsStopping > 0)
        tip = tr("%1 of them stopping").arg(row.flowsStopping);
    return { text, tone, {}, tip, QString::number(*value, 'g', 17), {} };
}

} // namespace

TableModel *newWorkspaceTable(WorkspaceStore *store, QObject *parent)
{
    return new StoreTable<WorkspaceMap>(store, parent);
}

} // namespace signalbox
