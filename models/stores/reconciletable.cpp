// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/reconciletable.h"

#include "models/stores/aspect.h"
#include "models/stores/format.h"
#include "models/stores/reconcilestore.h"
#include "models/stores/storetable.h"

#include <QCoreApplication>

namespace signalbox {
namespace {

enum ColumnNumber { Aspect, What, Subject, Workspace, Ready, Why, Repair };

struct ReconcileFilterRow final : rules::Filter::Row {
    std::string texts[5];
    std::optional<std::int64_t> ready;
    explicit ReconcileFilterRow(const ReconcileRow &row)
        : texts { row.finding.subject, row.what.toStdString(), row.finding.workspace,
            row.finding.flow, repairText(row.repair).toStdString() }
        , ready(row.finding.ready)
    {
    }
    std::string_view text(std::size_t field) const override
    {
        return field < 5 ? std::string_view(texts[field]) : std::string_view();
    }
    std::optional<double> number(std::size_t field) const override
    {
        return field == 5 && ready ? std::optional(double(*ready)) : std::nullopt;
    }
};

struct ReconcileMap {
    Q_DECLARE_TR_FUNCTIONS(ReconcileTable)
public:
    using Store = ReconcileStore;
    static constexpr int sortColumn = Aspect;
    static constexpr bool sortDescending = true;

    static std::vector<Column> columns();
    static const std::vector<rules::FilterField> &fields();
    static CellData cell(const Store &store, int number, int column);
    static QString json(const Store &store, int number)
    {
        return QString::fromStdString(store.rows()[std::size_t(number)].finding.subject);
    }
    static QString key(const Store &store, int row) { return store.rows()[std::size_t(row)].key; }
    static int rowOf(const Store &store, const QString &key) { return store.rowOf(key); }
    static bool inWorkspace(const Store &store, int row, const QString &workspace)
    {
        return store.rows()[std::size_t(row)].finding.workspace == workspace.toStdString();
    }
    static ReconcileFilterRow filterRow(const Store &store, int row)
    {
        return ReconcileFilterRow(store.rows()[std::size_t(row)]);
    }
    static bool sortsByNumber(int column) { return column == Aspect || column == Ready; }
    static std::optional<double> sortNumber(const Store &store, int number, int column)
    {
        const ReconcileRow &row = store.rows()[std::size_t(number)];
        if (column == Aspect)
            return aspectRank(row.aspect);
        return row.finding.ready ? std::optional(double(*row.finding.ready)) : std::nullopt;
    }
    static bool less(const Store &store, int left, int right, int column)
    {
        const ReconcileRow &a = store.rows()[std::size_t(left)];
        const ReconcileRow &b = store.rows()[std::size_t(right)];
        if (column == Workspace && a.finding.workspace != b.finding.workspace)
            return a.finding.workspace < b.finding.workspace;
        if ((column == What || column == Why) && a.finding.kind != b.finding.kind)
            return a.finding.kind < b.finding.kind;
        if (column == Repair && a.repair != b.repair)
            return a.repair < b.repair;
        return a.finding.subject < b.finding.subject;
    }
};

std::vector<Column> ReconcileMap::columns()
{
    return {
        { QStringLiteral("aspect"), QString(), Cell::Signal, 32, false, {} },
        { QStringLiteral("what"), tr("What"), Cell::Strong, 150, false, {} },
        { QStringLiteral("subject"), tr("Queue, entry or flow"), Cell::Mono, 340, false, {} },
        { QStringLiteral("workspace"), tr("Workspace"), Cell::Text, 110, false, {}, 2 },
        { QStringLiteral("ready"), tr("Waiting"), Cell::Number, 80, false, {} },
        { QStringLiteral("why"), tr("Why"), Cell::Text, 350, false, {}, 1 },
        { QStringLiteral("repair"), tr("Repair"), Cell::Text, 150, false, {} },
    };
}

const std::vector<rules::FilterField> &ReconcileMap::fields()
{
    using rules::FieldKind;
    static const std::vector<rules::FilterField> all {
        { "subject", FieldKind::Text, { "queue", "entry" } },
        { "what", FieldKind::Text, {} },
        { "workspace", FieldKind::Text, { "ws" } },
        { "flow", FieldKind::Text, {} },
        { "repair", FieldKind::Text, {} },
        { "ready", FieldKind::Number, { "depth" } },
    };
    return all;
}

CellData ReconcileMap::cell(const Store &store, int number, int column)
{
    const ReconcileRow &row = store.rows()[std::size_t(number)];
    switch (column) {
    case Aspect:
        return { aspectName(row.aspect), aspectTone(row.aspect), row.aspect, row.why, {}, {} };
    case What:
        return { row.what, Cell::Normal, {}, row.why, {}, {} };
    case Subject:
        return { QString::fromStdString(row.finding.subject), Cell::Normal, {}, {}, {}, {} };
    case Workspace:
        return { QString::fromStdString(row.finding.workspace), Cell::Muted, {}, {}, {}, {} };
    case Ready:
        return { row.finding.ready ? format::count(qint64(*row.finding.ready)) : format::unknown(),
            row.finding.ready.value_or(0) > 0 ? Cell::Caution : Cell::Muted, {}, {}, {}, {} };
    case Why:
        return { row.why, Cell::Muted, {}, row.why, {}, {} };
    default:
        return { repairText(row.repair),
            row.repair == rules::RepairStep::ByHand ? Cell::Muted : Cell::Accent, {},
            row.repair == rules::RepairStep::ByHand ? byHandText(row.finding) : QString(), {}, {} };
    }
}

} // namespace

TableModel *newReconcileTable(ReconcileStore *store, QObject *parent)
{
    return new StoreTable<ReconcileMap>(store, parent);
}

} // namespace signalbox
