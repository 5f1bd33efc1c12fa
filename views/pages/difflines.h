// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/latestwork.h"

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
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL) ///< what is shown is of older texts
public:
    enum Kind { Same, Removed, Added, Gap, Place };
    Q_ENUM(Kind)
    enum Role { KindRole = Qt::UserRole + 1, BeforeRole, AfterRole, ContentRole };

    explicit DiffLines(QObject *parent = nullptr);

    void show(const std::string &before, const std::string &after);
    /// As show(), for what is being typed: large texts are compared on a thread.
    void showSoon(const std::string &before, const std::string &after);
    bool busy() const { return m_work.busy(); }
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
    struct Difference {
        std::vector<Row> rows;
        int added = 0;
        int removed = 0;
        int places = -1;
    };
    struct Question {
        std::string before;
        std::string after;
        bool structural = false;
        bool whole = false;
    };
    static Difference compare(const Question &question); ///< any thread
    static std::vector<Row> linesOf(
        const std::string &before, const std::string &after, bool whole, Difference &out);
    static std::vector<Row> placesOf(
        const std::string &before, const std::string &after, Difference &out);
    void give(const std::string &before, const std::string &after);
    void build();

    std::string m_givenBefore; ///< as it was given to show(), which comes with every key typed
    std::string m_givenAfter;
    bool m_given = false;
    bool m_onThread = false;
    std::vector<Row> m_rows;
    LatestWork m_work { this };
    int m_added = 0;
    int m_removed = 0;
    int m_places = -1;
    bool m_structural = false;
    bool m_whole = false;
};

} // namespace signalbox
