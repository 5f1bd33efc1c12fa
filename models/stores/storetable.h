// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/table.h"

#include <QPointer>

namespace signalbox {

/// A table over one store: `Map` says what a row of the store looks like, this class does the rest
/// and follows the signals that the store has. A Map is a plain type with
///   Store, sortColumn, sortDescending; columns(), fields(), sortsByNumber(column);
///   and, each of (store, row): key, inWorkspace(…, workspace), cell(…, column), json,
///   sortNumber(…, column), less(…, otherRow, column), filterRow; rowOf(store, key); if it likes
///   sortText(…, column), fetch(…, next), and keyColumn: the column that orders by the key.
template <class Map> class StoreTable : public TableModel {
    using Store = typename Map::Store;

public:
    StoreTable(Store *store, QObject *parent)
        : TableModel(parent)
        , m_store(store)
        , m_columns(Map::columns())
    {
        follow();
        storeReset();
        sortBy(Map::sortColumn, Map::sortDescending);
    }

protected:
    const std::vector<Column> &columns() const override { return m_columns; }
    const std::vector<rules::FilterField> &fields() const override { return Map::fields(); }
    int storeSize() const override { return m_store ? int(m_store->rows().size()) : 0; }
    QString key(int row) const override { return Map::key(*m_store, row); }
    bool inWorkspace(int row, const QString &workspace) const override
    {
        return Map::inWorkspace(*m_store, row, workspace);
    }
    CellData cell(int row, int column) const override { return Map::cell(*m_store, row, column); }
    QString json(int row) const override { return Map::json(*m_store, row); }
    bool sortsByNumber(int column) const override { return Map::sortsByNumber(column); }
    std::optional<double> sortNumber(int row, int column) const override
    {
        return Map::sortNumber(*m_store, row, column);
    }
    std::optional<std::string_view> sortText(int row, int column) const override
    {
        if constexpr (requires { Map::sortText(*m_store, row, column); })
            return Map::sortText(*m_store, row, column);
        else
            return {};
    }
    bool orderIsFixed(int column) const override
    {
        if constexpr (requires { Map::keyColumn; })
            return column == Map::keyColumn;
        else
            return false;
    }
    bool lessThan(int left, int right, int column) const override
    {
        return Map::less(*m_store, left, right, column);
    }
    bool matches(int row, const rules::Filter &filter) const override
    {
        return filter.matches(Map::filterRow(*m_store, row));
    }
    void fetch(int row, Ahead ahead) const override
    {
        if constexpr (requires { Map::fetch(*m_store, row, true); })
            if (row >= 0 && row < storeSize())
                Map::fetch(*m_store, row, ahead == Ahead::Next);
    }
    int storeRowOf(const QString &key) const override
    {
        return m_store ? Map::rowOf(*m_store, key) : -1;
    }

private:
    void follow()
    {
        if constexpr (requires { &Store::rowsChanged; })
            connect(m_store, &Store::rowsChanged, this,
                [this](const std::vector<int> &rows) { rowsChanged(rows); });
        if constexpr (requires { &Store::rowsInserted; })
            connect(m_store, &Store::rowsInserted, this,
                [this](int first, int last) { rowsInserted(first, last); });
        if constexpr (requires { &Store::rowRemoved; })
            connect(m_store, &Store::rowRemoved, this,
                [this](int row, int movedFrom) { rowRemoved(row, movedFrom); });
        if constexpr (requires { &Store::rowsEvicted; })
            connect(m_store, &Store::rowsEvicted, this, [this](int count) { rowsEvicted(count); });
        if constexpr (requires { &Store::zoneChanged; })
            connect(m_store, &Store::zoneChanged, this, [this] { timesChanged(); });
        connect(m_store, &Store::reset, this, [this] { storeReset(); });
        connect(m_store, &QObject::destroyed, this, [this] { storeReset(); });
    }

    QPointer<Store> m_store;
    std::vector<Column> m_columns;
};

} // namespace signalbox
