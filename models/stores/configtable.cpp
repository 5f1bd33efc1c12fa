// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/configtable.h"

#include "models/schema/configform.h"
#include "models/stores/format.h"
#include "models/stores/session.h"

#include <QDateTime>

namespace signalbox {
namespace {

enum Field { WorkspaceField, TypeField, KeyField, WhatField, DraftField, ValueField, SizeField };

struct FilterRow final : rules::Filter::Row {
    const ConfigRow &row;
    std::string texts[5];
    explicit FilterRow(const ConfigRow &row)
        : row(row)
        , texts { row.workspace.toStdString(), row.type.toStdString(), row.key.toStdString(),
            row.summary.toStdString(), draftText(row.draft).toStdString() }
    {
    }
    std::string_view text(std::size_t field) const override
    {
        if (field == ValueField)
            return row.secret ? std::string_view() : std::string_view(row.value);
        return field < 5 ? std::string_view(texts[field]) : std::string_view();
    }
    std::optional<double> number(std::size_t field) const override
    {
        return field == SizeField && row.exists ? std::optional(double(row.value.size()))
                                                : std::nullopt;
    }
};

Cell::Aspect aspectOf(ConfigRow::Draft draft)
{
    switch (draft) {
    case ConfigRow::Conflict:
    case ConfigRow::Deleting:
        return Cell::Stop;
    case ConfigRow::Edited:
        return Cell::Warning;
    case ConfigRow::New:
        return Cell::Clear;
    default:
        return Cell::Unknown;
    }
}

Cell::Tone toneOf(ConfigRow::Draft draft)
{
    switch (draft) {
    case ConfigRow::Conflict:
    case ConfigRow::Deleting:
        return Cell::Danger;
    case ConfigRow::Edited:
        return Cell::Caution;
    case ConfigRow::New:
        return Cell::Good;
    default:
        return Cell::Muted;
    }
}

} // namespace

QString draftText(ConfigRow::Draft draft)
{
    switch (draft) {
    case ConfigRow::Edited:
        return ConfigTable::tr("edited");
    case ConfigRow::New:
        return ConfigTable::tr("new");
    case ConfigRow::Deleting:
        return ConfigTable::tr("to be deleted");
    case ConfigRow::Conflict:
        return ConfigTable::tr("conflict");
    default:
        return {};
    }
}

ConfigTable::ConfigTable(ConfigStore *store, QObject *parent)
    : TableModel(parent)
    , m_store(store)
    , m_columns {
        { QStringLiteral("state"), QString(), Cell::Signal, 32, false,
            tr("Half: edited here; ring: new; bar: to be deleted, or a conflict") },
        { QStringLiteral("workspace"), tr("Workspace"), Cell::Text, 120, true, {} },
        { QStringLiteral("type"), tr("Type"), Cell::Text, 140, false, {} },
        { QStringLiteral("key"), tr("Key"), Cell::Strong, 240, false, {} },
        { QStringLiteral("what"), tr("What"), Cell::Text, 320, false, {} },
        { QStringLiteral("size"), tr("Size"), Cell::Number, 80, false, {} },
        { QStringLiteral("changed"), tr("Changed"), Cell::Number, 100, false,
            tr("Since this console saw the value change; the back end keeps no times") },
        { QStringLiteral("draft"), tr("Draft"), Cell::Text, 110, false, {} },
    }
{
    connect(
        store, &ConfigStore::rowsChanged, this, [this](const auto &rows) { rowsChanged(rows); });
    connect(store, &ConfigStore::rowsInserted, this,
        [this](int first, int last) { rowsInserted(first, last); });
    connect(store, &ConfigStore::rowRemoved, this,
        [this](int row, int movedFrom) { rowRemoved(row, movedFrom); });
    connect(store, &ConfigStore::reset, this, [this] { storeReset(); });
    connect(store->session(), &Session::zoneChanged, this, [this] { timesChanged(); });
    connect(store->session(), &Session::pulse, this, &ConfigTable::ageOn);
    connect(store, &QObject::destroyed, this, [this] { storeReset(); });
    m_aged.start();
    storeReset();
    sortBy(Type, false);
}

void ConfigTable::setType(const QString &type)
{
    if (m_type == type)
        return;
    m_type = type;
    storeReset();
}

const std::vector<Column> &ConfigTable::columns() const
{
    return m_columns;
}

const std::vector<rules::FilterField> &ConfigTable::fields() const
{
    using rules::FieldKind;
    static const std::vector<rules::FilterField> all {
        { "workspace", FieldKind::Text, { "ws" } },
        { "type", FieldKind::Text, {} },
        { "key", FieldKind::Text, { "id" } },
        { "what", FieldKind::Text, {} },
        { "draft", FieldKind::Text, {} },
        { "value", FieldKind::Text, {} },
        { "size", FieldKind::Number, {} },
    };
    return all;
}

int ConfigTable::storeSize() const
{
    return m_store ? int(m_store->rows().size()) : 0;
}
QString ConfigTable::key(int row) const
{
    return m_store->rows()[std::size_t(row)].id;
}
int ConfigTable::storeRowOf(const QString &key) const
{
    return m_store ? m_store->rowOf(key) : -1;
}
bool ConfigTable::inWorkspace(int number, const QString &workspace) const
{
    const ConfigRow &row = m_store->rows()[std::size_t(number)];
    return row.workspace == workspace && (m_type.isEmpty() || row.type == m_type);
}
bool ConfigTable::matches(int row, const rules::Filter &filter) const
{
    return filter.matches(FilterRow(m_store->rows()[std::size_t(row)]));
}
QString ConfigTable::json(int row) const
{
    return QString::fromStdString(schema::shownMasked(m_store->rows()[std::size_t(row)].value));
}

CellData ConfigTable::cell(int number, int column) const
{
    const ConfigRow &row = m_store->rows()[std::size_t(number)];
    const Cell::Tone tone = row.exists ? Cell::Normal : Cell::Muted;
    switch (column) {
    case State:
        return { draftText(row.draft), toneOf(row.draft), aspectOf(row.draft),
            row.draft == ConfigRow::None ? tr("No draft.") : draftText(row.draft), {}, {} };
    case Workspace:
        return { row.workspace, Cell::Muted, {}, {}, {}, {} };
    case Type:
        return { row.type, Cell::Muted, {}, {}, {}, {} };
    case Key:
        return { row.key, tone, {}, row.key, {}, {} };
    case What:
        return { row.summary, Cell::Muted, {}, row.summary, {}, {} };
    case Size:
        return row.exists ? CellData { format::bytes(qint64(row.value.size())), Cell::Muted, {},
            tr("%1 bytes").arg(format::count(qint64(row.value.size()))),
            QString::number(row.value.size()), {} }
                          : CellData { format::unknown(), Cell::Muted, {}, {}, {}, {} };
    case Changed: {
        if (row.changedMs == 0)
            return { format::unknown(), Cell::Muted, {}, tr("Not since this console looks."), {},
                {} };
        const qint64 age = QDateTime::currentMSecsSinceEpoch() - row.changedMs;
        return { format::age(age), Cell::Normal, {},
            format::dateTime(row.changedMs, m_store->session()->zone()), {}, {} };
    }
    default:
        return { draftText(row.draft), toneOf(row.draft), {}, {}, {}, {} };
    }
}

/// Ages grow although no row changes; a view asks for those that it shows.
void ConfigTable::ageOn()
{
    constexpr qint64 everyMs = 1000;
    if (count() == 0 || m_aged.elapsed() < everyMs)
        return;
    m_aged.restart();
    emit dataChanged(index(0, Changed), index(count() - 1, Changed));
}

bool ConfigTable::sortsByNumber(int column) const
{
    return column == State || column == Size || column == Changed;
}

std::optional<double> ConfigTable::sortNumber(int number, int column) const
{
    const ConfigRow &row = m_store->rows()[std::size_t(number)];
    if (column == State)
        return double(row.draft);
    if (column == Changed)
        return row.changedMs == 0 ? std::nullopt : std::optional(double(row.changedMs));
    return row.exists ? std::optional(double(row.value.size())) : std::nullopt;
}

bool ConfigTable::lessThan(int left, int right, int column) const
{
    const ConfigRow &a = m_store->rows()[std::size_t(left)];
    const ConfigRow &b = m_store->rows()[std::size_t(right)];
    const auto order = [](const QString &x, const QString &y) { return x.compare(y); };
    int first = 0;
    if (column == Type)
        first = order(a.type, b.type);
    else if (column == What)
        first = order(a.summary, b.summary);
    else if (column == DraftText)
        first = int(a.draft) - int(b.draft);
    else if (column == Workspace)
        first = order(a.workspace, b.workspace);
    if (first == 0)
        first = order(a.key, b.key);
    return first == 0 ? a.id < b.id : first < 0;
}

} // namespace signalbox
