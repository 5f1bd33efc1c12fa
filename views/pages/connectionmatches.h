// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/connectionlist.h"

#include <QSortFilterProxyModel>

namespace signalbox {

/// The connections whose name, address or group holds every word that was typed. GUI thread.
class ConnectionMatches : public QSortFilterProxyModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(
        signalbox::ConnectionList *list READ list WRITE setList NOTIFY changed FINAL REQUIRED)
    Q_PROPERTY(QString text READ text WRITE setText NOTIFY changed FINAL)
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    ConnectionList *list() const { return m_list; }
    void setList(ConnectionList *list);
    QString text() const { return m_text; }
    void setText(const QString &text);
    Q_INVOKABLE int rowOf(int shown) const; ///< in the list; -1
    Q_INVOKABLE int shownAt(int row) const; ///< here; -1

signals:
    void changed();

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    ConnectionList *m_list = nullptr;
    QString m_text;
    QStringList m_words;
};

} // namespace signalbox
