// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/journaltable.h"

#include "models/stores/storetable.h"

#include <QCoreApplication>

namespace signalbox {
namespace {

enum ColumnNumber { Time, OutcomeColumn, Operation, Target, Workspace, Who, Why, Elapsed };
enum Field { ServiceText, OperationText, TargetText, WorkspaceText, WhoText, OutcomeText, WhyText };
constexpr int textFields = WhyText + 1;
constexpr int namedParts = 3;

struct FilterRow final : rules::Filter::Row {
    const JournalRow &row;
    mutable std::string texts[textFields];
    explicit FilterRow(const JournalRow &journal)
        : row(journal)
    {
    }
    std::string value(std::size_t field) const
    {
        switch (field) {
        case ServiceText:
            return row.write.service;
        case OperationText:
            return row.write.operation;
        case TargetText:
            return journalTarget(row.write).toStdString();
        case WorkspaceText:
            return row.write.workspace;
        case WhoText:
            return row.write.user;
        case OutcomeText:
            return journalOutcome(row).toStdString();
        default:
            return row.write.why;
        }
    }
    std::string_view text(std::size_t field) const override
    {
        if (field >= textFields)
            return {};
        if (texts[field].empty())
            texts[field] = value(field);
        return texts[field];
    }
    std::optional<double> number(std::size_t) const override { return std::nullopt; }
};

QString qs(const std::string &text)
{
    return QString::fromStdString(text);
}

struct JournalMap {
    Q_DECLARE_TR_FUNCTIONS(JournalTable)
public:
    using Store = JournalStore;
    static constexpr int sortColumn = Time;
    static constexpr bool sortDescending = true;

    static std::vector<Column> columns();
    static const std::vector<rules::FilterField> &fields();
    static CellData cell(const Store &store, int number, int column);
    static const JournalRow &at(const Store &store, int row)
    {
        return store.rows()[std::size_t(row)];
    }
    static QString key(const Store &store, int row)
    {
        return QString::number(at(store, row).write.number);
    }
    static int rowOf(const Store &store, const QString &key)
    {
        return store.rowOf(key.toLongLong());
    }
    static bool inWorkspace(const Store &store, int row, const QString &workspace)
    {
        return qs(at(store, row).write.workspace) == workspace;
    }
    static FilterRow filterRow(const Store &store, int row) { return FilterRow(at(store, row)); }
    static QString json(const Store &store, int row)
    {
        return qs(schema::encode(schema::JournalLine { at(store, row).write, {} }));
    }
    static bool sortsByNumber(int column) { return column == Time || column == Elapsed; }
    static std::optional<double> sortNumber(const Store &store, int number, int column)
    {
        const JournalRow &row = at(store, number);
        if (column == Elapsed)
            return row.elapsedMs < 0 ? std::nullopt : std::optional(double(row.elapsedMs));
        return double(row.write.number);
    }
    static bool less(const Store &store, int left, int right, int column)
    {
        const int order = cell(store, left, column)
                              .text.compare(cell(store, right, column).text, Qt::CaseInsensitive);
        return order ? order < 0 : left < right;
    }
};

std::vector<Column> JournalMap::columns()
{
    return {
        { QStringLiteral("time"), tr("Time"), Cell::Time, 235, false, tr("by the server's clock") },
        { QStringLiteral("outcome"), tr("Outcome"), Cell::Text, 90, false, {} },
        { QStringLiteral("operation"), tr("Operation"), Cell::Strong, 180, false, {} },
        { QStringLiteral("target"), tr("What"), Cell::Mono, 200, false, {} },
        { QStringLiteral("workspace"), tr("Workspace"), Cell::Text, 110, false, {} },
        { QStringLiteral("who"), tr("Who"), Cell::Text, 100, false, {} },
        { QStringLiteral("why"), tr("Why"), Cell::Text, 220, false, {} },
        { QStringLiteral("elapsed"), tr("Took"), Cell::Number, 80, true, {} },
    };
}

const std::vector<rules::FilterField> &JournalMap::fields()
{
    using rules::FieldKind;
    static const std::vector<rules::FilterField> all {
        { "service", FieldKind::Text, {} },
        { "operation", FieldKind::Text, { "op" } },
        { "what", FieldKind::Text, {} },
        { "workspace", FieldKind::Text, { "ws" } },
        { "who", FieldKind::Text, { "user" } },
        { "outcome", FieldKind::Text, {} },
        { "why", FieldKind::Text, {} },
    };
    return all;
}

CellData JournalMap::cell(const Store &store, int number, int column)
{
    const JournalRow &row = at(store, number);
    const schema::JournalWrite &write = row.write;
    const auto plain = [](const QString &text, Cell::Tone tone = Cell::Normal) {
        return CellData { text, tone, {}, text, {}, {} };
    };
    switch (column) {
    case Time: {
        const QString exact = format::dateTime(write.serverMs, store.zone());
        return { exact, Cell::Muted, {}, format::dateTime(write.serverMs, format::Zone::Utc), exact,
            {} };
    }
    case Operation:
        return plain(write.operation.empty() ? qs(write.service) : qs(write.operation));
    case Target:
        return plain(journalTarget(write));
    case Workspace:
        return plain(qs(write.workspace), Cell::Muted);
    case Who:
        return plain(qs(write.user), Cell::Muted);
    case OutcomeColumn:
        return { journalOutcome(row),
            row.outcome == JournalRow::Applied       ? Cell::Good
                : row.outcome == JournalRow::Refused ? Cell::Danger
                                                     : Cell::Caution,
            {}, row.text, {}, {} };
    case Why:
        return plain(qs(write.why), Cell::Muted);
    default:
        return row.elapsedMs < 0 ? CellData {}
                                 : CellData { format::latency(row.elapsedMs * 1000), Cell::Normal,
                                       {}, {}, QString::number(row.elapsedMs), {} };
    }
}

} // namespace

TableModel *newJournalTable(JournalStore *store, QObject *parent)
{
    return new StoreTable<JournalMap>(store, parent);
}

QString journalOutcome(const JournalRow &row)
{
    switch (row.outcome) {
    case JournalRow::Sent:
        return JournalMap::tr("under way");
    case JournalRow::Applied:
        return JournalMap::tr("applied");
    case JournalRow::Refused:
        return JournalMap::tr("refused");
    default:
        return JournalMap::tr("unknown");
    }
}

QString journalTarget(const schema::JournalWrite &write)
{
    QStringList names;
    for (const auto &part : write.parts) {
        if (names.size() == namedParts)
            break;
        names.append(part.type.empty() ? qs(part.key) : qs(part.type + "/" + part.key));
    }
    names.removeAll(QString());
    const auto more = qsizetype(write.parts.size()) - names.size();
    if (names.size() == namedParts && more > 0)
        names.append(JournalMap::tr("%1 more").arg(more));
    return names.join(QStringLiteral(", "));
}

} // namespace signalbox
