// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"
#include "views/pages/parttable.h"

#include <QElapsedTimer>
#include <QPointer>

#include <optional>

namespace signalbox {

struct QueueState;

/// Purge or delete many queues: what happens to each in view, then one request per queue, a few at
/// a time, and what came of each. Each request names the count that the preview showed last, so
/// that the far end refuses where more has come. GUI thread. Bounded by `limit` queues.
class QueueBulk : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(
        signalbox::Session *session READ session WRITE setSession NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(Kind kind READ kind NOTIFY changed FINAL)
    Q_PROPERTY(Step step READ step NOTIFY changed FINAL)
    Q_PROPERTY(signalbox::TableModel *parts READ parts CONSTANT FINAL)
    Q_PROPERTY(int count READ count NOTIFY changed FINAL) ///< chosen
    Q_PROPERTY(int willDo READ willDo NOTIFY changed FINAL) ///< of them not left out
    Q_PROPERTY(QString messages READ messages NOTIFY changed FINAL) ///< that wait in those
    Q_PROPERTY(QString consumers READ consumers NOTIFY changed FINAL)
    Q_PROPERTY(QString leftOut READ leftOut NOTIFY changed FINAL)
    Q_PROPERTY(QString consequence READ consequence NOTIFY changed FINAL)
    Q_PROPERTY(bool ifUnused READ ifUnused WRITE setIfUnused NOTIFY changed FINAL)
    Q_PROPERTY(QString typeThis READ typeThis NOTIFY changed FINAL)
    Q_PROPERTY(QString typed READ typed WRITE setTyped NOTIFY changed FINAL)
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(int failed READ failed NOTIFY changed FINAL)
public:
    enum Kind { Purge, Delete };
    Q_ENUM(Kind)
    enum Step { Preview, Working, Finished };
    Q_ENUM(Step)
    static constexpr int limit = 2000;
    static constexpr int atOnce = 4;

    explicit QueueBulk(QObject *parent = nullptr);
    ~QueueBulk() override;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    Kind kind() const { return m_kind; }
    Step step() const { return m_step; }
    TableModel *parts() const { return m_parts; }
    int count() const { return int(m_items.size()); }
    int willDo() const;
    QString messages() const;
    QString consumers() const;
    QString leftOut() const;
    QString consequence() const;
    bool ifUnused() const { return m_ifUnused; }
    void setIfUnused(bool only);
    QString typeThis() const;
    QString typed() const { return m_typed; }
    void setTyped(const QString &typed);
    QString whyNot() const;
    QString summary() const;
    int failed() const;

    Q_INVOKABLE void open(signalbox::QueueBulk::Kind kind, const QStringList &queues);
    Q_INVOKABLE void run();
    Q_INVOKABLE void stop(); ///< what was not asked for yet is not
    Q_INVOKABLE void retryFailed(); ///< back to the preview with those alone
    Q_INVOKABLE QString report() const; ///< a line per queue

signals:
    void changed();

private:
    enum Outcome { Waiting, LeftOut, Running, Done, Failed, Skipped };
    struct Item {
        QString queue;
        std::string workspace;
        qint64 ready = 0;
        qint64 unacked = 0;
        qint64 consumers = 0;
        bool known = false;
        Outcome outcome = Waiting;
        QString text;
        std::optional<std::int64_t> affected {}; ///< messages; nullopt: a broker does not say
    };
    void look(); ///< at the queues as they are now
    void lookAt(Item &item) const;
    [[nodiscard]] QString whyLeftOut(const QueueState *queue) const;
    void next();
    void ask(int number);
    void settle(
        int number, bool done, const QString &text, const std::optional<std::int64_t> &affected);
    void showParts();
    [[nodiscard]] QString outcomeText(const Item &item) const;
    [[nodiscard]] int countOf(Outcome outcome) const;

    QPointer<Session> m_session;
    PartTable *m_parts;
    Kind m_kind = Purge;
    Step m_step = Preview;
    std::vector<Item> m_items;
    qint64 m_beyond = 0; ///< chosen beyond `limit`: refused
    bool m_ifUnused = true;
    QString m_typed;
    int m_running = 0;
    quint64 m_turn = 0; ///< answers to an earlier run are not this one's
    QElapsedTimer m_shown;
};

} // namespace signalbox
