// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/table.h"

#include <QAbstractListModel>

namespace signalbox {

/// One line of a list on the overview: something with a place to go to.
struct OverviewLine {
    QString key; ///< stable while it is shown
    Cell::Aspect aspect = Cell::Unknown;
    QString title;
    QString detail;
    QString value; ///< right-aligned number or time
    Cell::Tone tone = Cell::Normal; ///< of the value
    QString workspace;
    QString page; ///< where it leads
    QString target;
    QString filter;
    QList<qreal> series {}; ///< last ten minutes, at most 60 points
    bool operator==(const OverviewLine &) const = default;
};

/// A short list of lines, replaced as a whole: rows that stay keep their delegates. GUI thread.
class OverviewLines : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by OverviewPage")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    Q_PROPERTY(int more READ more NOTIFY countChanged FINAL) ///< that did not fit
public:
    enum Role {
        KeyRole = Qt::UserRole + 1,
        AspectRole,
        TitleRole,
        DetailRole,
        ValueRole,
        ToneRole,
        WorkspaceRole,
        PageRole,
        TargetRole,
        FilterRole,
        SeriesRole,
    };
    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    int count() const { return int(m_lines.size()); }
    int more() const { return m_more; }
    const std::vector<OverviewLine> &lines() const { return m_lines; }
    void set(std::vector<OverviewLine> lines, int more = 0);

signals:
    void countChanged();

private:
    std::vector<OverviewLine> m_lines;
    int m_more = 0;
};

} // namespace signalbox
