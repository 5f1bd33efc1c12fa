// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/fabric.h"
#include "models/stores/session.h"

#include <QPointer>

namespace signalbox {

struct QueueState;

/// Purge or delete one queue, move what waits in it to another one, or publish to its topic (what a
/// person wrote, or a message once more): what it will do in view, then the one request.
/// Destroying requests name the count that was seen, so that the far end refuses when it
/// moved (signalbox-gateway §6). GUI thread.
class QueueAction : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(
        signalbox::Session *session READ session WRITE setSession NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(Kind kind READ kind NOTIFY changed FINAL)
    Q_PROPERTY(QString queue READ queue NOTIFY changed FINAL)
    Q_PROPERTY(QString topic READ topic NOTIFY changed FINAL)
    Q_PROPERTY(QString place READ place NOTIFY changed FINAL) ///< what it is done to, as shown
    Q_PROPERTY(QString ready READ ready NOTIFY changed FINAL)
    Q_PROPERTY(QString unacked READ unacked NOTIFY changed FINAL)
    Q_PROPERTY(QString consumers READ consumers NOTIFY changed FINAL)
    Q_PROPERTY(QString consequence READ consequence NOTIFY changed FINAL)
    Q_PROPERTY(bool ifUnused READ ifUnused WRITE setIfUnused NOTIFY changed FINAL)
    Q_PROPERTY(bool typingNeeded READ typingNeeded NOTIFY changed FINAL)
    Q_PROPERTY(QString typed READ typed WRITE setTyped NOTIFY changed FINAL)
    Q_PROPERTY(QString properties READ properties WRITE setProperties NOTIFY changed
            FINAL) ///< "name: value" per line
    Q_PROPERTY(QString payload READ payload WRITE setPayload NOTIFY changed FINAL)
    Q_PROPERTY(QString payloadNote READ payloadNote NOTIFY changed FINAL)
    Q_PROPERTY(QString to READ to WRITE setTo NOTIFY changed FINAL) ///< Move: the queue that takes
    Q_PROPERTY(QStringList toChoices READ toChoices NOTIFY changed FINAL) ///< that begin to fit
    Q_PROPERTY(
        QString toFacts READ toFacts NOTIFY changed FINAL) ///< what waits there, who consumes
    Q_PROPERTY(QString most READ most WRITE setMost NOTIFY changed FINAL) ///< Move: "" = all
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString result READ result NOTIFY changed FINAL)
public:
    enum Kind { Purge, Delete, Publish, Move, Resend };
    Q_ENUM(Kind)
    static constexpr int payloadLimit = 1024 * 1024;
    static constexpr int choices = 6;

    explicit QueueAction(QObject *parent = nullptr);

    Session *session() const { return m_session; }
    void setSession(Session *session);
    Kind kind() const { return m_kind; }
    QString queue() const { return m_queue; }
    QString topic() const { return m_topic; }
    QString place() const;
    QString ready() const;
    QString unacked() const;
    QString consumers() const;
    QString consequence() const;
    bool ifUnused() const { return m_ifUnused; }
    void setIfUnused(bool only);
    bool typingNeeded() const;
    QString typed() const { return m_typed; }
    void setTyped(const QString &typed);
    QString properties() const { return m_properties; }
    void setProperties(const QString &text);
    QString payload() const { return m_payload; }
    void setPayload(const QString &text);
    QString payloadNote() const;
    QString to() const { return m_to; }
    void setTo(const QString &queue);
    QStringList toChoices() const;
    QString toFacts() const;
    QString most() const { return m_most; }
    void setMost(const QString &most);
    QString whyNot() const;
    bool busy() const { return m_busy; }
    QString error() const { return m_error; }
    QString result() const { return m_result; }

    Q_INVOKABLE void open(signalbox::QueueAction::Kind kind, const QString &queue);
    /// The message is published once more, as it is here, to the topic of the queue.
    Q_INVOKABLE void openResend(
        const QString &queue, const QString &properties, const QString &payload);
    Q_INVOKABLE void run();

signals:
    void changed();
    void done(const QString &result);

private:
    [[nodiscard]] const QueueState *live() const;
    [[nodiscard]] std::string operation() const;
    [[nodiscard]] bool publishes() const { return m_kind == Publish || m_kind == Resend; }
    [[nodiscard]] const QueueState *target() const;
    [[nodiscard]] std::optional<qint64> moving() const; ///< how many; nullopt: no number
    [[nodiscard]] QString moveConsequence() const;
    [[nodiscard]] QString publishWhyNot() const;
    [[nodiscard]] QString moveWhyNot() const;
    void finish(const Answer<schema::FabricResponse> &answer);
    void countBound();

    QPointer<Session> m_session;
    Kind m_kind = Purge;
    QString m_queue;
    QString m_topic;
    bool m_ifUnused = true;
    QString m_typed;
    QString m_properties;
    QString m_payload;
    QString m_original; ///< Resend: as it came
    QString m_to;
    QString m_most;
    qint64 m_bound = 0; ///< queues of the topic when the preview opened
    qint64 m_boundConsumers = 0;
    bool m_busy = false;
    QString m_error;
    QString m_result;
};

} // namespace signalbox
