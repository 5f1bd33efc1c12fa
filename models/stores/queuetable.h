// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/queuestore.h"
#include "models/stores/table.h"

#include <QPointer>

namespace signalbox {

/// Every queue of the connection as a table.
class QueueTable final : public TableModel {
    Q_OBJECT
public:
    enum ColumnNumber {
        Aspect,
        Queue,
        Ready,
        Unacked,
        Consumers,
        In,
        Out,
        Oldest,
        Scope,
        Workspace,
        Flow,
        Processor,
        Redelivered,
        Size,
        ColumnCount
    };
    QueueTable(QueueStore *store, QObject *parent);

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
    QPointer<QueueStore> m_store;
    std::vector<Column> m_columns;
};

} // namespace signalbox
