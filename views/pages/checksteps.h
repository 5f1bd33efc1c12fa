// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/connectioncheck.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <array>

namespace signalbox {

/// The steps of a connection test, one row each, always all of them. GUI thread.
class CheckSteps : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("of a form")
public:
    enum Role {
        NameRole = Qt::UserRole + 1,
        AspectRole, ///< Cell.Aspect: as a signal
        StateRole, ///< a word
        TextRole,
        AdviceRole,
        TookRole ///< "12 ms", "" while not known
    };
    explicit CheckSteps(QObject *parent = nullptr);
    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    void clear();
    void take(const CheckStep &step);
    const CheckStep &at(int row) const { return m_steps[size_t(row)]; }
    bool failed() const;
    int cautions() const;

private:
    std::array<CheckStep, CheckStep::kinds> m_steps;
};

} // namespace signalbox
