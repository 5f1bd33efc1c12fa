// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/parttable.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

/// Gives the filter the shown texts and the numbers behind them.
class PartRow : public rules::Filter::Row {
public:
    explicit PartRow(const PartTable::Part &part)
        : m_part(part)
    {
        m_texts.reserve(part.cells.size());
        for (const CellData &cell : part.cells)
            m_texts.push_back(cell.text.toStdString());
    }
    std::string_view text(std::size_t field) const override
    {
        return field < m_texts.size() ? std::string_view(m_texts[field]) : std::string_view();
    }
    std::optional<double> number(std::size_t field) const override
    {
        if (field >= m_part.order.size() || std::isnan(m_part.order[field]))
            return std::nullopt;
        return m_part.order[field];
    }

private:
    const PartTable::Part &m_part;
    std::vector<std::string> m_texts;
};

bool sameCell(const CellData &a, const CellData &b)
{
    return a.text == b.text && a.tone == b.tone && a.aspect == b.aspect && a.tip == b.tip
        && a.copy == b.copy && a.series == b.series;
}

bool samePart(const PartTable::Part &a, const PartTable::Part &b)
{
    return a.json == b.json
        && std::equal(a.cells.begin(), a.cells.end(), b.cells.begin(), b.cells.end(), sameCell);
}

} // namespace

PartTable::PartTable(std::vector<Column> columns, QObject *parent)
    : TableModel(parent)
    , m_columns(std::move(columns))
{
    for (const Column &column : m_columns) {
        const bool number = column.kind == Cell::Number;
        m_fields.push_back({ column.id.toStdString(),
            number ? rules::FieldKind::Number : rules::FieldKind::Text, {} });
    }
}

void PartTable::setParts(std::vector<Part> parts)
{
    const bool sameKeys = std::equal(parts.begin(), parts.end(), m_parts.begin(), m_parts.end(),
        [](const Part &a, const Part &b) { return a.key == b.key && a.workspace == b.workspace; });
    if (!sameKeys) {
        m_parts = std::move(parts);
        storeReset();
        return;
    }
    std::vector<int> changed;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!samePart(parts[i], m_parts[i]))
            changed.push_back(int(i));
    }
    m_parts = std::move(parts);
    if (!changed.empty())
        rowsChanged(changed);
}

const PartTable::Part *PartTable::part(const QString &key) const
{
    const auto found = std::find_if(
        m_parts.begin(), m_parts.end(), [&](const Part &part) { return part.key == key; });
    return found == m_parts.end() ? nullptr : &*found;
}

CellData PartTable::cell(int row, int column) const
{
    const auto &cells = m_parts[std::size_t(row)].cells;
    return std::size_t(column) < cells.size() ? cells[std::size_t(column)] : CellData();
}

QString PartTable::key(int row) const
{
    return m_parts[std::size_t(row)].key;
}

bool PartTable::inWorkspace(int row, const QString &workspace) const
{
    const QString &own = m_parts[std::size_t(row)].workspace;
    return workspace.isEmpty() || own.isEmpty() || own == workspace;
}

bool PartTable::lessThan(int left, int right, int column) const
{
    return QString::localeAwareCompare(cell(left, column).text, cell(right, column).text) < 0;
}

bool PartTable::sortsByNumber(int column) const
{
    return std::any_of(m_parts.begin(), m_parts.end(), [column](const Part &part) {
        return std::size_t(column) < part.order.size()
            && !std::isnan(part.order[std::size_t(column)]);
    });
}

std::optional<double> PartTable::sortNumber(int row, int column) const
{
    const auto &order = m_parts[std::size_t(row)].order;
    if (std::size_t(column) >= order.size() || std::isnan(order[std::size_t(column)]))
        return std::nullopt;
    return order[std::size_t(column)];
}

bool PartTable::matches(int row, const rules::Filter &filter) const
{
    return filter.matches(PartRow(m_parts[std::size_t(row)]));
}

QString PartTable::json(int row) const
{
    return m_parts[std::size_t(row)].json;
}

} // namespace signalbox
