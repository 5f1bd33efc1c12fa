// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/table.h"
#include "models/stores/wirestore.h"

#include <QPointer>

namespace signalbox {

/// Requests and frames, newest first.
class WireTable final : public TableModel {
    Q_OBJECT
public:
    enum ColumnNumber {
        Time,
        Direction,
        Channel,
        Service,
        Operation,
        Workspace,
        Id,
        Latency,
        Size,
        State,
        ColumnCount
    };
    WireTable(WireStore *store, QObject *parent);

protected:
    const std::vector<Column> &columns() const override;
    const std::vector<rules::FilterField> &fields() const override;
    int storeSize() const override;
    CellData cell(int row, int column) const override;
    QString key(int row) const override;
    bool inWorkspace(int row, const QString &workspace) const override;
    bool lessThan(int left, int right, int column) const override;
    bool matches(int row, const rules::Filter &filter) const override;
    QString json(int row) const override;
    bool sortsByNumber(int column) const override;
    std::optional<double> sortNumber(int row, int column) const override;
    int storeRowOf(const QString &key) const override;

private:
    QPointer<WireStore> m_store;
    std::vector<Column> m_columns;
};

} // namespace signalbox
