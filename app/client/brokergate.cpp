// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/brokergate.h"

#include "app/client/linkstream.h"

namespace signalbox {

BrokerGate::BrokerGate(std::shared_ptr<Gateway> below, Broker *broker)
    : m_below(std::move(below))
    , m_broker(broker)
{
}

void BrokerGate::detach()
{
    m_alive.reset();
    m_broker = nullptr;
}

bool BrokerGate::onlyReads(const Request &request)
{
    return request.flow.empty()
        && (request.service == "metrics" || request.service == "rabbitmq"
            || request.service == "pulsar");
}

bool BrokerGate::toBroker(const Request &request) const
{
    if (!request.flow.empty())
        return false;
    if (request.service == "rabbitmq" || request.service == "pulsar")
        return true;
    return m_fabric && request.service == "fabric"
        && (request.operation == "get-queue" || request.operation == "tail"
            || request.operation == "get-payload" || request.operation == "peek"
            || request.operation == "delete-queue" || request.operation == "purge");
}

QFuture<Reply> BrokerGate::request(Request request)
{
    if (!toBroker(request))
        return m_below->request(std::move(request));
    auto call = std::make_shared<std::unique_ptr<SingleCall>>(std::make_unique<SingleCall>());
    auto future = (*call)->future();
    if (m_broker)
        QMetaObject::invokeMethod(
            m_broker,
            [broker = m_broker, request = std::move(request), call] {
                broker->ask(request, std::move(*call));
            },
            Qt::QueuedConnection);
    return future; // a call that is never delivered settles as cancelled
}

std::unique_ptr<Subscription> BrokerGate::stream(Request request)
{
    if (!toBroker(request))
        return m_below->stream(std::move(request));
    auto sink = std::make_shared<StreamSink>();
    auto *broker = m_broker;
    const std::weak_ptr<bool> alive = m_alive;
    auto stream = std::make_unique<LinkStream>(sink, [broker, alive, id = request.id] {
        if (alive.lock() && broker)
            QMetaObject::invokeMethod(
                broker, [broker, id] { broker->cancelStream(id); }, Qt::QueuedConnection);
    });
    auto call = std::make_shared<std::unique_ptr<StreamCall>>(std::make_unique<StreamCall>(sink));
    if (broker)
        QMetaObject::invokeMethod(
            broker,
            [broker, request = std::move(request), call] {
                broker->askStream(request, std::move(*call));
            },
            Qt::QueuedConnection);
    return stream;
}

} // namespace signalbox
