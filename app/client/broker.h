// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/amqptail.h"
#include "app/client/rest.h"
#include "models/schema/rabbit.h"

#include <QTimer>

#include <map>
#include <set>

namespace signalbox {

/// The second address of a connection. The password is memory only and goes nowhere but to that
/// address.
struct BrokerTarget {
    QString kind; ///< "" none, "rabbitmq", "pulsar"
    QUrl url; ///< management API, Pulsar's admin REST
    QUrl amqpUrl; ///< empty: the management address's host, the port that the broker tells
    QString vhost = QStringLiteral("/");
    QString user;
    std::string password; ///< Pulsar: a token, "" none
    TlsTrust tls;
    bool operator==(const BrokerTarget &) const = default;
};

/// What is asked of a broker: the management API of a RabbitMQ, and tails over AMQP; the admin REST
/// of a Pulsar. The requests are those of this program: services `rabbitmq` and `pulsar`, with GET
/// only, operations as schema::RabbitRequest and schema::PulsarRequest; and of service `fabric`
/// `get-queue`, `tail` and `get-payload`, answered in our gateway's words by RabbitMQ,
/// `delete-queue` and `purge`, the only ones that change anything there. I/O thread.
class Broker : public QObject {
    Q_OBJECT
public:
    explicit Broker(milliseconds statistics);
    ~Broker() override; ///< every tail has ended

    void open(const BrokerTarget &target);
    void close();
    void ask(Request request, std::unique_ptr<Call> call);
    void askStream(Request request, std::unique_ptr<StreamCall> call);
    void cancelStream(const std::string &id);

signals:
    void traffic(qint64 requests, qint64 bytes);

private:
    using Body = std::function<void(const Reply &)>;
    void get(const QString &path, milliseconds timeout, Body then);
    QString queuePath(const std::string &queue) const;
    void hand(const QString &path, const Request &request, std::shared_ptr<Call> call);
    void askPulsar(const Request &request, std::shared_ptr<Call> call);
    void askRabbit(const Request &request, std::shared_ptr<Call> call);
    static constexpr milliseconds patience { 10000 };
    /// Why there is nothing to look at in the answer to a question of that turn.
    std::optional<GatewayError> unanswered(
        const RestAnswer &answer, int turn, milliseconds timeout) const;
    void change(
        const schema::FabricRequest &asked, milliseconds timeout, std::shared_ptr<Call> call);
    void remove(const QString &path, bool empty, milliseconds timeout, std::shared_ptr<Call> call);
    void askQueue(const std::string &queue, milliseconds timeout, std::shared_ptr<Call> call);
    void failTail(const std::string &id, const std::shared_ptr<std::unique_ptr<StreamCall>> &call,
        const GatewayError &error);
    void beginTail(const std::string &id, const schema::FabricRequest &asked,
        std::shared_ptr<std::unique_ptr<StreamCall>> call);
    void startTail(const std::string &id, std::vector<schema::RabbitBinding> bindings,
        std::shared_ptr<std::unique_ptr<StreamCall>> call);
    void countTails();
    void endTails();

    Rest *m_rest;
    BrokerTarget m_target;
    int m_turn = 0; ///< answers of another target are void
    int m_amqpPort = 0; ///< as the broker told; 0 not yet
    bool m_amqpSecure = false;
    std::map<std::string, std::unique_ptr<AmqpTail>> m_tails; ///< by request id
    std::set<std::string> m_opening; ///< tails whose bindings are still being asked for
    std::shared_ptr<TailPayloads> m_payloads = std::make_shared<TailPayloads>();
    QTimer m_statistics;
};

} // namespace signalbox
