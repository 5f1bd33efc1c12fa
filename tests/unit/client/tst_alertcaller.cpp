// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/alertcaller.h"
#include "models/stores/alertstore.h"
#include "models/stores/session.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace signalbox;

/// What an HTTP server of one answer was sent.
class Hook : public QTcpServer {
public:
    QByteArray seen;
    explicit Hook(const QByteArray &status)
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this, status] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket, status] {
                seen += socket->readAll();
                if (!seen.endsWith('}'))
                    return;
                socket->write("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
                socket->disconnectFromHost();
            });
        });
    }
    QString address() const { return QStringLiteral("http://127.0.0.1:%1/hook").arg(serverPort()); }
};

class TestAlertCaller : public QObject {
    Q_OBJECT
private slots:
    void aCallIsPostedAsJson();
    void aRefusalIsSaid();
    void anAddressThatIsNotThereIsSaidWithoutIt();
    void aDesktopWithoutABusIsSaid();

private:
    struct Stage {
        Session session;
        AlertStore alerts { &session };
        AlertCaller caller { &alerts };
        void call()
        {
            schema::AlertEvent event;
            event.event = "raised";
            event.id = "backlog|q";
            event.subject = "q";
            event.text = "9 000 messages wait.";
            event.value = 9000;
            emit alerts.called(event);
        }
    };
};

void TestAlertCaller::aCallIsPostedAsJson()
{
    Hook hook("204 No Content");
    Stage stage;
    stage.alerts.setWebhook(hook.address());
    stage.call();
    QTRY_VERIFY(stage.alerts.webhookState().endsWith(QStringLiteral("delivered.")));
    QVERIFY(hook.seen.startsWith("POST /hook HTTP/1.1"));
    QVERIFY(hook.seen.toLower().contains("content-type: application/json"));
    const QByteArray body = hook.seen.mid(hook.seen.indexOf("\r\n\r\n") + 4);
    const auto event =
        schema::decode<schema::AlertEvent>({ body.constData(), std::size_t(body.size()) });
    QVERIFY(event);
    QCOMPARE(event->id, std::string("backlog|q"));
    QCOMPARE(event->value.value_or(0), 9000.0);
}

void TestAlertCaller::aRefusalIsSaid()
{
    Hook hook("302 Found\r\nLocation: http://127.0.0.1:1/elsewhere");
    Stage stage;
    stage.alerts.setWebhook(hook.address());
    stage.call();
    QTRY_VERIFY(stage.alerts.webhookState().contains(QStringLiteral("302"))); // not followed
}

void TestAlertCaller::anAddressThatIsNotThereIsSaidWithoutIt()
{
    QTcpServer closed;
    closed.listen(QHostAddress::LocalHost);
    const QString address =
        QStringLiteral("http://127.0.0.1:%1/secret-path").arg(closed.serverPort());
    closed.close();
    Stage stage;
    stage.alerts.setWebhook(address);
    stage.call();
    QTRY_VERIFY(stage.alerts.webhookState().contains(QStringLiteral("could not be reached")));
    QVERIFY(!stage.alerts.webhookState().contains(QStringLiteral("secret")));
}

void TestAlertCaller::aDesktopWithoutABusIsSaid()
{
    Stage stage;
    stage.alerts.setDesktop(true);
    stage.call();
    QTRY_VERIFY(stage.alerts.desktopState().contains(QStringLiteral("no session bus")));
}

QTEST_GUILESS_MAIN(TestAlertCaller)
#include "tst_alertcaller.moc"
