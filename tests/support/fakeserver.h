// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <QWebSocket>
#include <QWebSocketServer>

#include <functional>

namespace signalbox {

/// A far end that speaks the wire on 127.0.0.1, one port for HTTP and sockets, scripted by tests:
/// any era, any fault.
class FakeServer : public QObject {
    Q_OBJECT
public:
    enum class Auth { Ok, OldField, Failed, BadMessage, HandshakeToken, Garbage };
    struct Rest {
        int status = 200;
        QByteArray body;
    };
    struct Seen {
        QString channel; ///< short events rest
        QString service;
        QString operation;
        QString workspace;
        QJsonObject frame;
    };

    explicit FakeServer(QObject *parent = nullptr);
    ~FakeServer() override;
    QUrl url() const;
    bool listen(quint16 port = 0);
    void refuseConnections(); ///< closes the port and every connection

    // ---- what kind of far end ----
    void beOwn(); ///< signalbox-gateway with events, fabric and cancel
    void beReal(char era); ///< 'A' 'B' 'C' 'D'
    Auth auth = Auth::Ok;
    QString token = QStringLiteral("tg_Fake0Key1For2Tests"); ///< what signs in
    /// `pathBegin` may go on with a blank and the beginning of the operation in the body, and may
    /// begin with a method and a blank.
    void setRest(const QString &pathBegin, const Rest &answer);
    void setMetric(const QString &inQuery, const QByteArray &body);
    /// Answer of a service operation: the payload; wins over the built-in ones.
    void setAnswer(const QString &service, const QString &operation, const QJsonObject &payload);
    /// Instead of an answer, exactly this frame text; %1 is the quoted id.
    void setRawAnswer(const QString &service, const QString &operation, const QString &frame);
    /// Asked first: the payload as text, empty when it leaves the answer to the others. For
    /// payloads too large for QJsonObject.
    std::function<QByteArray(
        const QString &service, const QString &operation, const QJsonObject &request)>
        rawPayload;
    void setFlows(const QString &workspace, const QJsonObject &flows); ///< id → record
    void setQueues(const QJsonArray &rows);
    int version = 5;
    int delayMs = 0;
    bool binary = false; ///< the same text in binary frames
    bool silent = false; ///< requests are taken and never answered
    int holdAfter = -1; ///< answers after so many wait for release()

    // ---- verbs ----
    void dropAll(); ///< cuts every connection
    void stop(); ///< no new connections, goodbye on request sockets; events can still be said
    void goDeaf(); ///< half-open: connections stay and nothing is read from them any more
    void sendRaw(const QString &text); ///< on every signed-in request socket
    void pushEvent(
        QJsonObject event); ///< on every subscribed event socket; seq is filled in when missing
    void pushText(const QByteArray &event); ///< the same, ready made, `seq` included
    bool subscribed() const { return !subscriptions.isEmpty(); }
    void release();

    // ---- what a test looks at ----
    QList<Seen> seen;
    int count(const QString &service, const QString &operation = {}) const;
    int indexOf(const QString &channel, const QString &service,
        const QString &operation) const; ///< in order of arrival, -1
    int cancels = 0;
    int sockets() const { return int(m_sockets.size()); }
    int mostInFlight = 0;
    QList<QJsonObject> subscriptions;
    qint64 seq = 100;

private:
    void accept();
    void takeHttp(QTcpSocket *socket);
    void answerHttp(
        QTcpSocket *socket, const QByteArray &method, const QString &path, const QByteArray &body);
    void takeSocket();
    void takeFrame(QWebSocket *socket, const QString &text);
    void takeAuth(QWebSocket *socket, const QJsonObject &frame);
    void answer(QWebSocket *socket, const QJsonObject &frame);
    QJsonObject payload(const QString &service, const QString &operation, const QJsonObject &frame);
    void send(QWebSocket *socket, const QJsonObject &frame);

    QList<QPointer<QTcpSocket>> m_raw;
    QTcpServer m_tcp;
    QWebSocketServer m_ws;
    QList<QWebSocket *> m_sockets;
    QHash<QString, Rest> m_rest;
    QHash<QString, QByteArray> m_metrics;
    QHash<QString, QJsonObject> m_answers;
    QHash<QString, QString> m_rawAnswers;
    QHash<QString, QJsonObject> m_flows;
    QJsonArray m_queues;
    QList<std::pair<QPointer<QWebSocket>, QJsonObject>> m_held;
    int m_inFlight = 0;
    int m_answered = 0;
    bool m_own = false;
};

} // namespace signalbox
