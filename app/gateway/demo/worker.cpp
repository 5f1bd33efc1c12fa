// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/worker.h"

#include "app/gateway/demo/workertask.h"
#include "models/rules/topic.h"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace signalbox::gateway::demo {

using rules::TopicRole;

namespace {
constexpr int attachmentCheck = 5; ///< every so many sweeps

std::string kindOf(const std::string &topic)
{
    const auto address = rules::parseTopic(topic);
    const std::string name = address ? address->name : topic;
    return name.substr(0, name.find(':'));
}
} // namespace

Worker::Worker(Yard &yard, Name name, schema::ProcessorEntry entry, std::string subscription)
    : m_yard(yard)
    , m_name(std::move(name))
    , m_subscription(std::move(subscription))
    , m_entry(std::move(entry))
    , m_station(yard.book.station(m_name.processor))
    , m_random(seedFor(yard.seed, m_name.processor + '/' + m_name.workspace + '/' + m_name.variant))
    , m_allowedAt(Clock::now())
{
}

Worker::~Worker()
{
    detach();
}

void Worker::open()
{
    ++m_life;
    m_station = m_yard.book.station(m_name.processor);
    m_station.lanes = int(std::clamp<std::int64_t>(parameter("lanes", m_station.lanes), 1, 64));
    if (const std::string *model = schema::find(m_entry.parameters, "model"))
        m_station.medianMs *= m_yard.book.slowness(*model);
    m_attached = attach();
    if (m_attached)
        startSource();
}

void Worker::close()
{
    detach();
}

void Worker::restart(schema::ProcessorEntry entry)
{
    m_entry = std::move(entry);
    if (m_state == State::Dead)
        return;
    detach();
    open();
}

void Worker::pause()
{
    if (m_state == State::Running)
        m_state = State::Paused;
}

void Worker::resume()
{
    if (m_state == State::Running)
        return;
    const bool wasDead = m_state == State::Dead;
    m_state = State::Running;
    if (wasDead)
        open();
    take();
}

void Worker::fail(const std::string &why)
{
    if (m_state == State::Dead)
        return;
    spdlog::warn("demo: worker {} of {} in {} died: {}", m_name.processor, m_name.variant,
        m_name.workspace, why);
    m_state = State::Dead;
    ++m_errors;
    detach();
}

bool Worker::attach()
{
    bool complete = true;
    bool consumes = false;
    for (const auto &[name, topic] : m_entry.topics) {
        const TopicRole role = rules::topicRole(name);
        if (role == TopicRole::Input || role == TopicRole::ServerRequest) {
            consumes = true;
            complete = complete && attachInlet(name, topic, role == TopicRole::ServerRequest);
        } else if (role == TopicRole::ServerResponse || role == TopicRole::Output) {
            auto producer = m_yard.fabric.createProducer(
                topic, {}, { m_name.processor, std::chrono::milliseconds(0) });
            if (!producer) {
                complete = false;
            } else if (role == TopicRole::ServerResponse) {
                m_answers = *producer;
            } else {
                const OutputSpec *spec = schema::find(m_station.outputs, name);
                m_outlets.push_back(
                    { name, kindOf(topic), spec ? *spec : OutputSpec(), *producer });
            }
        }
    }
    if (!consumes) // a source asks every service it is a client of
        for (const auto &[name, topic] : m_entry.topics)
            if (rules::topicRole(name) == TopicRole::ClientRequest)
                m_station.calls.push_back({ std::string(rules::clientOf(name)), 1 });
    for (const CallSpec &call : m_station.calls)
        complete = complete && attachClient(call.client);
    if (!complete)
        detach();
    return complete;
}

bool Worker::attachInlet(const std::string &spec, const std::string &topic, bool serves)
{
    const std::string subscription = m_subscription.empty()
        ? rules::subscriptionName(m_name.processor, m_name.workspace, m_name.variant, spec)
        : m_subscription;
    auto consumer = m_yard.fabric.createConsumer(topic, subscription, InitialPosition::Latest,
        ConsumerType::Shared,
        { m_name.processor, m_name.workspace, m_name.variant, m_station.lanes });
    if (!consumer)
        return false;
    m_inlets.push_back({ kindOf(topic), serves, *consumer });
    wakeOn(**consumer);
    return true;
}

bool Worker::attachClient(const std::string &client)
{
    const std::string *request = schema::find(m_entry.topics, client + "-request");
    const std::string *response = schema::find(m_entry.topics, client + "-response");
    if (!request || !response || m_clients.contains(client))
        return true; // the entry gives it no such service
    // Subscribed before anything is sent, for as long as the worker lives (TG §5.7).
    auto consumer = m_yard.fabric.createConsumer(*response,
        rules::subscriptionName(
            m_name.processor, m_name.workspace, m_name.variant, client + "-response"),
        InitialPosition::Latest, ConsumerType::Exclusive,
        { m_name.processor, m_name.workspace, m_name.variant, 64 });
    auto producer = m_yard.fabric.createProducer(
        *request, {}, { m_name.processor, std::chrono::milliseconds(0) });
    if (!consumer)
        return false;
    if (!producer) {
        (*consumer)->close();
        return false;
    }
    Client &channel = m_clients[client];
    channel.kind = kindOf(*request);
    channel.consumer = *consumer;
    channel.producer = *producer;
    wakeOn(*channel.consumer);
    return true;
}

void Worker::detach()
{
    ++m_life;
    m_attached = false;
    for (Inlet &inlet : m_inlets)
        inlet.consumer->close();
    for (Outlet &outlet : m_outlets)
        outlet.producer->close();
    for (auto &[name, client] : m_clients) {
        client.consumer->close();
        client.producer->close();
    }
    if (m_answers)
        m_answers->close();
    m_inlets.clear();
    m_outlets.clear();
    m_clients.clear();
    m_answers.reset();
    m_heldBack.clear();
    m_retrying = false;
    m_waitsForToken = false;
    m_traffic.reset();
    m_busy = 0;
    m_asked = 0;
}

void Worker::wakeOn(Consumer &consumer)
{
    consumer.onReadable([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || self->m_wakePosted.exchange(true))
            return;
        self->m_yard.scheduler.post([weak] {
            const auto worker = weak.lock();
            if (!worker)
                return;
            worker->m_wakePosted = false;
            const std::lock_guard lock(worker->m_yard.mutex);
            worker->woken();
        });
    });
}

void Worker::woken()
{
    if (!m_attached)
        return;
    drainReplies();
    take();
}

void Worker::sweep()
{
    if (m_state == State::Dead)
        return;
    if (!m_attached) {
        open();
        take();
        return;
    }
    const auto now = Clock::now();
    for (auto &[name, client] : m_clients) {
        std::vector<JobPtr> overdue;
        std::erase_if(client.waiting, [&](const auto &item) {
            if (item.second.second > now)
                return false;
            overdue.push_back(item.second.first);
            return true;
        });
        for (const JobPtr &job : overdue) {
            lost(job, name);
            if (!m_attached)
                return;
        }
    }
    if (++m_sweeps % attachmentCheck == 0 && !stillBound()) {
        detach();
        open();
    }
}

/// False when a queue was deleted under it; until it is there again nothing arrives.
bool Worker::stillBound() const
{
    const auto exists = [this](const Consumer &consumer) {
        return m_yard.fabric.queueExists(consumer.queue());
    };
    return std::all_of(m_inlets.begin(), m_inlets.end(), [&](const Inlet &inlet) {
        return exists(*inlet.consumer);
    }) && std::all_of(m_clients.begin(), m_clients.end(), [&](const auto &client) {
        return exists(*client.second.consumer);
    });
}

schema::ProcessorRow Worker::row() const
{
    schema::ProcessorRow row;
    row.processor = m_name.processor;
    row.variant = m_name.variant;
    row.workspace = m_name.workspace;
    row.state = m_state == State::Dead || !m_attached ? "dead"
        : m_state == State::Paused                    ? "paused"
                                                      : "running";
    row.processed = m_processed;
    row.errors = m_errors;
    row.meanMs = m_meanMs;
    row.configVersion = m_configVersion;
    return row;
}

} // namespace signalbox::gateway::demo
