// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

namespace signalbox {

/// The admin REST of a Pulsar on 127.0.0.1, as its documents describe it, for those requests that
/// this program makes; what was not laid out is 404. No Pulsar was at hand to record.
class FakePulsar : public QTcpServer {
public:
    explicit FakePulsar()
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { take(socket); });
        });
        listen(QHostAddress::LocalHost);
    }
    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(serverPort())); }

    /// `space` as "persistent/tg/flow": there, whether it has topics or not.
    void setSpace(const QByteArray &space) { m_spaces.insert(space, {}); }
    /// `stats` is the answer for the topic; the space is there from then on.
    void setTopic(const QByteArray &space, const QByteArray &topic, const QByteArray &stats)
    {
        m_spaces[space].insert(topic, stats);
    }
    /// A topic that is divided: its partitions are listed as topics, it itself in a list of its
    /// own.
    void setDivided(
        const QByteArray &space, const QByteArray &topic, const QList<QByteArray> &partitions)
    {
        m_divided[space].insert(topic, sum(partitions));
        for (qsizetype i = 0; i < partitions.size(); ++i)
            setTopic(space, topic + "-partition-" + QByteArray::number(i), partitions.at(i));
    }
    void dropTopic(const QByteArray &space, const QByteArray &topic)
    {
        m_spaces[space].remove(topic);
    }
    /// {"msgInCounter":…,"subscriptions":{name:{…,"consumers":[…]}}}
    static QByteArray stats(qint64 published, const QByteArray &subscription, qint64 backlog,
        qint64 unacked, int consumers)
    {
        QByteArray who;
        for (int i = 0; i < consumers; ++i)
            who += QByteArray(i ? "," : "") + R"({"consumerName":"c)" + QByteArray::number(i)
                + R"(","msgRateOut":0.5,"unackedMessages":0,"address":"/10.0.0.1:5000"})";
        return R"({"msgRateIn":1.5,"msgInCounter":)" + QByteArray::number(published)
            + R"(,"storageSize":4096,"publishers":[],"subscriptions":{")" + subscription
            + R"(":{"msgRateOut":0.5,"msgOutCounter":9,"msgBacklog":)" + QByteArray::number(backlog)
            + R"(,"backlogSize":-1,"unackedMessages":)" + QByteArray::number(unacked)
            + R"(,"type":"Shared","isDurable":true,"consumers":[)" + who
            + R"(]}},"replication":{},"deduplicationStatus":"Disabled"})";
    }

    QByteArray token; ///< wanted of everybody; empty: of nobody
    int status = 0; ///< instead of every answer, 0: as it is
    int lists = 0; ///< rounds that were asked for
    int topicsAsked = 0;
    QByteArray methods; ///< of all requests, one a word

private:
    /// As Pulsar adds them up: consumers by their place, as long as each partition has as many.
    static QByteArray sum(const QList<QByteArray> &partitions)
    {
        qint64 published = 0;
        QJsonObject all;
        for (const QByteArray &text : partitions) {
            const auto one = QJsonDocument::fromJson(text).object();
            published += one.value(QLatin1String("msgInCounter")).toInteger();
            const auto subscriptions = one.value(QLatin1String("subscriptions")).toObject();
            for (auto it = subscriptions.begin(); it != subscriptions.end(); ++it) {
                const auto told = it.value().toObject();
                auto held = all.value(it.key()).toObject();
                for (const char *figure : { "msgBacklog", "backlogSize", "unackedMessages" })
                    held.insert(QLatin1String(figure),
                        held.value(QLatin1String(figure)).toInteger()
                            + told.value(QLatin1String(figure)).toInteger());
                auto consumers = held.value(QLatin1String("consumers")).toArray();
                const auto more = told.value(QLatin1String("consumers")).toArray();
                if (consumers.size() != more.size())
                    for (const auto &consumer : more)
                        consumers.append(consumer);
                held.insert(QLatin1String("consumers"), consumers);
                all.insert(it.key(), held);
            }
        }
        return QJsonDocument(
            QJsonObject { { QStringLiteral("msgInCounter"), published },
                { QStringLiteral("subscriptions"), all },
                { QStringLiteral("metadata"),
                    QJsonObject { { QStringLiteral("partitions"), partitions.size() },
                        { QStringLiteral("deleted"), false } } },
                { QStringLiteral("partitions"), QJsonObject() } })
            .toJson(QJsonDocument::Compact);
    }
    void take(QTcpSocket *socket)
    {
        QByteArray held = socket->property("held").toByteArray() + socket->readAll();
        for (qsizetype end = held.indexOf("\r\n\r\n"); end >= 0; end = held.indexOf("\r\n\r\n")) {
            answer(socket, held.left(end));
            held.remove(0, end + 4);
        }
        socket->setProperty("held", held);
    }
    void answer(QTcpSocket *socket, const QByteArray &head)
    {
        const auto words = head.left(head.indexOf("\r\n")).split(' ');
        methods += words.at(0) + ' ';
        if (!token.isEmpty()
            && !head.toLower().contains("\r\nauthorization: bearer " + token.toLower()))
            return send(socket, 401, R"({"reason":"Authentication required"})");
        if (status != 0)
            return send(socket, status, R"({"reason":"as the test wants"})");
        const QByteArray path = words.value(1);
        const auto parts =
            path.split('/'); // "", admin, v2, domain, tenant, namespace, topic, stats
        if (parts.size() < 6 || parts.at(1) != "admin" || parts.at(2) != "v2")
            return send(socket, 404, {});
        const QByteArray space = parts.at(3) + '/' + parts.at(4) + '/' + parts.at(5);
        const auto found = m_spaces.constFind(space);
        if (found == m_spaces.constEnd())
            return send(socket, 404, R"({"reason":"Namespace not found"})");
        if (parts.size() == 6) {
            lists += space == "persistent/tg/flow";
            return send(socket, 200, list(space, found->keys()));
        }
        if (parts.size() == 7 && parts.at(6) == "partitioned")
            return send(socket, 200, list(space, m_divided.value(space).keys()));
        ++topicsAsked;
        const QByteArray name = QByteArray::fromPercentEncoding(parts.at(6));
        if (parts.value(7) == "partitioned-stats?perPartition=false"
            && m_divided.value(space).contains(name))
            return send(socket, 200, m_divided.value(space).value(name));
        const auto topic = found->constFind(name);
        if (topic == found->constEnd() || parts.value(7) != "stats")
            return send(socket, 404, R"({"reason":"Topic not found"})");
        send(socket, 200, *topic);
    }
    static QByteArray list(const QByteArray &space, const QList<QByteArray> &topics)
    {
        QByteArray names;
        for (const QByteArray &topic : topics)
            names += QByteArray(names.isEmpty() ? "" : ",") + '"'
                + QByteArray(space).replace("persistent/", "persistent://") + '/' + topic + '"';
        return '[' + names + ']';
    }
    static void send(QTcpSocket *socket, int status, const QByteArray &body)
    {
        socket->write("HTTP/1.1 " + QByteArray::number(status)
            + " X\r\nContent-Type: application/json\r\nLocation: http://127.0.0.1:1/\r\n"
              "Content-Length: "
            + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }

    QHash<QByteArray, QHash<QByteArray, QByteArray>> m_spaces;
    QHash<QByteArray, QHash<QByteArray, QByteArray>> m_divided; ///< sums, by space and topic
};

} // namespace signalbox
