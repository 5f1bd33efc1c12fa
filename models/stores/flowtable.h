// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/flowstore.h"
#include "models/stores/table.h"

#include <QPointer>

namespace signalbox {

/// The flows of one or all workspaces as a table.
class FlowTable final : public TableModel {
    Q_OBJECT
public:
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
        Up,
        ColumnCount
    };
    FlowTable(FlowStore *store, Session *session, QObject *parent);

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
    CellData textCell(const FlowRow &row, int column) const;
    qint64 serverNow() const;

    QPointer<FlowStore> m_store;
    QPointer<Session> m_session;
    std::vector<Column> m_columns;
};

} // namespace signalbox
