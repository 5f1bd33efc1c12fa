// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/answers.h"
#include "app/gateway/services/service.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <vector>

namespace signalbox::gateway {

/// What the four system services have in common: worker threads that take requests from the topics
/// `request:tg:<name>` and `request:tg:<name>:<workspace>` and answer on the matching response
/// topics.
class RequestServer : public Service {
public:
    ~RequestServer() override;

    void start() final; ///< begin(), a failure is logged
    void stop() final;
    void pause(bool paused) final;

    /// Told of each request that was served, on the service's thread: `answer` is "" when it comes
    /// later, `threw` when there was none to give.
    using Observer = std::function<void(const std::string &operation, const std::string &answer,
        bool threw, std::chrono::nanoseconds took)>;
    void observe(Observer observer) { m_observer = std::move(observer); } ///< before begin()

    /// Ensures what the service needs and starts its threads.
    Expected<Done, std::string> begin();

protected:
    struct Request {
        std::string topic;
        std::string workspace; ///< of the topic; "" on the system topic
        std::string id;
        const Json &body;
    };

    /// `name` as in `request:tg:<name>`, `subscription` as in TG §5.3 (config-svc …).
    RequestServer(Backend &fabric, std::string name, std::string subscription, int threads = 1);

    /// Before the threads run, on the caller's thread: open topics, load state.
    virtual Expected<Done, std::string> prepare() = 0;
    /// The answer's text; "" = nothing is answered now (the service answers later by respond()). On
    /// a worker thread.
    virtual std::string handle(const Request &request) = 0;
    /// After the threads have ended.
    virtual void ended() { }
    /// Error type for a request that is no JSON object, and for an exception.
    [[nodiscard]] virtual std::string errorType() const = 0;

    /// Ensures request and response topic and the queue, and consumes. "" = the system topic. Does
    /// nothing when open already.
    FabricResult<Done> open(const std::string &workspace);
    /// The topics of a workspace service, owned by the system. So that requests can wait there
    /// before the service is ready.
    static FabricResult<Done> ensureTopics(Backend &fabric, const std::string &name,
        const std::string &workspace, const std::string &subscription);
    void respond(const std::string &requestTopic, const std::string &id, const std::string &answer);

    Backend &m_fabric;
    const std::string m_name;
    const std::string m_subscription;

    /// Each service: stop() in the destructor of the most derived class, before its members go.
    [[nodiscard]] bool stopping() const { return m_stopping; }

private:
    struct Source {
        std::string topic;
        std::string workspace;
        std::shared_ptr<Consumer> consumer;
        std::shared_ptr<Producer> answers;
    };

    void run();
    void serve(Source &source, const Message &message);
    void markReady(const std::shared_ptr<Source> &source);
    void staff(); ///< with the mutex: another thread for what no idle one takes

    const std::size_t m_threadsAtMost;
    Observer m_observer;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::map<std::string, std::shared_ptr<Source>> m_sources; ///< by request topic
    std::deque<std::shared_ptr<Source>> m_ready;
    std::set<Source *> m_queued; ///< those in m_ready
    std::size_t m_idle = 0; ///< threads that wait for a request
    std::vector<std::thread> m_threads; ///< begin when they are needed
    std::atomic<bool> m_stopping { false };
    bool m_paused = false;
    bool m_serving = false; ///< between begin() and stop()
    bool m_running = false;
};

} // namespace signalbox::gateway
