// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QObject>
#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

class AppState;
class QueueReplay;

/// The instant that is shown instead of now, how far back one can look, and the way back. Times are
/// Unix milliseconds. GUI thread.
class ReplayView : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("views/pages/appstate.h")
    Q_PROPERTY(signalbox::AppState *app READ app WRITE setApp NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(bool active READ active NOTIFY changed FINAL)
    Q_PROPERTY(double from READ from NOTIFY changed FINAL)
    Q_PROPERTY(double to READ to NOTIFY changed FINAL)
    Q_PROPERTY(double instant READ instant NOTIFY changed FINAL)
    Q_PROPERTY(QString instantText READ instantText NOTIFY changed FINAL) ///< "12:31:05"
    Q_PROPERTY(QString agoText READ agoText NOTIFY changed FINAL) ///< "4 min ago"
    Q_PROPERTY(QString fromText READ fromText NOTIFY changed FINAL)
    Q_PROPERTY(QString toText READ toText NOTIFY changed FINAL)
    /// What is shown: of which sample, what is missing, how far the record reaches and why.
    Q_PROPERTY(QString words READ words NOTIFY changed FINAL)
    Q_PROPERTY(bool known READ known NOTIFY changed FINAL) ///< something was told at that instant
    Q_PROPERTY(bool follows READ follows NOTIFY changed FINAL) ///< the page shows that instant
public:
    explicit ReplayView(QObject *parent = nullptr);
    ~ReplayView() override;

    AppState *app() const { return m_app; }
    void setApp(AppState *app);
    bool active() const;
    double from() const;
    double to() const;
    double instant() const;
    QString instantText() const;
    QString agoText() const;
    QString fromText() const;
    QString toText() const;
    QString words() const;
    bool known() const;
    bool follows() const;

    Q_INVOKABLE void seek(double instantMs);
    Q_INVOKABLE void step(int seconds); ///< from the instant that is shown
    Q_INVOKABLE void live();
    Q_INVOKABLE void toggle(); ///< the newest sample, or back to now

signals:
    void changed();

private:
    [[nodiscard]] QueueReplay *replay() const;
    [[nodiscard]] QString reach() const;
    [[nodiscard]] QString clock(qint64 ms) const;

    QPointer<AppState> m_app;
};

} // namespace signalbox
