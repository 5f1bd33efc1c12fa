// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/alert.h"
#include "models/stores/alertstore.h"

#include <QAbstractListModel>

namespace signalbox {

/// The limits of alerts as a list to edit: first those for everywhere, then those for parts of the
/// platform. What is set goes into the store at once. GUI thread.
class AlertRules : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by AlertsView")
public:
    enum Role { KindRole = Qt::UserRole + 1, ScopeRole, OnRole, LimitRole, UnitRole, SecondsRole };
    using QAbstractListModel::QAbstractListModel;

    void setStore(AlertStore *store);
    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    Q_INVOKABLE void setOn(int row, bool on);
    Q_INVOKABLE void setLimit(int row, const QString &text); ///< numbers only; else it stays
    Q_INVOKABLE void setSeconds(int row, const QString &text);
    /// A limit of its own for a workspace and, when not empty, a flow of it; "" or why not.
    Q_INVOKABLE QString add(int kind, const QString &workspace, const QString &flow);
    Q_INVOKABLE void remove(int row); ///< of those for a part; one for everywhere is set back
    Q_INVOKABLE QStringList kinds() const;
    Q_INVOKABLE bool removable(int row) const; ///< it differs from what it would be without it

private:
    void reload();
    void put(int row, const rules::AlertLimit &limit);

    QPointer<AlertStore> m_store;
    std::vector<rules::AlertRule> m_rows;
};

} // namespace signalbox
