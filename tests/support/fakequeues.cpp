// SPDX-License-Identifier: GPL-3.0-only
// Queues, messages and processors of the far end inside the process.
#include "tests/support/fakegateway.h"

#include "models/rules/expand.h"

#include <QDateTime>

#include <algorithm>

namespace signalbox {

namespace {

std::string processorKey(const std::string &processor, const std::string &variant)
{
    return processor + '\n' + variant;
}

schema::FabricMessage sampleMessage()
{
    schema::FabricMessage message;
    message.seq = 1;
    message.atMs = QDateTime::currentMSecsSinceEpoch();
    message.payload = R"({"text":"one message"})";
    message.size = std::int64_t(message.payload.size());
    return message;
}

} // namespace

void FakeGateway::setQueue(const schema::QueueRow &row)
{
    m_queues[row.name] = row;
    LiveBatch batch;
    batch.queues = { row };
    batch.received = 1;
    emitBatch(std::move(batch));
}

void FakeGateway::changeQueue(
    const std::string &name, const std::function<void(schema::QueueRow &)> &change)
{
    const auto at = m_queues.find(name);
    if (at == m_queues.end())
        return;
    auto row = at->second;
    change(row);
    setQueue(row);
}

void FakeGateway::removeQueue(const std::string &name)
{
    if (m_queues.erase(name) == 0)
        return;
    m_messages.erase(name);
    LiveBatch batch;
    batch.removedQueues = { name };
    emitBatch(std::move(batch));
}

const schema::QueueRow *FakeGateway::queue(const std::string &name) const
{
    const auto at = m_queues.find(name);
    return at == m_queues.end() ? nullptr : &at->second;
}

std::vector<std::string> FakeGateway::queueNames() const
{
    std::vector<std::string> names;
    for (const auto &[name, row] : m_queues)
        names.push_back(name);
    return names;
}

std::int64_t FakeGateway::publish(const std::string &topic, const std::string &payload,
    const schema::Members<std::string> &properties)
{
    schema::FabricMessage message;
    message.atMs = QDateTime::currentMSecsSinceEpoch();
    message.properties = properties;
    message.payload = payload;
    message.size = std::int64_t(payload.size());
    std::vector<std::string> taking;
    for (const auto &[name, row] : m_queues)
        if (row.topic == topic) {
            taking.push_back(name);
            message.seq = std::max(message.seq, row.published + 1);
        }
    for (const auto &name : taking) {
        m_messages[name].push_back(message);
        changeQueue(name, [&](schema::QueueRow &row) {
            ++row.published;
            ++row.ready;
            row.bytes += message.size;
            row.oldestMs = row.oldestMs.value_or(0);
        });
    }
    std::erase_if(m_tails, [](const Tail &tail) { return !tail.stream; });
    for (auto &tail : m_tails) {
        if (tail.place != topic && std::ranges::find(taking, tail.place) == taking.end())
            continue;
        schema::FabricResponse part;
        part.messages = { message };
        part.received = ++tail.received;
        emit tail.stream->part(schema::encode(part), false);
    }
    return std::int64_t(taking.size());
}

std::int64_t FakeGateway::purge(const std::string &name)
{
    std::int64_t gone = 0;
    m_messages[name].clear();
    changeQueue(name, [&](schema::QueueRow &row) {
        gone = std::exchange(row.ready, 0);
        row.deleted += gone;
        row.bytes = 0;
        row.oldestMs.reset();
    });
    return gone;
}

Reply FakeGateway::answerFabric(const Request &request)
{
    const auto ask = schema::decode<schema::FabricRequest>(request.body);
    if (!ask)
        return fail(ErrorKind::Service, "invalid-argument", ask.error().text());
    schema::FabricResponse answer;
    answer.seq = m_seq;
    if (ask->operation == "list-queues") {
        const auto limit = std::size_t(ask->limit.value_or(5000));
        auto at = ask->cursor ? m_queues.upper_bound(*ask->cursor) : m_queues.begin();
        for (; at != m_queues.end() && answer.queues.size() < limit; ++at)
            answer.queues.push_back(at->second);
        if (at != m_queues.end())
            answer.cursor = answer.queues.back().name;
        answer.total = std::int64_t(m_queues.size());
        return reply(
            ask->format == "columns" ? schema::encodeColumns(answer) : schema::encode(answer));
    }
    if (ask->operation == "list-processors") {
        for (const auto &[key, row] : m_processors)
            answer.processors.push_back(row);
    } else if (ask->operation == "get-queue") {
        const auto *row = queue(ask->queue.value_or(""));
        if (!row)
            return fail(ErrorKind::NotFound, "not-found", "no such queue");
        answer.queue = schema::QueueDetail { *row, { row->topic }, {} };
    } else if (ask->operation == "tail" || ask->operation == "peek"
        || ask->operation == "get-payload") {
        return answerMessages(*ask);
    } else if (ask->operation == "publish") {
        return answerPublish(*ask);
    } else if (ask->operation == "purge" || ask->operation == "delete-queue") {
        return answerRemoval(*ask);
    } else if (ask->operation == "move") {
        return answerMove(*ask);
    } else {
        return fail(ErrorKind::Service, "not-implemented", "not implemented");
    }
    return reply(schema::encode(answer));
}

/// A queue that nothing was published to by hand shows one message of its own.
Reply FakeGateway::answerMessages(const schema::FabricRequest &ask)
{
    const std::string name = ask.queue.value_or("");
    if (ask.queue && !queue(name))
        return fail(ErrorKind::NotFound, "not-found", "no such queue");
    schema::FabricResponse answer;
    const auto held = m_messages.find(name);
    if (held == m_messages.end() && ask.queue)
        answer.messages = { sampleMessage() };
    else if (held == m_messages.end())
        answer.messages.clear(); // a topic: what comes from now on
    else if (ask.operation != "tail")
        answer.messages.assign(held->second.begin(), held->second.end());
    if (ask.operation == "get-payload")
        std::erase_if(answer.messages,
            [&](const schema::FabricMessage &one) { return one.seq != ask.seq.value_or(0); });
    if (ask.operation == "get-payload" && answer.messages.empty())
        return fail(ErrorKind::NotFound, "not-found", "the message is not kept any more");
    const auto most = std::size_t(ask.count.value_or(100));
    if (answer.messages.size() > most)
        answer.messages.resize(most);
    answer.received = std::int64_t(answer.messages.size());
    return reply(schema::encode(answer));
}

Reply FakeGateway::answerPublish(const schema::FabricRequest &ask)
{
    if (!ask.topic || !ask.payload)
        return fail(ErrorKind::Service, "invalid-argument", "topic and payload required");
    if (rules::systemOwnedTopic(*ask.topic))
        return fail(ErrorKind::Conflict, "conflict", "'" + *ask.topic + "' belongs to the system");
    schema::FabricResponse answer;
    answer.affected = publish(*ask.topic, *ask.payload, ask.properties);
    return reply(schema::encode(answer));
}

Reply FakeGateway::answerRemoval(const schema::FabricRequest &ask)
{
    const std::string name = ask.queue.value_or("");
    const auto *row = queue(name);
    if (!row)
        return fail(ErrorKind::NotFound, "not-found", "no queue '" + name + "'");
    if (row->scope == "system" || rules::systemOwnedTopic(row->topic))
        return fail(ErrorKind::Conflict, "conflict", "'" + name + "' belongs to the system");
    if (ask.operation == "delete-queue" && ask.ifUnused.value_or(false) && row->consumers > 0)
        return fail(ErrorKind::Conflict, "conflict",
            "queue '" + name + "' has " + std::to_string(row->consumers) + " consumers");
    if (ask.expectedReady && row->ready > *ask.expectedReady)
        return fail(ErrorKind::Conflict, "conflict",
            "queue '" + name + "' holds " + std::to_string(row->ready) + " messages by now, not "
                + std::to_string(*ask.expectedReady));
    schema::FabricResponse answer;
    if (ask.operation == "purge") {
        answer.affected = purge(name);
    } else {
        answer.affected = row->ready + row->unacked;
        removeQueue(name);
    }
    return reply(schema::encode(answer));
}

Reply FakeGateway::answerMove(const schema::FabricRequest &ask)
{
    const auto *from = queue(ask.queue.value_or(""));
    const auto *to = queue(ask.to.value_or(""));
    if (!from || !to)
        return fail(ErrorKind::NotFound, "not-found", "no such queue");
    if (!ask.expectedReady || from->ready > *ask.expectedReady)
        return fail(ErrorKind::Conflict, "conflict", "the queue holds more by now");
    const std::int64_t number = std::min(ask.count.value_or(from->ready), from->ready);
    changeQueue(*ask.queue, [&](schema::QueueRow &row) {
        row.ready -= number;
        row.deleted += number;
    });
    changeQueue(*ask.to, [&](schema::QueueRow &row) {
        row.ready += number;
        row.published += number;
    });
    schema::FabricResponse answer;
    answer.affected = number;
    return reply(schema::encode(answer));
}

void FakeGateway::setProcessor(const schema::ProcessorRow &row)
{
    m_processors[processorKey(row.processor, row.workspace + '\n' + row.variant)] = row;
    LiveBatch batch;
    batch.processors = { row };
    emitBatch(std::move(batch));
}

void FakeGateway::pass(int count)
{
    ++m_turn;
    LiveBatch batch;
    for (auto &[name, row] : m_queues) {
        if (row.topicClass != "flow" || row.flow.empty())
            continue;
        row.published += count;
        row.ready += count;
        const auto handled = row.consumers > 0 ? std::min<std::int64_t>(row.ready, count) : 0;
        row.ready -= handled;
        row.delivered += handled;
        row.acked += handled;
        row.bytes = row.ready * 512;
        row.maxDepth = std::max(row.maxDepth, row.ready);
        row.oldestMs = row.ready > 0 ? std::optional(row.oldestMs.value_or(0) + 100) : std::nullopt;
        batch.queues.push_back(row);
    }
    for (auto &[key, row] : m_processors)
        if (row.state == "running") {
            row.processed += count;
            batch.processors.push_back(row);
        }
    batch.received = qint64(batch.queues.size());
    emitBatch(std::move(batch));
}

void FakeGateway::keepPassing(int everyMs)
{
    if (everyMs > 0)
        m_traffic.start(everyMs);
    else
        m_traffic.stop();
}

} // namespace signalbox
