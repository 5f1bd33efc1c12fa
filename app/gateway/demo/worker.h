// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/demo/answers.h"
#include "app/gateway/demo/catalogue.h"
#include "app/gateway/demo/scheduler.h"
#include "app/gateway/demo/traffic.h"
#include "app/gateway/fabric/requester.h"
#include "models/schema/blueprint.h"

#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace signalbox::gateway::demo {

/// What all workers of a line share. `mutex` guards every worker.
struct Yard {
    Backend &fabric;
    LineBook book;
    Words words;
    Scheduler scheduler;
    std::mutex mutex;
    std::uint64_t seed = 0;
    double speed = 1; ///< of the whole line
    Clock::time_point began = Clock::now();
    bool closed = false; ///< sources are silent from now on
    /// Workers that die by themselves; each once.
    std::vector<Fault> faults;
    /// (workspace, flow) → messages in its fullest queue when last looked.
    std::map<std::pair<std::string, std::string>, std::int64_t> deepest;
    std::chrono::milliseconds callTimeout { 30000 }; ///< per awaited part
};

/// Serves one processor entry: consumes its inputs and requests, takes its time, calls the services
/// it is a client of, publishes to its outputs or answers. One that consumes nothing is a source.
/// Every member but the constructor is to be called with the yard's mutex held.
class Worker : public std::enable_shared_from_this<Worker> {
public:
    struct Name {
        std::string processor;
        std::string workspace;
        std::string variant;
        auto operator<=>(const Name &) const = default;
    };
    enum class State { Running, Paused, Dead };

    Worker(Yard &yard, Name name, schema::ProcessorEntry entry, std::string subscription = {});
    ~Worker();

    void open(); ///< attaches to its topics; what cannot be attached yet is tried again by sweep()
    void close(); ///< detaches; what it holds is redelivered to whoever consumes next
    void restart(schema::ProcessorEntry entry); ///< a dead one stays dead
    void pause();
    void resume();
    void setSpeed(double factor) { m_speed = factor; }
    void fail(const std::string &why);
    void sweep(); ///< about once a second: overdue calls, missing attachments

    [[nodiscard]] const Name &name() const { return m_name; }
    [[nodiscard]] const schema::ProcessorEntry &entry() const { return m_entry; }
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool attached() const { return m_attached; }
    void setConfigVersion(std::int64_t version) { m_configVersion = version; }
    [[nodiscard]] schema::ProcessorRow row() const; ///< without `flow`

private:
    struct Inlet {
        std::string kind; ///< first part of the topic's name
        bool serves = false;
        std::shared_ptr<Consumer> consumer;
    };
    struct Outlet {
        std::string name;
        std::string kind;
        OutputSpec spec;
        std::shared_ptr<Producer> producer;
    };
    struct Job;
    struct Client {
        std::string kind;
        std::shared_ptr<Producer> producer;
        std::shared_ptr<Consumer> consumer;
        std::map<std::string, std::pair<std::shared_ptr<Job>, Clock::time_point>>
            waiting; ///< by id, with deadline
    };
    struct Sending {
        std::shared_ptr<Producer> producer;
        Message message;
        double gapMs = 0; ///< after the one before
    };
    struct Job {
        Inlet *inlet = nullptr; ///< nullptr: asked by a source
        Message message;
        Clock::time_point began;
        std::vector<std::string> calls; ///< clients still to be asked, in order
        schema::Members<std::string> answers;
        std::string words; ///< of an answer that comes in parts
        std::vector<Sending> sendings;
        std::size_t sent = 0;
        bool failed = false; ///< answered with an error: it counts as one, not as processed
    };
    using JobPtr = std::shared_ptr<Job>;
    using Method = void (Worker::*)(const JobPtr &);

    // attaching (worker.cpp)
    bool attach();
    bool attachInlet(const std::string &spec, const std::string &topic, bool serves);
    bool attachClient(const std::string &client);
    void detach();
    [[nodiscard]] bool stillBound() const;
    template <class Step> void later(double ms, Step step);
    void wakeOn(Consumer &consumer);
    void woken();

    // working (workerjobs.cpp)
    void take();
    bool admitted();
    void begin(Inlet &inlet, Message message);
    void afterWork(const JobPtr &job);
    void nextCall(const JobPtr &job);
    void ask(const JobPtr &job, const std::string &client, Client &channel);
    void drainReplies();
    void reply(Client &client, const std::string &name, const Message &part);
    void load(const JobPtr &job);
    void loadAnswer(const JobPtr &job);
    void loadOutputs(const JobPtr &job, bool onlyNamed);
    void send(const JobPtr &job);
    void done(const JobPtr &job);
    void giveBack(const JobPtr &job);
    void lost(const JobPtr &job, const std::string &client);
    bool dies(const Job &job);
    [[nodiscard]] double workMs();
    [[nodiscard]] Workbench bench();

    // sources (workersource.cpp)
    void startSource();
    void nextArrival();
    void arrive();
    void deliver();
    void retryHeldBack();
    void enquire();
    [[nodiscard]] std::int64_t parameter(std::string_view name, std::int64_t fallback) const;

    Yard &m_yard;
    const Name m_name;
    const std::string m_subscription;
    schema::ProcessorEntry m_entry;
    Station m_station;
    Random m_random;
    State m_state = State::Running;
    bool m_attached = false;
    std::uint64_t m_life = 0; ///< tasks of an earlier life do nothing
    std::atomic<bool> m_wakePosted { false };
    double m_speed = 1;

    std::list<Inlet> m_inlets;
    std::list<Outlet> m_outlets;
    std::map<std::string, Client> m_clients;
    std::shared_ptr<Producer> m_answers;
    int m_busy = 0;
    double m_allowance = 0; ///< of the rate limit
    Clock::time_point m_allowedAt;
    bool m_waitsForToken = false;

    std::optional<Traffic> m_traffic;
    std::list<std::string> m_heldBack; ///< papers that a full queue refused
    bool m_opened = false;
    bool m_retrying = false;
    int m_sweeps = 0;
    int m_asked = 0; ///< questions in flight

    std::int64_t m_processed = 0;
    std::int64_t m_errors = 0;
    double m_meanMs = 0;
    std::int64_t m_configVersion = 0;
};

} // namespace signalbox::gateway::demo
