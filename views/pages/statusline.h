// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/soon.h"

#include <QObject>
#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

class AppState;
class Session;

/// What the frame says about the connection, in words. Sampled at most once a second, and told only
/// when a word changed: a frame that nobody needs is not drawn. Unknown is a dash. GUI thread.
class StatusLine : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("views/pages/appstate.h")
    Q_PROPERTY(signalbox::AppState *app READ app WRITE setApp NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(int aspect READ aspect NOTIFY changed FINAL) ///< Cell.Aspect of the connection
    Q_PROPERTY(QString state READ state NOTIFY changed
            FINAL) ///< "live · 0.4 s", "data from 12 s ago · reconnecting in 4 s"
    Q_PROPERTY(QString stateDetail READ stateDetail NOTIFY changed FINAL)
    Q_PROPERTY(QString backend READ backend NOTIFY changed FINAL)
    Q_PROPERTY(QString traffic READ traffic NOTIFY changed
            FINAL) ///< "in 1 842 /s · shown 1 842 · merged 0 · dropped 0 in all"
    Q_PROPERTY(bool drops READ drops NOTIFY changed FINAL)
    Q_PROPERTY(QString cost READ cost NOTIFY changed FINAL) ///< "cost 0.6 req/s · 14 kB/s"
    Q_PROPERTY(QString asOf READ asOf NOTIFY changed
            FINAL) ///< "as of 14:03:12", "reading…" before there is anything, "stale: as of …"
    Q_PROPERTY(bool stale READ stale NOTIFY changed FINAL)
    Q_PROPERTY(QString skew READ skew NOTIFY changed FINAL) ///< "" below 2 s
    Q_PROPERTY(QString who READ who NOTIFY changed FINAL)
    Q_PROPERTY(bool open READ open NOTIFY changed FINAL) ///< nobody has to sign in there
    Q_PROPERTY(bool past READ past NOTIFY changed FINAL) ///< a past instant is shown
    /// Does the caller's role allow any change at all? True while roles are not known.
    Q_PROPERTY(bool mayChange READ mayChange NOTIFY changed FINAL)
public:
    static constexpr std::chrono::milliseconds sampleEvery {
        900
    }; ///< with every pulse of a second

    explicit StatusLine(QObject *parent = nullptr);
    ~StatusLine() override;
    AppState *app() const;
    void setApp(AppState *app);
    int aspect() const { return m_words.aspect; }
    QString state() const { return m_words.state; }
    QString stateDetail() const { return m_words.detail; }
    QString backend() const { return m_words.backend; }
    QString traffic() const { return m_words.traffic; }
    bool drops() const { return m_words.drops; }
    QString cost() const { return m_words.cost; }
    QString asOf() const { return m_words.asOf; }
    bool stale() const { return m_words.stale; }
    QString skew() const { return m_words.skew; }
    QString who() const { return m_words.who; }
    bool open() const { return m_words.open; }
    bool past() const { return m_words.past; }
    bool mayChange() const { return m_words.mayChange; }

signals:
    void changed();

private:
    struct Words {
        int aspect = 3;
        QString state, detail, backend, traffic, cost, asOf, skew, who;
        bool drops = false;
        bool stale = false;
        bool open = false;
        bool past = false;
        bool mayChange = true;
        bool operator==(const Words &) const = default;
    };
    void soon();
    void sample();
    QString asOfWords(const Session &session) const;
    Words read(const Session &session) const;

    QPointer<AppState> m_app;
    Soon m_soon { sampleEvery };
    Words m_words;
};

} // namespace signalbox
