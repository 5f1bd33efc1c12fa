// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/filter.h"

#include <QAbstractTableModel>
#include <QtQml/qqmlregistration.h>

#include <optional>

namespace signalbox {

/// Namespace for the enums that QML needs.
class Cell : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("enums only")
public:
    enum Kind { Text, Strong, Mono, Number, Signal, Spark, Time };
    Q_ENUM(Kind)
    enum Tone { Normal, Muted, Accent, Good, Caution, Danger };
    Q_ENUM(Tone)
    enum Aspect { Clear, Warning, Stop, Unknown }; ///< ring, half, bar, dash
    Q_ENUM(Aspect)
};

struct Column {
    QString id; ///< stable, for settings
    QString title; ///< translated
    Cell::Kind kind = Cell::Text;
    int width = 120; ///< px at 100 %
    bool hidden = false; ///< by default
    QString tip;
    int yields = 0; ///< in a narrow view the column with 1 goes first, then 2, …; 0 stays
};

/// What a cell shows, asked once per cell through multiData().
struct CellData {
    QString text;
    Cell::Tone tone = Cell::Normal;
    Cell::Aspect aspect = Cell::Unknown;
    QString tip; ///< exact value, time or reason
    QString copy; ///< plain value for the clipboard; text when empty
    QList<qreal> series; ///< Cell::Spark
};

/// Base of every table: rows live in a store's vector; this model filters and sorts row numbers.
/// data() is final; a concrete table only maps. GUI thread. Rows are addressed by a stable key, so
/// selection survives sorting.
///
/// Bounds: none of its own, the store bounds the rows. Sorting: at most 4 times a second while
/// values change
/// (`stale` tells that the order waits), at once when the user asks.
class TableModel : public QAbstractTableModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by a store")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    Q_PROPERTY(int total READ total NOTIFY countChanged FINAL)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged FINAL)
    Q_PROPERTY(QString filterError READ filterError NOTIFY filterChanged FINAL)
    Q_PROPERTY(int filterErrorPosition READ filterErrorPosition NOTIFY filterChanged FINAL)
    Q_PROPERTY(QStringList filterFields READ filterFields CONSTANT FINAL)
    Q_PROPERTY(int sortColumn READ sortColumn NOTIFY sortChanged FINAL)
    Q_PROPERTY(bool sortDescending READ sortDescending NOTIFY sortChanged FINAL)
    Q_PROPERTY(QString workspace READ workspace WRITE setWorkspace NOTIFY workspaceChanged FINAL)
    Q_PROPERTY(bool stale READ stale NOTIFY staleChanged FINAL) ///< values changed, the order waits
public:
    enum Role {
        KindRole = Qt::UserRole + 1,
        ToneRole,
        AspectRole,
        TipRole,
        SeriesRole,
        KeyRole,
        CopyRole,
    };
    Q_ENUM(Role)

    explicit TableModel(QObject *parent = nullptr);
    ~TableModel() override;

    int rowCount(const QModelIndex &parent = {}) const final;
    int columnCount(const QModelIndex &parent = {}) const final;
    QVariant data(const QModelIndex &index, int role) const final;
    void multiData(const QModelIndex &index, QModelRoleDataSpan span) const final;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const final;
    QHash<int, QByteArray>
    roleNames() const final; ///< display kind tone aspect tip series key copy

    [[nodiscard]] int count() const; ///< rows shown
    [[nodiscard]] int total() const; ///< rows of the workspace, before the filter
    [[nodiscard]] QString filter() const;
    void setFilter(const QString &text); ///< a faulty filter keeps the last good one in force
    [[nodiscard]] QString filterError() const;
    [[nodiscard]] int filterErrorPosition() const; ///< character, -1 without error
    [[nodiscard]] QStringList filterFields() const;
    [[nodiscard]] int sortColumn() const;
    [[nodiscard]] bool sortDescending() const;
    [[nodiscard]] QString workspace() const; ///< "" = all
    void setWorkspace(const QString &workspace);
    [[nodiscard]] bool stale() const;
    /// Compiled form of filter(), for counts that must agree with the table.
    [[nodiscard]] const rules::Filter &compiledFilter() const;

    Q_INVOKABLE void sortBy(int column, bool descending);
    Q_INVOKABLE QString keyAt(int row) const; ///< "" out of range
    Q_INVOKABLE int rowOf(const QString &key) const; ///< -1 when filtered out or gone
    Q_INVOKABLE QString columnId(int column) const;
    Q_INVOKABLE QString columnTitle(int column) const;
    Q_INVOKABLE int columnKind(int column) const;
    Q_INVOKABLE int columnWidth(int column) const;
    int columnYields(int column) const; ///< Column::yields; 0 out of range
    Q_INVOKABLE bool columnHidden(int column) const;
    Q_INVOKABLE QString copyText(int row, int column) const; ///< column -1: the row, tab separated
    Q_INVOKABLE QString jsonOf(int row) const;
    Q_INVOKABLE QString
    exportCsv() const; ///< what is shown, with a first line that says filter and counts

signals:
    void countChanged();
    void filterChanged();
    void sortChanged();
    void workspaceChanged();
    void staleChanged();

protected:
    // what a concrete table maps; `row` is the store's row number
    [[nodiscard]] virtual const std::vector<Column> &columns() const = 0;
    [[nodiscard]] virtual const std::vector<rules::FilterField> &fields() const = 0;
    [[nodiscard]] virtual int storeSize() const = 0;
    [[nodiscard]] virtual CellData cell(int row, int column) const = 0;
    [[nodiscard]] virtual QString key(int row) const = 0;
    [[nodiscard]] virtual bool inWorkspace(int row, const QString &workspace) const = 0;
    [[nodiscard]] virtual bool lessThan(int left, int right, int column) const = 0;
    [[nodiscard]] virtual bool matches(int row, const rules::Filter &filter) const = 0;
    [[nodiscard]] virtual QString json(int row) const = 0;
    /// Columns that sort by a number; unknown numbers stay at the end in both directions.
    /// lessThan() is for the others.
    [[nodiscard]] virtual bool sortsByNumber(int column) const;
    [[nodiscard]] virtual std::optional<double> sortNumber(int row, int column) const;
    /// The bytes by which lessThan() orders, all of them; nullopt: it has to be asked.
    [[nodiscard]] virtual std::optional<std::string_view> sortText(int row, int column) const;
    /// What the column orders by never changes while a row is there: no change moves a row.
    [[nodiscard]] virtual bool orderIsFixed(int column) const;
    /// The row will soon be matched, `soon` before `next`: a table whose rows lie wide apart in
    /// memory may ask for them. Most of the time of a filter over many rows is waiting for memory.
    enum class Ahead { Soon, Next };
    virtual void fetch(int row, Ahead ahead) const;
    /// Store row of a key, -1 when gone. The default walks over all rows.
    [[nodiscard]] virtual int storeRowOf(const QString &key) const;

    // what a concrete table calls when its store changed
    void storeReset();
    void rowsChanged(const std::vector<int> &storeRows); ///< values only
    void rowsInserted(int first, int last); ///< appended at the end of the store
    void rowRemoved(int storeRow,
        int movedFrom); ///< swap-remove: row `movedFrom` now lives at `storeRow`; equal = last
    void rowsEvicted(
        int count); ///< the first `count` store rows went, all others moved up by as many (rings)
    void timesChanged(); ///< the zone in which times are shown is another one
    [[nodiscard]] int storeRowAt(int row) const; ///< -1 out of range

private:
    const CellData &cellOf(int row, int column) const;
    char placeOf(int row) const;
    void evaluateAll();
    void evaluate(char place);
    rules::Filter readablePart(const std::string &bytes, std::size_t fault) const;
    void replace(const std::vector<int> &storeRows);
    void hideRows(const std::vector<int> &storeRows);
    void showRows(std::vector<int> storeRows);
    void emitChanged(std::vector<int> &rows);
    [[nodiscard]] bool before(int left, int right) const;
    void loadNumbers();
    void sortRows(std::vector<int> &rows);
    bool sortByNumber(std::vector<int> &rows);
    bool sortByText(std::vector<int> &rows);
    void resort(); ///< everything
    void resortMoved(bool othersFit = false); ///< the rows that left their places
    void noteMoved(const std::vector<int> &storeRows);
    void arrange(std::vector<int> order);
    void reposition(int from = 0);
    void setStale(bool stale);

    struct Data;
    std::unique_ptr<Data> d;
};

} // namespace signalbox
