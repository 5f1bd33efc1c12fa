// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/configrecords.h"
#include "models/stores/session.h"
#include "views/pages/difflines.h"

#include <QPointer>

namespace signalbox {

/// The versions of one entry that this console saw or wrote, newest first; before them the value of
/// now and the draft. Any two can be compared. GUI thread.
class ConfigVersions : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ConfigEditor")
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(int first READ first WRITE setFirst NOTIFY changed FINAL) ///< compared from
    Q_PROPERTY(int second READ second WRITE setSecond NOTIFY changed FINAL) ///< to
    Q_PROPERTY(QString bound READ bound NOTIFY changed FINAL) ///< what is kept, and what went
    Q_PROPERTY(signalbox::DiffLines *diff READ diff CONSTANT FINAL)
public:
    enum Role { TitleRole = Qt::UserRole + 1, WhenRole, WhoRole, SizeRole, RestorableRole };
    explicit ConfigVersions(QObject *parent = nullptr);

    void show(Session *session, const QString &id);
    int count() const { return int(m_rows.size()); }
    int first() const { return m_first; }
    void setFirst(int row);
    int second() const { return m_second; }
    void setSecond(int row);
    QString bound() const;
    DiffLines *diff() const { return m_diff; }
    /// Makes the version of that row the draft: an edit like any other.
    Q_INVOKABLE void restore(int row);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void changed();
    void restored();

private:
    struct Row {
        QString title;
        qint64 atMs = 0;
        QString who;
        std::optional<std::string> value;
        bool restorable = false;
        bool draft = false;
    };
    void read();
    [[nodiscard]] bool readDraft(); ///< false: there is more to it than another text of the draft
    void compare();

    QPointer<Session> m_session;
    QString m_id;
    std::vector<Row> m_rows;
    int m_first = 1;
    int m_second = 0;
    int m_letGo = 0;
    DiffLines *m_diff;
};

} // namespace signalbox
