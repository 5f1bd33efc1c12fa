// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/soon.h"

#include <QAbstractListModel>
#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

class Session;

/// The pages of the rail with what each counts in the chosen workspace. A count that is not known
/// is empty, never 0. Counts anew at most four times a second. GUI thread.
class RailModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(signalbox::Session *session READ session WRITE setSession NOTIFY sessionChanged
            REQUIRED FINAL)
public:
    enum Role {
        PageRole = Qt::UserRole + 1,
        NameRole,
        GlyphRole,
        CountRole,
        BadgeRole,
        AlarmRole,
        StaleRole
    };

    explicit RailModel(QObject *parent = nullptr);
    ~RailModel() override;
    Session *session() const;
    void setSession(Session *session);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void sessionChanged();

private:
    struct Counts {
        QString text;
        int badge = 0; ///< things that need a person
        bool alarm = false; ///< one of them at least is at stop
        bool stale = false; ///< all of this is from before: nothing comes now
        bool operator==(const Counts &) const = default;
    };
    void soon();
    void recount();
    Counts countOf(int page) const;

    QPointer<Session> m_session;
    Soon m_soon { std::chrono::milliseconds(250) };
    std::array<Counts, 10> m_counts;
};

} // namespace signalbox
