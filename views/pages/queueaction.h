// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"

#include <QPointer>

namespace signalbox {

struct QueueState;

/// Purge or delete one queue, or publish to its topic: what it will do in view, then the one
/// request. Destroying requests name the count that was seen, so that the far end refuses when it
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
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString result READ result NOTIFY changed FINAL)
public:
    enum Kind { Purge, Delete, Publish };
    Q_ENUM(Kind)
    static constexpr int payloadLimit = 1024 * 1024;

    explicit QueueAction(QObject *parent = nullptr);

    Session *session() const { return m_session; }
    void setSession(Session *session);
    Kind kind() const { return m_kind; }
    QString queue() const { return m_queue; }
    QString topic() const { return m_topic; }
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
    QString whyNot() const;
    bool busy() const { return m_busy; }
    QString error() const { return m_error; }
    QString result() const { return m_result; }

    Q_INVOKABLE void open(signalbox::QueueAction::Kind kind, const QString &queue);
    Q_INVOKABLE void run();

signals:
    void changed();
    void done(const QString &result);

private:
    [[nodiscard]] const QueueState *live() const;
    [[nodiscard]] std::string operation() const;

    QPointer<Session> m_session;
    Kind m_kind = Purge;
    QString m_queue;
    QString m_topic;
    bool m_ifUnused = true;
    QString m_typed;
    QString m_properties;
    QString m_payload;
    bool m_busy = false;
    QString m_error;
    QString m_result;
};

} // namespace signalbox
