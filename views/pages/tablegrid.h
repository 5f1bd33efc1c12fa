// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/tableselection.h"

namespace signalbox {

/// What a DataTable shows of a TableModel: its columns in the person's order without the hidden
/// ones, and for each cell whether the row is selected. Qt 6.4's TableView can neither move nor
/// remember columns. Rows are passed through untouched, so the cost does not grow with them. GUI
/// thread.
class TableGrid : public QAbstractTableModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(signalbox::TableModel *source READ source WRITE setSource NOTIFY sourceChanged FINAL)
    Q_PROPERTY(signalbox::TableSelection *selection READ selection CONSTANT FINAL)
    /// Order, widths (px at 100 %) and hidden columns as one text, for the settings:
    /// `flow:150,-up:80`. Columns that it does not name keep their own place; unknown names are
    /// dropped.
    Q_PROPERTY(QString state READ state WRITE setState NOTIFY stateChanged FINAL)
    Q_PROPERTY(int columns READ columns NOTIFY stateChanged FINAL)
    Q_PROPERTY(int sortedColumn READ sortedColumn NOTIFY sortChanged
            FINAL) ///< shown column, -1 when hidden
    Q_PROPERTY(bool sortDescending READ sortDescending NOTIFY sortChanged FINAL)
    Q_PROPERTY(bool mirrored READ mirrored WRITE setMirrored NOTIFY stateChanged
            FINAL) ///< first column at the right: a TableView of Qt 6.4 knows no mirroring
public:
    // Cell's enums for QML, which reads none of a value type
    enum Kind {
        Text = Cell::Text,
        Strong = Cell::Strong,
        Mono = Cell::Mono,
        Number = Cell::Number,
        Signal = Cell::Signal,
        Spark = Cell::Spark,
        Time = Cell::Time
    };
    Q_ENUM(Kind)
    enum Tone { Normal = Cell::Normal, Muted = Cell::Muted, Danger = Cell::Danger };
    Q_ENUM(Tone)
    enum Role { SelectedRole = Qt::UserRole + 100, CurrentRole };
    static constexpr int minimumWidth = 32;
    static constexpr int maximumWidth = 2000;

    explicit TableGrid(QObject *parent = nullptr);

    TableModel *source() const { return m_source; }
    void setSource(TableModel *source);
    TableSelection *selection() const { return m_selection; }
    QString state() const;
    void setState(const QString &state);
    int columns() const { return int(m_shown.size()); }
    int sortedColumn() const;
    bool sortDescending() const;
    bool mirrored() const { return m_mirrored; }
    void setMirrored(bool mirrored);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    void multiData(const QModelIndex &index, QModelRoleDataSpan span) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    // `column` counts shown columns, `sourceColumn` those of the source
    Q_INVOKABLE QString title(int column) const;
    Q_INVOKABLE QString tip(int column) const;
    Q_INVOKABLE int kind(int column) const;
    Q_INVOKABLE int width(int column) const;
    /// The widest column that holds words takes what is left of the view, or gives way down to
    /// half its width when the columns do not fit; before that the columns that Column::yields
    /// names go, one after the other (0). Once a person has resized one, none gives way and the
    /// last one takes what is left.
    Q_INVOKABLE double shownWidth(int column, double viewWidth) const;
    Q_INVOKABLE int sourceColumn(int column) const; ///< -1 out of range
    Q_INVOKABLE void setWidth(int column, int width);
    /// By a person, who sees the widths of shownWidth(): the others stay as they look.
    Q_INVOKABLE void resize(int column, int width, double viewWidth);
    Q_INVOKABLE void moveColumn(int from, int to);
    Q_INVOKABLE void sortBy(int column); ///< the sorted one: turns the direction round
    Q_INVOKABLE int sourceColumns() const;
    Q_INVOKABLE QString sourceTitle(int sourceColumn) const;
    Q_INVOKABLE bool isShown(int sourceColumn) const;
    Q_INVOKABLE void setShown(int sourceColumn, bool shown); ///< the last one stays
    Q_INVOKABLE void resetColumns();
    Q_INVOKABLE QString copyText(
        const QStringList &keys) const; ///< shown columns, tab separated, a line per row

signals:
    void sourceChanged();
    void stateChanged(); ///< order or visibility: the view lays out anew
    void widthChanged(int column);
    void edited(); ///< a person changed something: remember state
    void sortChanged();

private:
    struct Held {
        int source = 0;
        int width = 0;
        bool shown = true;
    };
    void connectSource();
    void beginLayout();
    void endLayout();
    void selectionChanged();
    void rebuild();
    [[nodiscard]] int flexible() const;
    [[nodiscard]] int lastColumn() const { return m_mirrored ? 0 : columns() - 1; }
    [[nodiscard]] bool holdsWords(int column) const;
    [[nodiscard]] std::vector<int> inView(double viewWidth) const; ///< shown columns that have room
    [[nodiscard]] bool asDelivered() const; ///< every width
    QString sortState() const; ///< "backlog:down", "" when nothing is sorted
    void restoreSort(const QString &sort); ///< "backlog:down"; an unknown column changes nothing
    std::vector<Held> defaults() const;
    void setHeld(std::vector<Held> held, bool byPerson);

    QPointer<TableModel> m_source;
    TableSelection *m_selection;
    std::vector<Held> m_held; ///< all columns in order
    std::vector<int> m_shown; ///< indexes into m_held
    bool m_mirrored = false;
    QString m_deliveredSort;
    QString m_wanted; ///< a state that came before the source
    QModelIndexList m_layoutOwn;
    QList<QPersistentModelIndex> m_layoutSource;
};

} // namespace signalbox
