// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/broker.h"

#include "models/rules/topic.h"
#include "models/schema/pulsar.h"

#include <algorithm>

namespace signalbox {

namespace {

const QString queueColumns =
    QStringLiteral("name,messages_ready,messages_unacknowledged,consumers,message_bytes,durable,"
                   "exclusive,auto_delete,message_stats.publish,message_stats.ack,"
                   "message_stats.deliver_no_ack,message_stats.get_no_ack,message_stats.redeliver");

QString percentEncoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

GatewayError notOffered(const QString &text)
{
    return { ErrorKind::Service, QStringLiteral("not-implemented"), text, false };
}

/// A consumer tells neither processor nor flow: its queue's name does.
schema::ConsumerRow consumerRow(const schema::RabbitConsumer &from)
{
    schema::ConsumerRow row;
    row.id = from.tag + " · " + from.peer;
    row.queue = from.queue;
    if (const auto parsed = rules::parseRabbitQueue(from.queue)) {
        row.processor = parsed->processor.empty() ? parsed->subscription : parsed->processor;
        row.workspace = parsed->workspace;
    }
    row.state = from.active ? "running" : "waiting";
    return row;
}

std::string bindingText(const schema::RabbitBinding &binding)
{
    if (const auto topic = rules::topicOfRabbitExchange(binding.source))
        return topic->text();
    return binding.source.empty() ? "(default exchange)" : binding.source;
}

bool feedsSecrets(const schema::RabbitBinding &binding)
{
    const auto topic = rules::topicOfRabbitExchange(binding.source);
    return topic && rules::carriesSecrets(topic->text());
}

/// As our gateway refuses it (signalbox-gateway §6).
GatewayError notShown()
{
    return { ErrorKind::Denied, QStringLiteral("operation-not-permitted"),
        Broker::tr("Its messages carry passwords and keys: nobody is shown them."), false };
}

} // namespace

Broker::Broker(milliseconds statistics)
    : m_rest(new Rest(this))
    , m_statistics(this)
{
    connect(m_rest, &Rest::traffic, this, &Broker::traffic);
    connect(&m_statistics, &QTimer::timeout, this, &Broker::countTails);
    m_statistics.setInterval(statistics);
}

Broker::~Broker()
{
    endTails();
}

void Broker::endTails()
{
    m_statistics.stop();
    for (const auto &tail : m_tails)
        tail.second->stop(); // all at once, then each is waited for
    m_tails.clear();
}

void Broker::open(const BrokerTarget &target)
{
    if (target == m_target)
        return;
    close();
    m_target = target;
    const bool byToken = target.kind == QLatin1String("pulsar");
    m_rest->setBase(target.url, byToken ? target.password : std::string());
    if (!byToken)
        m_rest->setBasic(target.user.toStdString(), target.password);
    m_rest->setTls(target.tls);
}

void Broker::close()
{
    ++m_turn;
    m_amqpPort = 0;
    m_rest->abortAll();
    m_opening.clear();
    for (const auto &tail : m_tails)
        tail.second->stop(); // each goes when its thread has ended; nobody waits for it here
    m_target = {};
}

QString Broker::queuePath(const std::string &queue) const
{
    return QStringLiteral("/api/queues/") + percentEncoded(m_target.vhost) + u'/'
        + percentEncoded(QString::fromStdString(queue));
}

std::optional<GatewayError> Broker::unanswered(
    const RestAnswer &answer, int turn, milliseconds timeout) const
{
    if (turn != m_turn)
        return GatewayError { ErrorKind::Cancelled, {}, tr("the connection was closed"), true };
    if (answer.timedOut)
        return timeoutError(timeout);
    if (answer.status == 0)
        return networkError(answer.error);
    // A key is never carried to another host (a Pulsar names the one that owns a topic).
    if (answer.status >= 300 && answer.status < 400)
        return GatewayError { ErrorKind::Service, {},
            tr("the broker sends on to another one, which is not followed: give the address of "
               "what stands before all of them"),
            false };
    return std::nullopt;
}

void Broker::get(const QString &path, milliseconds timeout, Body then)
{
    m_rest->get(path, true, timeout,
        [turn = m_turn, this, timeout, then = std::move(then)](const RestAnswer &answer) {
            if (auto error = unanswered(answer, turn, timeout))
                return then(unexpected(std::move(*error)));
            if (answer.status == 401)
                return then(unexpected(GatewayError {
                    ErrorKind::Auth, {}, tr("the broker does not let this user in"), false }));
            then(replyFrom(answer.body, answer.status, {}));
        });
}

void Broker::ask(Request request, std::unique_ptr<Call> call)
{
    const std::shared_ptr<Call> shared = std::move(call);
    if (m_target.kind.isEmpty())
        return shared->failed(networkError(tr("the connection has no address of a broker")));
    // What was meant for a broker of another kind is not asked of this one.
    if (request.service == "rabbitmq" || request.service == "pulsar") {
        if (request.service != m_target.kind.toStdString())
            return shared->failed(notOffered(tr("The broker is of another kind.")));
        return request.service == "pulsar" ? askPulsar(request, shared)
                                           : askRabbit(request, shared);
    }
    const auto asked = schema::decode<schema::FabricRequest>(request.body);
    if (!asked)
        return shared->failed(protocolError(asked.error()));
    // What passed the guards under one name does nothing under another.
    if (asked->operation != request.operation)
        return shared->failed(notOffered(tr("The request does not say which operation it is.")));
    if (asked->operation == "delete-queue" || asked->operation == "purge")
        return change(*asked, request.timeout, shared);
    if (asked->operation == "get-queue")
        return askQueue(asked->queue.value_or(std::string()), request.timeout, shared);
    if (asked->operation != "get-payload")
        return shared->failed(notOffered(
            tr("At a broker this cannot be done without a trace: a message that is taken to be "
               "looked at goes back marked as redelivered.")));
    const auto payload = m_payloads->find(asked->seq.value_or(0));
    schema::FabricResponse answer;
    if (payload) {
        schema::FabricMessage message;
        message.seq = *asked->seq;
        message.size = std::int64_t(payload->size());
        message.payload = *payload;
        answer.messages.push_back(std::move(message));
    }
    shared->part(schema::encode(answer), true);
}

void Broker::askRabbit(const Request &request, std::shared_ptr<Call> call)
{
    const auto asked = schema::decode<schema::RabbitRequest>(request.body);
    if (!asked)
        return call->failed(protocolError(asked.error()));
    const QString host = percentEncoded(m_target.vhost);
    QString path;
    if (request.operation == "overview")
        path = QStringLiteral("/api/overview");
    else if (request.operation == "queues")
        path = QStringLiteral("/api/queues/%1?page=%2&page_size=500&columns=%3")
                   .arg(host, QString::number(asked->page), queueColumns);
    else if (request.operation == "queue")
        path = queuePath(asked->queue);
    else if (request.operation == "queue-bindings")
        path = queuePath(asked->queue) + QStringLiteral("/bindings");
    else if (request.operation == "bindings" || request.operation == "consumers"
        || request.operation == "exchanges")
        path = QStringLiteral("/api/%1/%2").arg(QString::fromStdString(request.operation), host);
    else
        return call->failed(notOffered(tr("Nothing of this name is asked of a broker.")));
    hand(path, request, std::move(call));
}

void Broker::hand(const QString &path, const Request &request, std::shared_ptr<Call> call)
{
    get(path, std::min(request.timeout, patience), [call = std::move(call)](const Reply &reply) {
        if (reply)
            call->part(reply->body, true);
        else
            call->failed(reply.error());
    });
}

void Broker::askPulsar(const Request &request, std::shared_ptr<Call> call)
{
    const auto asked = schema::decode<schema::PulsarRequest>(request.body);
    if (!asked)
        return call->failed(protocolError(asked.error()));
    QStringList parts { QStringLiteral("/admin/v2"),
        percentEncoded(QString::fromStdString(asked->domain)) };
    const QStringList space = QString::fromStdString(asked->space).split(u'/');
    for (const QString &part : space)
        parts.append(percentEncoded(part));
    const QString topic = percentEncoded(QString::fromStdString(asked->topic));
    if (request.operation == "stats")
        parts << topic << QStringLiteral("stats");
    else if (request.operation == "partitioned-stats")
        parts << topic << QStringLiteral("partitioned-stats?perPartition=false");
    else if (request.operation == "partitioned")
        parts << QStringLiteral("partitioned");
    else if (request.operation != "topics")
        return call->failed(notOffered(tr("Nothing of this name is asked of a broker.")));
    hand(parts.join(u'/'), request, std::move(call));
}

/// One queue in our gateway's words: its consumers and what feeds it.
void Broker::askQueue(const std::string &queue, milliseconds timeout, std::shared_ptr<Call> call)
{
    const auto wait = std::min(timeout, patience);
    get(queuePath(queue), wait, [this, queue, wait, call](const Reply &reply) {
        if (!reply)
            return call->failed(reply.error());
        const auto row = schema::decode<schema::RabbitQueueRow>(reply->body);
        const auto consumers = schema::decode<schema::RabbitConsumers>(reply->body);
        if (!row || !consumers)
            return call->failed(protocolError(row ? consumers.error() : row.error()));
        schema::QueueDetail detail;
        detail.row.name = queue;
        detail.row.ready = row->ready.value_or(0);
        detail.row.unacked = row->unacked.value_or(0);
        detail.row.consumers = row->consumers.value_or(0);
        for (const auto &consumer : consumers->items)
            detail.consumers.push_back(consumerRow(consumer));
        get(queuePath(queue) + QStringLiteral("/bindings"), wait,
            [call, detail = std::move(detail)](const Reply &reply) {
                if (!reply)
                    return call->failed(reply.error());
                const auto bindings = schema::decode<schema::RabbitBindings>(reply->body);
                if (!bindings)
                    return call->failed(protocolError(bindings.error()));
                schema::FabricResponse answer;
                answer.queue = detail;
                for (const auto &binding : bindings->items)
                    if (!binding.source.empty())
                        answer.queue->bindings.push_back(bindingText(binding));
                call->part(schema::encode(answer), true);
            });
    });
}

// ---- tails ----

void Broker::askStream(Request request, std::unique_ptr<StreamCall> call)
{
    const auto asked = schema::decode<schema::FabricRequest>(request.body);
    if (m_target.kind.isEmpty())
        return call->failed(networkError(tr("the connection has no address of a broker")));
    if (!asked)
        return call->failed(protocolError(asked.error()));
    m_opening.insert(request.id);
    auto held = std::make_shared<std::unique_ptr<StreamCall>>(std::move(call));
    if (m_target.amqpUrl.isValid() && !m_target.amqpUrl.host().isEmpty()) {
        m_amqpSecure = m_target.amqpUrl.scheme() == QLatin1String("amqps");
        m_amqpPort = m_target.amqpUrl.port(m_amqpSecure ? 5671 : 5672);
    }
    if (m_amqpPort > 0)
        return beginTail(request.id, *asked, held);
    get(QStringLiteral("/api/overview"), patience,
        [this, id = request.id, asked = *asked, held](const Reply &reply) {
            if (!reply)
                return failTail(id, held, reply.error());
            const auto overview = schema::decode<schema::RabbitOverview>(reply->body);
            if (!overview)
                return failTail(id, held, protocolError(overview.error()));
            // What is managed over https is not listened to in the clear.
            m_amqpSecure = m_target.url.scheme() == QLatin1String("https");
            for (const auto &listener : overview->listeners)
                if (listener.protocol == (m_amqpSecure ? "amqp/ssl" : "amqp"))
                    m_amqpPort = int(listener.port);
            if (m_amqpPort == 0)
                return failTail(id, held,
                    networkError(m_amqpSecure
                            ? tr("the broker has no encrypted AMQP port; give its AMQP address")
                            : tr("the broker tells no AMQP port; give its AMQP address")));
            beginTail(id, asked, held);
        });
}

void Broker::failTail(const std::string &id,
    const std::shared_ptr<std::unique_ptr<StreamCall>> &call, const GatewayError &error)
{
    m_opening.erase(id);
    (*call)->failed(error);
}

void Broker::beginTail(const std::string &id, const schema::FabricRequest &asked,
    std::shared_ptr<std::unique_ptr<StreamCall>> call)
{
    if (!asked.queue || asked.queue->empty()) {
        const auto topic = rules::parseTopic(asked.topic.value_or(std::string()));
        if (!topic)
            return failTail(id, call, notOffered(tr("Neither a queue nor a topic is named.")));
        schema::RabbitBinding binding;
        binding.source = rules::rabbitExchange(*topic);
        if (feedsSecrets(binding))
            return failTail(id, call, notShown());
        return startTail(id, { binding }, std::move(call));
    }
    get(queuePath(*asked.queue) + QStringLiteral("/bindings"), patience,
        [this, id, call](const Reply &reply) {
            if (!reply)
                return failTail(id, call, reply.error());
            auto bindings = schema::decode<schema::RabbitBindings>(reply->body);
            if (!bindings)
                return failTail(id, call, protocolError(bindings.error()));
            std::erase_if(bindings->items,
                [](const schema::RabbitBinding &binding) { return binding.source.empty(); });
            if (std::any_of(bindings->items.begin(), bindings->items.end(), feedsSecrets))
                return failTail(id, call, notShown()); // whatever the queue is called
            const bool byHeaders = std::any_of(bindings->items.begin(), bindings->items.end(),
                [](const auto &one) { return one.arguments.text.find('"') != std::string::npos; });
            if (bindings->items.empty())
                return failTail(id, call,
                    notOffered(tr(
                        "Nothing feeds this queue through an exchange: there is nothing to listen "
                        "to beside it.")));
            if (byHeaders)
                return failTail(id, call,
                    notOffered(tr("The queue is bound by headers, which a tail cannot repeat.")));
            startTail(id, std::move(bindings->items), call);
        });
}

void Broker::startTail(const std::string &id, std::vector<schema::RabbitBinding> bindings,
    std::shared_ptr<std::unique_ptr<StreamCall>> call)
{
    if (m_opening.erase(id) == 0)
        return; // nobody listens any more
    AmqpTarget target;
    const QUrl &address = m_target.amqpUrl.host().isEmpty() ? m_target.url : m_target.amqpUrl;
    target.host = address.host().toStdString();
    target.port = m_amqpPort;
    target.secure = m_amqpSecure;
    target.tls = m_target.tls;
    target.user = m_target.user.toStdString();
    target.password = m_target.password;
    target.vhost = m_target.vhost.toStdString();
    const auto over = [this, id] {
        QMetaObject::invokeMethod(
            this, [this, id] { m_tails.erase(id); }, Qt::QueuedConnection);
    };
    m_tails[id] = std::make_unique<AmqpTail>(
        std::move(target), std::move(bindings), std::move(*call), m_payloads, over);
    if (!m_statistics.isActive())
        m_statistics.start();
}

void Broker::cancelStream(const std::string &id)
{
    m_opening.erase(id);
    if (const auto tail = m_tails.find(id); tail != m_tails.end())
        tail->second->stop(); // it goes when its thread has ended
}

/// How much the broker put into each tail's own queue: what did not come here was dropped there.
void Broker::countTails()
{
    if (m_tails.empty())
        return m_statistics.stop();
    for (const auto &tail : m_tails)
        get(queuePath(tail.second->queue()) + QStringLiteral("?columns=name,message_stats.publish"),
            patience, [this, id = tail.first](const Reply &reply) {
                const auto found = m_tails.find(id);
                if (!reply || found == m_tails.end())
                    return;
                const auto row = schema::decode<schema::RabbitQueueRow>(reply->body);
                if (row && row->stats)
                    found->second->setPublished(row->stats->published);
            });
}

} // namespace signalbox
