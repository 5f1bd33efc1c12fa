// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"
#include "views/pages/conflictmerge.h"

#include <QPointer>

namespace signalbox {

/// A draft whose entry changed meanwhile: the value it began from, the one that is there now, and
/// the draft. The decision makes a draft on top of their value, nothing is written here. GUI
/// thread.
class ConfigConflict : public signalbox::ConflictMerge {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(
        signalbox::Session *session READ session WRITE setSession NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL)
    Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed FINAL)
    Q_PROPERTY(bool open READ open NOTIFY changed FINAL) ///< still a conflict
public:
    explicit ConfigConflict(QObject *parent = nullptr);

    Session *session() const { return m_session; }
    void setSession(Session *session);
    QString title() const;
    QString subtitle() const;
    bool open() const;

    Q_INVOKABLE void begin(const QString &id);
    Q_INVOKABLE void takeMine();
    Q_INVOKABLE void takeTheirs();
    Q_INVOKABLE void takeMerged();

signals:
    void changed();
    void decided();

private:
    void read();

    QPointer<Session> m_session;
    QString m_id;
};

} // namespace signalbox
