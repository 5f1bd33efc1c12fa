// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/table.h"

#include <limits>

namespace signalbox {

/// A table over rows that a page made itself: interfaces of a flow, lines of a preview, results of
/// a bulk action. GUI thread. The page bounds the rows. setParts() with the same keys in the same
/// order only changes values, so that the scroll position stays.
class PartTable : public TableModel {
    Q_OBJECT
public:
    struct Part {
        QString key;
        std::vector<CellData> cells; ///< one per column
        std::vector<double> order; ///< one per column, or empty; a column that has one is sorted by
                                   ///< it, NaN = unknown
        QString json;
        QString workspace;
    };
    static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

    PartTable(std::vector<Column> columns, QObject *parent);
    void setParts(std::vector<Part> parts);
    [[nodiscard]] const std::vector<Part> &parts() const { return m_parts; }
    [[nodiscard]] const Part *part(const QString &key) const; ///< nullptr when there is none

protected:
    const std::vector<Column> &columns() const override { return m_columns; }
    const std::vector<rules::FilterField> &fields() const override { return m_fields; }
    int storeSize() const override { return int(m_parts.size()); }
    CellData cell(int row, int column) const override;
    QString key(int row) const override;
    bool inWorkspace(int row, const QString &workspace) const override;
    bool lessThan(int left, int right, int column) const override;
    bool sortsByNumber(int column) const override;
    std::optional<double> sortNumber(int row, int column) const override;
    bool matches(int row, const rules::Filter &filter) const override;
    QString json(int row) const override;

private:
    std::vector<Column> m_columns;
    std::vector<rules::FilterField> m_fields;
    std::vector<Part> m_parts;
};

} // namespace signalbox
