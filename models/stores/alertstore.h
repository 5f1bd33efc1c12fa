// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/alert.h"
#include "models/schema/alert.h"
#include "models/stores/table.h"

#include <QPointer>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

#include <deque>

namespace signalbox {

class SecretStore;
class AlertGathering;
struct AlertReadings;
class Session;

/// One alert that is raised. Times are Unix milliseconds by our own clock.
struct AlertRow {
    QString id;
    rules::AlertReading reading;
    Cell::Aspect aspect = Cell::Warning;
    QString title;
    QString sentence;
    QString under; ///< id of the alert that explains it, "" none
    int grouped = 0; ///< how many it explains
    bool called = false; ///< for itself; false also for what a cause that ended has left behind
    qint64 raisedMs = 0;
    qint64 mutedUntilMs = 0; ///< 0: not
    bool acknowledged = false;
    QString note; ///< of the person who acknowledged it
    QString by;
};

/// What a person is to be called for, on the session's connection: judged every two seconds while
/// there is a connection, grouped by cause, muted, acknowledged, and remembered in the profile.
/// History is bounded. GUI thread.
class AlertStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by AppState")
    Q_PROPERTY(int count READ count NOTIFY changed FINAL) ///< that call: not muted, not taken
    Q_PROPERTY(int total READ total NOTIFY changed FINAL) ///< raised, each cause once
    Q_PROPERTY(int aspect READ aspect NOTIFY changed FINAL) ///< the worst that calls
    Q_PROPERTY(bool known READ known NOTIFY changed FINAL)
    Q_PROPERTY(bool desktop READ desktop WRITE setDesktop NOTIFY settingsChanged FINAL)
    Q_PROPERTY(QString webhook READ webhook WRITE setWebhook NOTIFY settingsChanged FINAL)
    Q_PROPERTY(QString webhookKeep READ webhookKeep NOTIFY settingsChanged FINAL) ///< where, or ""
    Q_PROPERTY(QString webhookFault READ webhookFault NOTIFY settingsChanged FINAL)
    Q_PROPERTY(QString desktopState READ desktopState NOTIFY settingsChanged FINAL)
    Q_PROPERTY(QString webhookState READ webhookState NOTIFY settingsChanged FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL) ///< they cannot be kept
public:
    static constexpr int lookMs = 2000;
    static constexpr qint64 settleMs = 300000; ///< then what an earlier start left open is over
    static constexpr std::size_t historyLimit = 1000;

    explicit AlertStore(Session *session, QObject *parent = nullptr);
    ~AlertStore() override;

    void setFolder(const QString &profile); ///< "" keeps everything in memory (tests)
    const std::vector<AlertRow> &rows() const { return m_rows; } ///< worst first, groups below
    const std::deque<schema::AlertEvent> &history() const { return m_history; } ///< oldest first
    const AlertRow *find(const QString &id) const;
    int count() const;
    int total() const;
    int aspect() const;
    bool known() const { return m_known; } ///< at the last look: else no alert means nothing
    /// Queues that are over a limit and not among the rows, for there are too many.
    int queuesBeyond() const { return m_queuesBeyond; }
    QString error() const { return m_error; }

    Q_INVOKABLE void acknowledge(const QString &id, const QString &note);
    Q_INVOKABLE void mute(const QString &id, int minutes);
    Q_INVOKABLE void unmute(const QString &id);

    const std::vector<rules::AlertRule> &rules() const { return m_rules; }
    void setRules(std::vector<rules::AlertRule> rules);
    bool desktop() const { return m_settings.desktop; }
    void setDesktop(bool on);
    /// Its path often is a secret: it is kept in the keychain or in memory, never in a file.
    QString webhook() const { return m_webhook; }
    void setWebhook(const QString &address); ///< one that is none is refused, see webhookFault
    QString webhookKeep() const { return m_webhook.isEmpty() ? QString() : m_webhookKeep; }
    void setSecrets(SecretStore *secrets); ///< after setFolder(); nullptr: memory only
    QString webhookFault() const { return m_webhookFault; }
    QString desktopState() const { return m_desktopState; }
    QString webhookState() const { return m_webhookState; }
    void tellDesktop(const QString &state); ///< by the channels: how the last call went
    void tellWebhook(const QString &state);

    void look(); ///< judges now, everything at once
    void setClock(std::function<qint64()> steadyMs) { m_clock = std::move(steadyMs); } ///< tests
    Session *session() const;

signals:
    void changed();
    void settingsChanged();
    /// A person is to be called: each cause once. For the channels.
    void called(const signalbox::schema::AlertEvent &event);

private:
    struct Taken {
        qint64 raisedMs = 0;
        bool acknowledged = false;
        QString note;
        QString by;
    };
    void beginLook(); ///< what look() does, in parts
    void continueLook();
    void judge(const AlertReadings &seen);
    void takeChange(const rules::AlertChange &change);
    void adoptEarlier(const rules::AlertChange &change);
    void endMutes();
    void forgetOld();
    void makeRows();
    AlertRow rowOf(const std::string &id, const rules::Alert &alert) const;
    schema::AlertEvent eventOf(const char *what, const std::string &id) const;
    void remember(schema::AlertEvent event);
    void dropOldest();
    bool stillUnknown(const std::string &id) const;
    const schema::AlertEvent *begunBy(const std::string &id) const;
    void openConnection();
    void readHistory();
    void writeHistory();
    void writeSettings();
    void keepWebhook();
    void setError(const QString &error);
    QString historyFile() const;
    qint64 mutedUntil(const std::string &id) const;

    QPointer<Session> m_session;
    QString m_folder;
    QString m_connection; ///< whose alerts these are
    QTimer m_timer;
    QTimer m_parts;
    std::unique_ptr<AlertGathering> m_gathering; ///< of the look that is under way
    std::function<qint64()> m_clock;
    rules::AlertBook m_book;
    std::vector<rules::AlertRule> m_rules;
    schema::AlertSettings m_settings;
    std::map<std::string, Taken> m_taken; ///< by id: raised ones, and those that an earlier start
                                          ///< left open
    qint64 m_knownSince = -1; ///< steady
    bool m_settled = false; ///< what an earlier start left open has been looked for
    std::vector<AlertRow> m_rows;
    std::deque<schema::AlertEvent> m_history;
    std::deque<schema::AlertEvent> m_older; ///< lines of alerts that are still open, for the file
    int m_lines = 0; ///< of the file
    int m_queuesBeyond = 0;
    bool m_known = false;
    QPointer<SecretStore> m_secrets;
    QString m_webhook;
    QString m_webhookKeep;
    QString m_webhookFault;
    QString m_desktopState;
    QString m_webhookState;
    QString m_error;
};

} // namespace signalbox
