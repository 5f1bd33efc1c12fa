// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/fabricservice.h"

#include "models/rules/expand.h"
#include "models/rules/topic.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

constexpr int maxPeek = 100;

ServiceFault faultOf(const FabricError &error)
{
    switch (error.kind) {
    case FabricError::Kind::NoTopic:
    case FabricError::Kind::NoQueue:
        return notFound(error.text);
    case FabricError::Kind::Conflict:
        return { "conflict", error.text };
    case FabricError::Kind::Full:
    case FabricError::Kind::Limit:
        return { "limit", error.text };
    case FabricError::Kind::Schema:
        return invalid(error.text);
    case FabricError::Kind::Timeout:
    case FabricError::Kind::Closed:
        break;
    }
    return { "fabric-error", error.text };
}

const char *const notShown = "traffic of identities and of the portal is not shown";

/// A lease for one workspace does not reach what belongs to another, or to none.
std::optional<ServiceFault> beyondLease(
    const std::string &leased, const std::string &workspace, const std::string &what)
{
    if (leased.empty() || leased == workspace)
        return std::nullopt;
    return ServiceFault { "lease-required",
        "the lease is for workspace " + leased + ", '" + what + "' belongs to "
            + (workspace.empty() ? "none" : workspace) };
}

} // namespace

FabricService::FabricService(Backend &fabric, Options options)
    : RequestServer(fabric, "fabric", "fabric-svc")
    , m_options(options)
    , m_tails(fabric, { options.tailInterval, options.tailHeartbeat, options.ringBytes },
          [this](const std::string &topic, const std::string &id, const std::string &answer) {
              respond(topic, id, answer);
          })
{
}

FabricService::~FabricService()
{
    stop();
}

void FabricService::setLine(const ProcessorRegistry *processors, LineControl *control)
{
    std::lock_guard lock(m_lineMutex);
    m_processors = processors;
    m_control = control;
}

void FabricService::setEventSequence(std::function<std::int64_t()> sequence)
{
    std::lock_guard lock(m_sequenceMutex);
    m_sequence = std::move(sequence);
}

std::int64_t FabricService::sequence() const
{
    std::lock_guard lock(m_sequenceMutex);
    return m_sequence ? m_sequence() : 0;
}

Expected<Done, std::string> FabricService::prepare()
{
    if (const auto opened = open(""); !opened)
        return unexpected(opened.error().text);
    m_tails.start();
    return Done {};
}

void FabricService::ended()
{
    m_tails.stop();
}

std::string FabricService::handle(const Request &request)
{
    const auto actor = request.body.find("actor");
    const bool told = actor != request.body.end() && actor->is_object();
    const Caller caller { told ? text(*actor, "workspace").value_or("") : "",
        told ? text(*actor, "leased").value_or("") : "" };
    if (caller.workspace.empty())
        return errorAnswer({ "operation-not-permitted", "the caller is not known" });
    if (text(request.body, "operation") == "cancel") {
        if (!m_tails.cancel(text(request.body, "id").value_or("")))
            return errorAnswer(notFound("no such tail"));
        return schema::encode(schema::FabricResponse {});
    }
    const auto asked = schema::decode<schema::FabricRequest>(dump(request.body));
    if (!asked)
        return errorAnswer(invalid(asked.error().text()));
    if (asked->operation == "tail")
        return tail(request, caller, *asked);
    auto answer = dispatch(caller, *asked);
    if (!answer)
        return errorAnswer(answer.error());
    if (asked->operation == "list-queues" && asked->format == "columns")
        return schema::encodeColumns(*answer);
    return schema::encode(*answer);
}

FabricService::Answer FabricService::dispatch(
    const Caller &caller, const schema::FabricRequest &asked)
{
    const std::string &operation = asked.operation;
    if (operation == "list-queues")
        return listQueues(caller, asked);
    if (operation == "get-queue")
        return getQueue(caller, asked);
    if (operation == "list-topics")
        return listTopics(caller, asked);
    if (operation == "list-consumers")
        return listConsumers(caller, asked);
    if (operation == "list-processors")
        return listProcessors(caller, asked);
    if (operation == "peek")
        return peek(caller, asked);
    if (operation == "get-payload")
        return getPayload(caller, asked);
    if (operation == "publish")
        return publish(caller, asked);
    if (operation == "purge")
        return purge(caller, asked);
    if (operation == "delete-queue")
        return deleteQueue(caller, asked);
    if (operation == "line-control")
        return lineControl(caller, asked);
    if (operation == "move")
        return move(caller, asked);
    return unexpected(Fault { "bad-operation", "Bad operation" });
}

Expected<schema::QueueDetail, FabricService::Fault> FabricService::visibleQueue(
    const Caller &caller, const std::optional<std::string> &name) const
{
    if (!name || name->empty())
        return unexpected(invalid("queue required"));
    auto detail = m_fabric.queue(*name);
    if (!detail || !caller.sees(detail->row.workspace))
        return unexpected(notFound("no queue '" + *name + "'"));
    return std::move(*detail);
}

FabricService::Answer FabricService::getQueue(
    const Caller &caller, const schema::FabricRequest &asked)
{
    const std::int64_t seq = sequence();
    auto detail = visibleQueue(caller, asked.queue);
    if (!detail)
        return unexpected(detail.error());
    schema::FabricResponse response;
    response.queue = std::move(*detail);
    response.seq = seq;
    return response;
}

FabricService::Answer FabricService::peek(const Caller &caller, const schema::FabricRequest &asked)
{
    const auto detail = visibleQueue(caller, asked.queue);
    if (!detail)
        return unexpected(detail.error());
    if (rules::carriesSecrets(detail->row.topic))
        return unexpected(Fault { "operation-not-permitted", notShown });
    const std::int64_t count = asked.count.value_or(maxPeek);
    if (count < 1 || count > maxPeek)
        return unexpected(invalid("count must be 1 to " + std::to_string(maxPeek)));
    auto messages = m_fabric.peek(*asked.queue, static_cast<int>(count));
    if (!messages)
        return unexpected(faultOf(messages.error()));
    schema::FabricResponse response;
    response.messages = std::move(*messages);
    return response;
}

Expected<std::string, FabricService::Fault> FabricService::readablePlace(
    const Caller &caller, const schema::FabricRequest &asked) const
{
    std::string place;
    std::string topic;
    if (asked.queue && !asked.queue->empty()) {
        const auto detail = visibleQueue(caller, asked.queue);
        if (!detail)
            return unexpected(detail.error());
        place = *asked.queue;
        topic = detail->row.topic;
    } else if (asked.topic && !asked.topic->empty()) {
        const auto row = m_fabric.topic(*asked.topic);
        if (!row || !caller.sees(row->workspace))
            return unexpected(notFound("no topic '" + *asked.topic + "'"));
        place = topic = *asked.topic;
    } else {
        return unexpected(invalid("topic or queue required"));
    }
    if (rules::carriesSecrets(topic))
        return unexpected(Fault { "operation-not-permitted", notShown });
    return place;
}

FabricService::Answer FabricService::getPayload(
    const Caller &caller, const schema::FabricRequest &asked)
{
    const auto place = readablePlace(caller, asked);
    if (!place)
        return unexpected(place.error());
    if (!asked.seq)
        return unexpected(invalid("seq required"));
    schema::FabricResponse response;
    if (auto kept = m_tails.payload(*place, *asked.seq)) {
        response.messages.push_back(std::move(*kept));
        return response;
    }
    const auto found = asked.queue ? m_fabric.find(*asked.queue, *asked.seq) : std::nullopt;
    if (!found)
        return unexpected(notFound(
            "message " + std::to_string(*asked.seq) + " of '" + *place + "' is not kept any more"));
    schema::FabricMessage message;
    message.seq = found->seq;
    message.atMs = found->atMs;
    message.properties = found->properties;
    message.size = static_cast<std::int64_t>(found->value.size());
    message.payload = found->value;
    message.redelivered = found->redelivered;
    response.messages.push_back(std::move(message));
    return response;
}

std::string FabricService::tail(
    const Request &request, const Caller &caller, const schema::FabricRequest &asked)
{
    const auto place = readablePlace(caller, asked);
    if (!place)
        return errorAnswer(place.error());
    if (place->starts_with("response:tg:fabric"))
        return errorAnswer(invalid("a tail of the tails' own answers would feed itself for ever"));
    const auto filter = rules::Filter::compile(asked.filter.value_or(""), Tails::filterFields());
    if (!filter)
        return errorAnswer(invalid("filter, position " + std::to_string(filter.error().position)
            + ": " + filter.error().message));
    if (const auto begun = m_tails.begin(request.topic, request.id, *place, *filter); !begun)
        return errorAnswer(begun.error());
    return {}; // its parts follow
}

FabricService::Answer FabricService::publish(
    const Caller &caller, const schema::FabricRequest &asked)
{
    if (!asked.topic || !asked.payload)
        return unexpected(invalid("topic and payload required"));
    const auto row = m_fabric.topic(*asked.topic);
    if (!row || !caller.sees(row->workspace))
        return unexpected(notFound("no topic '" + *asked.topic + "'"));
    if (row->scope == "system" || rules::systemOwnedTopic(*asked.topic))
        return unexpected(Fault { "conflict",
            "'" + *asked.topic + "' belongs to the system" }); // services trust what is there
    if (auto beyond = beyondLease(caller.leased, row->workspace, *asked.topic))
        return unexpected(std::move(*beyond));
    ProducerOptions options;
    options.blockFor = std::chrono::milliseconds(0); // the service must not wait for a slow flow
    const auto producer = m_fabric.createProducer(*asked.topic, {}, options);
    if (!producer)
        return unexpected(faultOf(producer.error()));
    Message message;
    message.value = *asked.payload;
    message.properties = asked.properties;
    if (const auto sent = (*producer)->send(std::move(message)); !sent)
        return unexpected(faultOf(sent.error()));
    schema::FabricResponse response;
    response.affected = row->queues;
    return response;
}

FabricService::Answer FabricService::purge(const Caller &caller, const schema::FabricRequest &asked)
{
    const auto detail = visibleQueue(caller, asked.queue);
    if (!detail)
        return unexpected(detail.error());
    if (detail->row.scope == "system" || rules::systemOwnedTopic(detail->row.topic))
        return unexpected(Fault { "conflict", "'" + *asked.queue + "' belongs to the system" });
    if (!asked.expectedReady)
        return unexpected(invalid("expected-ready: how many messages you saw waiting is needed"));
    if (auto beyond = beyondLease(caller.leased, detail->row.workspace, *asked.queue))
        return unexpected(std::move(*beyond));
    const auto purged = m_fabric.purge(*asked.queue, asked.expectedReady);
    if (!purged)
        return unexpected(faultOf(purged.error()));
    schema::FabricResponse response;
    response.affected = *purged;
    return response;
}

FabricService::Answer FabricService::deleteQueue(
    const Caller &caller, const schema::FabricRequest &asked)
{
    const auto detail = visibleQueue(caller, asked.queue);
    if (!detail)
        return unexpected(detail.error());
    if (detail->row.scope == "system" || rules::systemOwnedTopic(detail->row.topic))
        return unexpected(Fault { "conflict", "'" + *asked.queue + "' belongs to the system" });
    if (!asked.expectedReady)
        return unexpected(invalid("expected-ready: how many messages you saw waiting is needed"));
    if (auto beyond = beyondLease(caller.leased, detail->row.workspace, *asked.queue))
        return unexpected(std::move(*beyond));
    const auto deleted =
        m_fabric.deleteQueue(*asked.queue, asked.ifUnused.value_or(false), asked.expectedReady);
    if (!deleted)
        return unexpected(faultOf(deleted.error()));
    schema::FabricResponse response;
    response.affected = *deleted;
    return response;
}

FabricService::Answer FabricService::move(const Caller &caller, const schema::FabricRequest &asked)
{
    const auto from = visibleQueue(caller, asked.queue);
    if (!from)
        return unexpected(from.error());
    if (!asked.to || asked.to->empty())
        return unexpected(invalid("to: the queue that takes the messages is needed"));
    const auto to = visibleQueue(caller, asked.to);
    if (!to)
        return unexpected(to.error());
    for (const schema::QueueRow *row : { &from->row, &to->row }) {
        if (row->scope == "system" || rules::systemOwnedTopic(row->topic))
            return unexpected(Fault { "conflict", "'" + row->name + "' belongs to the system" });
        if (auto beyond = beyondLease(caller.leased, row->workspace, row->name))
            return unexpected(std::move(*beyond));
    }
    if (!asked.expectedReady)
        return unexpected(invalid("expected-ready: how many messages you saw waiting is needed"));
    if (asked.count && *asked.count < 1)
        return unexpected(invalid("count must be at least 1"));
    const auto moved = m_fabric.move(*asked.queue, *asked.to, asked.expectedReady, asked.count);
    if (!moved)
        return unexpected(faultOf(moved.error()));
    schema::FabricResponse response;
    response.affected = *moved;
    return response;
}

FabricService::Answer FabricService::lineControl(
    const Caller &caller, const schema::FabricRequest &asked)
{
    std::lock_guard lock(m_lineMutex);
    if (!m_control)
        return unexpected(Fault { "not-implemented", "this gateway runs no demo line" });
    LineCommand command;
    command.action = asked.action.value_or("");
    command.workspace = caller.workspace;
    if (asked.workspace && caller.workspace == "*")
        command.workspace = *asked.workspace;
    if (!caller.leased.empty() && command.workspace == "*")
        command.workspace = caller.leased;
    if (auto beyond = beyondLease(caller.leased, command.workspace, "the line"))
        return unexpected(std::move(*beyond));
    command.processor = asked.processor.value_or("");
    command.variant = asked.variant.value_or("");
    command.factor = asked.factor.value_or(1);
    auto affected = m_control->control(command);
    if (!affected)
        return unexpected(affected.error());
    schema::FabricResponse response;
    response.affected = *affected;
    return response;
}

} // namespace signalbox::gateway
