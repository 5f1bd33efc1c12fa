// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/requestserver.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

std::string topicOf(const char *topicClass, const std::string &name, const std::string &workspace)
{
    std::string topic = std::string(topicClass) + ":tg:" + name;
    if (!workspace.empty())
        topic += ':' + workspace;
    return topic;
}

std::string responseOf(const std::string &requestTopic)
{
    return "response" + requestTopic.substr(requestTopic.find(':'));
}

/// An answer that nobody takes must not hold up a service for long.
constexpr std::chrono::milliseconds answerBlock { 1000 };

} // namespace

RequestServer::RequestServer(
    Backend &fabric, std::string name, std::string subscription, int threads)
    : m_fabric(fabric)
    , m_name(std::move(name))
    , m_subscription(std::move(subscription))
    , m_threadsAtMost(static_cast<std::size_t>(threads))
{
}

RequestServer::~RequestServer() = default;

void RequestServer::start()
{
    if (const auto begun = begin(); !begun)
        spdlog::error("{}: cannot start: {}", m_subscription, begun.error());
}

Expected<Done, std::string> RequestServer::begin()
{
    if (m_running)
        return Done {};
    m_stopping = false;
    if (auto prepared = prepare(); !prepared)
        return prepared;
    m_running = true;
    const std::lock_guard lock(m_mutex);
    m_serving = true;
    staff();
    return Done {};
}

void RequestServer::staff()
{
    while (m_serving && m_threads.size() < m_threadsAtMost
        && (m_threads.empty() || m_ready.size() > m_idle)) {
        m_threads.emplace_back([this] { run(); });
        ++m_idle; // until it takes something
    }
}

void RequestServer::stop()
{
    std::vector<std::thread> threads;
    {
        std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_serving = false;
        threads.swap(m_threads); // no other begins
    }
    m_wake.notify_all();
    for (std::thread &thread : threads)
        thread.join();
    std::map<std::string, std::shared_ptr<Source>> sources;
    {
        std::lock_guard lock(m_mutex);
        m_idle = 0;
        sources.swap(m_sources);
        m_ready.clear();
        m_queued.clear();
    }
    for (const auto &[topic, source] : sources)
        source->consumer->close();
    if (m_running)
        ended();
    m_running = false;
}

void RequestServer::pause(bool paused)
{
    {
        std::lock_guard lock(m_mutex);
        m_paused = paused;
    }
    m_wake.notify_all();
}

FabricResult<Done> RequestServer::ensureTopics(Backend &fabric, const std::string &name,
    const std::string &workspace, const std::string &subscription)
{
    TopicInfo info;
    info.scope = "system";
    info.workspace = workspace;
    for (const char *topicClass : { "request", "response" })
        if (auto ensured = fabric.ensureTopic(topicOf(topicClass, name, workspace), info); !ensured)
            return ensured;
    return fabric.ensureQueue(topicOf("request", name, workspace), subscription);
}

FabricResult<Done> RequestServer::open(const std::string &workspace)
{
    auto source = std::make_shared<Source>();
    source->topic = topicOf("request", m_name, workspace);
    source->workspace = workspace;
    {
        std::lock_guard lock(m_mutex);
        if (m_stopping || m_sources.contains(source->topic))
            return Done {};
    }
    if (auto ensured = ensureTopics(m_fabric, m_name, workspace, m_subscription); !ensured)
        return ensured;
    ProducerOptions answering;
    answering.processor = m_subscription;
    answering.blockFor = answerBlock;
    auto answers = m_fabric.createProducer(responseOf(source->topic), {}, answering);
    if (!answers)
        return unexpected(answers.error());
    ConsumerOptions consuming;
    consuming.processor = m_subscription;
    consuming.workspace = workspace;
    consuming.prefetch = static_cast<int>(m_threadsAtMost);
    auto consumer = m_fabric.createConsumer(
        source->topic, m_subscription, InitialPosition::Latest, ConsumerType::Shared, consuming);
    if (!consumer)
        return unexpected(consumer.error());
    source->answers = *answers;
    source->consumer = *consumer;
    {
        std::lock_guard lock(m_mutex);
        if (!m_sources.emplace(source->topic, source).second)
            return Done {};
    }
    source->consumer->onReadable([this, weak = std::weak_ptr<Source>(source)] {
        if (const auto readable = weak.lock())
            markReady(readable);
    });
    return Done {};
}

void RequestServer::markReady(const std::shared_ptr<Source> &source)
{
    {
        std::lock_guard lock(m_mutex);
        if (!m_queued.insert(source.get()).second)
            return;
        m_ready.push_back(source);
        staff();
    }
    m_wake.notify_one();
}

void RequestServer::run()
{
    for (;;) {
        std::shared_ptr<Source> source;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_stopping || (!m_paused && !m_ready.empty()); });
            if (m_stopping)
                return;
            source = std::move(m_ready.front());
            m_ready.pop_front();
            m_queued.erase(source.get());
            --m_idle;
        }
        if (const auto message = source->consumer->tryReceive()) {
            markReady(source); // there may be more, for this or another thread, after other topics
            serve(*source, *message);
            source->consumer->acknowledge(*message);
        }
        const std::lock_guard lock(m_mutex);
        ++m_idle;
    }
}

void RequestServer::serve(Source &source, const Message &message)
{
    const std::string id = message.property("id");
    const auto begin = std::chrono::steady_clock::now();
    std::string answer;
    std::string operation;
    bool threw = false;
    try {
        const Json body = Json::parse(message.value, nullptr, false);
        if (!body.is_object())
            answer = errorAnswer({ errorType(), "the request is no JSON object" });
        else if (operation = text(body, "operation").value_or(""); true)
            answer = handle({ source.topic, source.workspace, id, body });
    } catch (const std::exception &error) {
        spdlog::error("{}: a request failed: {}", m_subscription, error.what());
        answer = errorAnswer({ errorType(), error.what() });
        threw = true;
    }
    if (m_observer)
        m_observer(operation, answer, threw, std::chrono::steady_clock::now() - begin);
    if (!answer.empty())
        respond(source.topic, id, answer);
}

void RequestServer::respond(
    const std::string &requestTopic, const std::string &id, const std::string &answer)
{
    std::shared_ptr<Producer> answers;
    {
        std::lock_guard lock(m_mutex);
        const auto found = m_sources.find(requestTopic);
        if (found == m_sources.end())
            return;
        answers = found->second->answers;
    }
    Message message;
    message.value = answer;
    message.properties.emplace_back("id", id);
    auto sent = answers->send(message);
    if (!sent && sent.error().kind == FabricError::Kind::Limit) {
        message.value =
            errorAnswer({ errorType(), "the answer is too large: " + sent.error().text });
        sent = answers->send(message);
    }
    if (!sent)
        spdlog::error("{}: an answer is lost: {}", m_subscription, sent.error().text);
}

} // namespace signalbox::gateway
