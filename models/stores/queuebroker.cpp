// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/queuebroker.h"

#include "models/stores/session.h"

namespace signalbox {

namespace {

constexpr std::int64_t mostPages = 2000; ///< of 500: a broker that never ends is not followed
constexpr int roundsOfBindings = 4; ///< they are read again after so many
constexpr int bindingsShare = 20; ///< and take one part of so many of the time

BrokerQueue brokerQueue(const schema::RabbitQueueRow &row)
{
    using rules::QueueFigure;
    BrokerQueue queue { row.name, {}, row.exclusive };
    auto &reading = queue.reading;
    reading.source = rules::QueueSource::RabbitMq;
    const auto tell = [&reading](QueueFigure figure, const std::optional<std::int64_t> &value) {
        if (value)
            reading.tell(figure, *value);
    };
    tell(QueueFigure::Ready, row.ready);
    tell(QueueFigure::Unacked, row.unacked);
    tell(QueueFigure::Consumers, row.consumers);
    tell(QueueFigure::Bytes, row.bytes);
    if (!row.ready) // no statistics yet: nothing is known of its traffic either
        return queue;
    const schema::RabbitStats stats = row.stats.value_or(schema::RabbitStats());
    reading.tell(QueueFigure::Published, stats.published);
    reading.tell(QueueFigure::Acked, stats.acked + stats.deliveredNoAck + stats.takenNoAck);
    reading.tell(QueueFigure::Redelivered, stats.redelivered);
    return queue;
}

} // namespace

QueueBroker::QueueBroker(Session *session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
}

void QueueBroker::clear()
{
    ++m_generation;
    m_asking = false;
    m_exchanges.clear();
    m_unknownBinding = true;
    m_renewals = 0;
    m_turn = {};
}

const std::string *QueueBroker::exchangeOf(const std::string &queue) const
{
    const auto at = m_exchanges.find(queue);
    return at == m_exchanges.end() ? nullptr : &at->second;
}

template <class T, class Then>
void QueueBroker::get(const char *operation, std::int64_t page, Then then)
{
    schema::RabbitRequest ask;
    ask.operation = operation;
    ask.page = page;
    Request request;
    request.service = "rabbitmq";
    request.operation = operation;
    request.body = schema::encode(ask);
    struct Sized {
        Answer<T> answer;
        qint64 bytes = 0;
    };
    m_session->gateway()
        ->request(std::move(request))
        .then(QtFuture::Launch::Sync,
            [](const Reply &reply) -> Sized {
                if (!reply)
                    return { unexpected(reply.error()), 0 };
                auto value = schema::decode<T>(reply->body);
                if (value)
                    return { std::move(*value), qint64(reply->body.size()) };
                return { unexpected(GatewayError { ErrorKind::Protocol, QString(),
                             QString::fromStdString("unexpected answer, " + value.error().text()),
                             false }),
                    qint64(reply->body.size()) };
            })
        .then(this, [this, then, generation = m_generation](const Sized &sized) {
            if (generation != m_generation)
                return;
            ++m_running.requests;
            m_running.bytes += sized.bytes;
            if (sized.answer)
                (this->*then)(*sized.answer);
            else
                fail(sized.answer.error());
        });
}

void QueueBroker::ask()
{
    if (m_asking || !m_session->gateway())
        return;
    m_asking = true;
    m_since.start();
    m_running = {};
    m_told.clear();
    m_total = -1;
    m_whole = true;
    // Whose an unnamed queue is only its binding tells: it is read first when one is new.
    const bool renewed = m_renewals > 0;
    m_renewals -= renewed;
    const bool due = ++m_roundsSince >= roundsOfBindings
        && m_bindingsAsked.hasExpired(bindingsShare * m_bindingsTookMs);
    if (std::exchange(m_unknownBinding, false) || renewed || due)
        askBindings();
    else
        askPage(1);
}

void QueueBroker::askBindings()
{
    m_roundsSince = 0;
    m_bindingsAsked.start();
    get<schema::RabbitBindings>("bindings", 1, &QueueBroker::takeBindings);
}

void QueueBroker::takeBindings(const schema::RabbitBindings &bindings)
{
    m_exchanges.clear();
    ++m_bindingsRead;
    m_bindingsTookMs = m_bindingsAsked.elapsed();
    for (const auto &binding : bindings.items) {
        if (binding.destinationType != "queue")
            continue;
        std::string &exchange = m_exchanges[binding.destination];
        if (exchange.empty())
            exchange = binding.source;
    }
    askPage(1);
}

void QueueBroker::askPage(std::int64_t number)
{
    get<schema::RabbitQueuePage>("queues", number, &QueueBroker::takePage);
}

void QueueBroker::takePage(const schema::RabbitQueuePage &page)
{
    std::vector<BrokerQueue> queues;
    queues.reserve(page.items.size());
    for (const auto &row : page.items) {
        m_whole = m_told.insert(row.name).second && m_whole;
        m_unknownBinding = m_unknownBinding || !exchangeOf(row.name);
        queues.push_back(brokerQueue(row));
    }
    // Queues that come and go between two pages shift the others: one may have been passed over.
    m_whole = m_whole && (m_total < 0 || m_total == page.totalCount);
    m_total = page.totalCount;
    emit this->page(queues);
    const bool more = page.page < page.pageCount && !page.items.empty();
    if (more && page.page < mostPages)
        return askPage(page.page + 1);
    m_whole = m_whole && !more && std::int64_t(m_told.size()) == m_total;
    finish();
}

void QueueBroker::finish()
{
    m_running.tookMs = m_since.elapsed();
    m_turn = m_running;
    m_asking = false;
    emit listed(int(m_told.size()), m_whole);
}

void QueueBroker::fail(const GatewayError &error)
{
    m_unknownBinding = true;
    m_running.tookMs = m_since.elapsed();
    m_turn = m_running;
    m_asking = false;
    emit failed(error);
}

} // namespace signalbox
