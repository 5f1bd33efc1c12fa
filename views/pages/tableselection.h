// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/table.h"

#include <QPointer>
#include <QSet>

namespace signalbox {

/// Which rows of a table are selected and which one is current, held by key: sorting, filtering and
/// inserting rows change nothing. A selected row that the filter hides stays selected and is
/// counted in `hidden`. GUI thread.
class TableSelection : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(signalbox::TableModel *source READ source WRITE setSource NOTIFY sourceChanged FINAL)
    Q_PROPERTY(bool multiple READ multiple WRITE setMultiple NOTIFY sourceChanged FINAL)
    Q_PROPERTY(QString currentKey READ currentKey WRITE setCurrentKey NOTIFY currentChanged FINAL)
    Q_PROPERTY(int currentRow READ currentRow NOTIFY currentChanged FINAL) ///< -1: none, or hidden
    Q_PROPERTY(
        QStringList keys READ keys NOTIFY changed FINAL) ///< in table order, hidden ones last
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(int hidden READ hidden NOTIFY changed FINAL)
public:
    explicit TableSelection(QObject *parent = nullptr);

    TableModel *source() const { return m_source; }
    void setSource(TableModel *source);
    bool multiple() const { return m_multiple; }
    void setMultiple(bool multiple);
    QString currentKey() const { return m_current; }
    void setCurrentKey(const QString &key); ///< also selects only it; "" clears
    int currentRow() const { return m_currentRow; }
    QStringList keys() const;
    int count() const { return int(m_keys.size()); }
    int hidden() const;
    Q_INVOKABLE bool contains(const QString &key) const { return m_keys.contains(key); }

    /// A click on a row: Shift extends from the anchor, Ctrl toggles, neither selects only it.
    Q_INVOKABLE void press(int row, int modifiers);
    /// The arrow keys: Shift extends, Ctrl moves the current row alone.
    Q_INVOKABLE void moveTo(int row, int modifiers);
    Q_INVOKABLE void toggleCurrent();
    Q_INVOKABLE void selectAll(); ///< every row shown
    Q_INVOKABLE void clear();
    Q_INVOKABLE void forget(const QString &key); ///< the row is gone for good

signals:
    void sourceChanged();
    void currentChanged();
    void changed();

private:
    void setCurrent(const QString &key);
    void selectRange(const QString &from, const QString &to);
    void replace(QSet<QString> keys);
    void rowsMoved();

    QPointer<TableModel> m_source;
    bool m_multiple = true;
    QString m_current;
    QString m_anchor;
    int m_currentRow = -1;
    QSet<QString> m_keys;
};

} // namespace signalbox
