// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <string>
#include <vector>

namespace signalbox {

/// What differs between two texts, line by line or, for JSON, by meaning. JSON is laid out alike on
/// both sides first, so that white space never counts; secrets are shown as dots. GUI thread.
class DiffLines : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by a view model")
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(int added READ added NOTIFY changed FINAL)
    Q_PROPERTY(int removed READ removed NOTIFY changed FINAL)
    Q_PROPERTY(
        int places READ places NOTIFY changed FINAL) ///< that differ by meaning; -1: not JSON
    Q_PROPERTY(bool structural READ structural WRITE setStructural NOTIFY changed FINAL)
    Q_PROPERTY(bool whole READ whole WRITE setWhole NOTIFY changed FINAL) ///< equal lines too
public:
    enum Kind { Same, Removed, Added, Gap, Place };
    Q_ENUM(Kind)
    enum Role { KindRole = Qt::UserRole + 1, BeforeRole, AfterRole, ContentRole };

    explicit DiffLines(QObject *parent = nullptr);

    void show(const std::string &before, const std::string &after);
    int count() const { return int(m_rows.size()); }
    int added() const { return m_added; }
    int removed() const { return m_removed; }
    int places() const { return m_places; }
    bool structural() const { return m_structural; }
    void setStructural(bool structural);
    bool whole() const { return m_whole; }
    void setWhole(bool whole);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void changed();

private:
    struct Row {
        Kind kind = Same;
        QString before; ///< line number
        QString after;
        QString content;
    };
    void build();
    void buildLines(std::vector<Row> &rows);
    bool buildPlaces(std::vector<Row> &rows);

    std::string m_givenBefore; ///< as it was given to show(), which comes with every key typed
    std::string m_givenAfter;
    bool m_given = false;
    std::string m_before;
    std::string m_after;
    std::vector<Row> m_rows;
    int m_added = 0;
    int m_removed = 0;
    int m_places = -1;
    bool m_structural = false;
    bool m_whole = false;
};

} // namespace signalbox
