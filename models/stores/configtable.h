// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/configstore.h"

#include <QElapsedTimer>
#include <QPointer>

namespace signalbox {

/// Config entries as a table, all types or one.
class ConfigTable final : public TableModel {
    Q_OBJECT
public:
    enum ColumnNumber { State, Workspace, Type, Key, What, Size, Changed, DraftText, ColumnCount };
    ConfigTable(ConfigStore *store, QObject *parent);
    [[nodiscard]] QString type() const { return m_type; }
    void setType(const QString &type); ///< "" = all

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
    void ageOn();

    QPointer<ConfigStore> m_store;
    QElapsedTimer m_aged; ///< since the ages were told last
    std::vector<Column> m_columns;
    QString m_type;
};

/// "edited", "new", "to be deleted", "conflict"; "" without a draft.
QString draftText(ConfigRow::Draft draft);

} // namespace signalbox
