// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"
#include "views/pages/parttable.h"
#include "views/pages/queuetrend.h"
#include "views/pages/tailmodel.h"

#include <QPointer>
#include <QTimer>

namespace signalbox {

struct QueueState;

/// One queue looked at: facts, bindings, consumers, its messages, and what may be done to it. GUI
/// thread.
class QueueDetailView : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by QueuesPageModel")
    Q_PROPERTY(QString name READ name NOTIFY changed FINAL)
    Q_PROPERTY(QString shownName READ shownName NOTIFY changed FINAL) ///< with what is not seen
    Q_PROPERTY(QString topic READ topic NOTIFY changed FINAL)
    Q_PROPERTY(bool exists READ exists NOTIFY changed FINAL)
    Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed FINAL) ///< scope and owner
    Q_PROPERTY(
        QString flowKey READ flowKey NOTIFY changed FINAL) ///< the flow that owns it, "" none
    Q_PROPERTY(QString balance READ balance NOTIFY changed FINAL) ///< "published 12 = acked 9 + …"
    Q_PROPERTY(bool balanced READ balanced NOTIFY changed FINAL)
    Q_PROPERTY(QString unknownWhy READ unknownWhy NOTIFY changed
            FINAL) ///< why numbers or messages are not known
    Q_PROPERTY(QString error READ error NOTIFY changed
            FINAL) ///< of the last look at bindings and consumers
    Q_PROPERTY(signalbox::TableModel *facts READ facts CONSTANT FINAL)
    Q_PROPERTY(signalbox::TableModel *consumers READ consumers CONSTANT FINAL)
    Q_PROPERTY(QStringList bindings READ bindings NOTIFY changed FINAL)
    Q_PROPERTY(signalbox::TailModel *tail READ tail CONSTANT FINAL)
    Q_PROPERTY(signalbox::QueueTrend *trend READ trend CONSTANT FINAL)
    /// Where the answers to its messages go, "" when they get none.
    Q_PROPERTY(QString answersTopic READ answersTopic NOTIFY changed FINAL)
    Q_PROPERTY(bool withAnswers MEMBER m_withAnswers NOTIFY changed FINAL) ///< of the next tail
    Q_PROPERTY(QString tailDenied READ tailDenied NOTIFY changed FINAL)
    Q_PROPERTY(QString peekDenied READ peekDenied NOTIFY changed FINAL)
    Q_PROPERTY(QString publishDenied READ publishDenied NOTIFY changed FINAL)
    Q_PROPERTY(QString purgeDenied READ purgeDenied NOTIFY changed FINAL)
    Q_PROPERTY(QString deleteDenied READ deleteDenied NOTIFY changed FINAL)
    Q_PROPERTY(QString moveDenied READ moveDenied NOTIFY changed FINAL)
public:
    static constexpr int lookEveryMs = 2000;

    explicit QueueDetailView(QObject *parent = nullptr);
    ~QueueDetailView() override;

    void setSession(Session *session);
    void show(const QString &name);

    QString name() const { return m_name; }
    QString shownName() const;
    QString topic() const;
    bool exists() const { return live() != nullptr; }
    QString subtitle() const;
    QString flowKey() const;
    QString balance() const;
    bool balanced() const;
    QString unknownWhy() const;
    QString error() const { return m_error; }
    TableModel *facts() const { return m_facts; }
    TableModel *consumers() const { return m_consumers; }
    QStringList bindings() const { return m_bindings; }
    TailModel *tail() const { return m_tail; }
    QString answersTopic() const;
    QueueTrend *trend() const { return m_trend; }
    QString tailDenied() const { return denied("tail"); } ///< a broker may be listened to as well
    QString peekDenied() const { return denied("peek"); }
    QString publishDenied() const { return denied("publish"); }
    QString purgeDenied() const { return denied("purge"); }
    QString deleteDenied() const { return denied("delete-queue"); }
    QString moveDenied() const; ///< also where the far end cannot move

    Q_INVOKABLE void startTail();
    Q_INVOKABLE void peek(int count);
    Q_INVOKABLE void stopTail();
    enum PayloadView { Json, Text, Hex };
    Q_ENUM(PayloadView)
    Q_INVOKABLE QString payload(int row, signalbox::QueueDetailView::PayloadView as) const;
    Q_INVOKABLE QString messageFacts(int row) const; ///< seq, time, size, properties, one line each
    Q_INVOKABLE QString propertyLines(int row) const; ///< "name: value", one line each
    /// Why a message cannot be sent once more: not allowed, or only its beginning is here.
    Q_INVOKABLE QString resendDenied(int row) const;
    Q_INVOKABLE void fetchWhole(
        int row); ///< of a truncated message, while the far end still holds it
    /// Workspace, flow, processor and name, for AppState::askForLogs(); what it has not is "".
    Q_INVOKABLE QStringList logPlace() const;
    Q_INVOKABLE void watch(bool watching); ///< somebody looks: bindings and consumers are asked for

signals:
    void changed();
    void payloadChanged();

private:
    void showTimes();
    [[nodiscard]] const QueueState *live() const;
    [[nodiscard]] bool known() const; ///< the queues were read
    [[nodiscard]] QString denied(const char *operation) const;
    void look();
    void refresh();
    void findParties(); ///< who sends and who takes, by the blueprints of the workspace's flows

    QPointer<Session> m_session;
    QString m_name;
    QString m_error;
    QStringList m_bindings;
    QString m_producers; ///< "chunker (ingest-us)", "" nobody
    QString m_takers;
    PartTable *m_facts;
    PartTable *m_consumers;
    TailModel *m_tail;
    QueueTrend *m_trend;
    QTimer m_look;
    QTimer m_refresh;
    bool m_asking = false;
    bool m_withAnswers = true;
};

} // namespace signalbox
