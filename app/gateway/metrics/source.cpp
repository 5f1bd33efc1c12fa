// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/source.h"

#include "app/gateway/metrics/apitext.h"
#include "app/gateway/wallclock.h"

#include <spdlog/spdlog.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace signalbox::gateway::metrics {

namespace {

/// As in the shipped configuration of a Prometheus (TG §5.8).
constexpr const char *job = "api-gateway";

/// A label value in the text format.
std::string escaped(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        if (c == '\\' || c == '"')
            result += '\\';
        if (c == '\n')
            result += "\\n";
        else
            result += c;
    }
    return result;
}

} // namespace

struct OwnMetrics::Data {
    Data(const Meters &given, OwnMetricsOptions chosen)
        : meters(given)
        , options(chosen)
        , history(chosen.history)
    {
    }

    struct Question {
        std::string path;
        Parameters parameters;
        Reply reply;
    };

    const Meters &meters;
    const OwnMetricsOptions options;
    History history;
    mutable std::mutex mutex;
    std::condition_variable wake;
    std::deque<Question> questions;
    TargetState target;
    std::int64_t refused = 0; ///< told in the log so far
    bool ends = true;
    std::thread sampler;
    std::thread answerer;

    void sample();
    void sampling();
    void answering();
};

void OwnMetrics::Data::sample()
{
    const auto begin = std::chrono::steady_clock::now();
    const std::int64_t time = unixMs();
    history.append(time, [this](const TakeSample &take) {
        const auto scraped = [&](Labels labels, double value) {
            labels.emplace_back("job", job);
            labels.emplace_back("instance", target.instance);
            take(sorted(std::move(labels)), value);
        };
        meters.values(scraped);
        scraped({ { std::string(nameLabel), "up" } }, 1);
    });
#ifdef __GLIBC__
    malloc_trim(0); // all series in prometheus-cpp's own form, gone again until the next time
#endif
    const auto refusedNow = history.size().refused;
    if (refusedNow > 0 && refused == 0)
        spdlog::warn(
            "metrics: more than {} series: further ones are not kept", options.history.series);
    const std::lock_guard lock(mutex);
    refused = refusedNow;
    target.lastMs = time;
    target.lastSeconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void OwnMetrics::Data::sampling()
{
    auto next = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex);
    while (!ends) {
        lock.unlock();
        sample();
        lock.lock();
        next += options.interval;
        wake.wait_until(lock, next, [this] { return ends; });
    }
}

void OwnMetrics::Data::answering()
{
    std::unique_lock lock(mutex);
    for (;;) {
        wake.wait(lock, [this] { return ends || !questions.empty(); });
        if (ends)
            return;
        const Question question = std::move(questions.front());
        questions.pop_front();
        const TargetState state = target;
        lock.unlock();
        question.reply(answerApi(history, state, question.path, question.parameters, unixMs()));
        lock.lock();
    }
}

OwnMetrics::OwnMetrics(const Meters &meters, OwnMetricsOptions options)
    : m_data(std::make_unique<Data>(meters, options))
{
    m_data->target.job = job;
    m_data->target.intervalMs = options.interval.count();
}

OwnMetrics::~OwnMetrics()
{
    stop();
}

void OwnMetrics::setInstance(std::string hostAndPort)
{
    m_data->target.instance = std::move(hostAndPort);
}

void OwnMetrics::start()
{
    Data &data = *m_data;
    {
        const std::lock_guard lock(data.mutex);
        if (!data.ends)
            return;
        data.ends = false;
    }
    data.sampler = std::thread([&data] { data.sampling(); });
    data.answerer = std::thread([&data] { data.answering(); });
}

void OwnMetrics::stop()
{
    Data &data = *m_data;
    std::deque<Data::Question> left;
    {
        const std::lock_guard lock(data.mutex);
        data.ends = true;
        left.swap(data.questions);
    }
    data.wake.notify_all();
    for (std::thread *thread : { &data.sampler, &data.answerer })
        if (thread->joinable())
            thread->join();
    for (const Data::Question &question : left)
        question.reply(apiError(503, "unavailable", "the gateway is stopping"));
}

void OwnMetrics::ask(std::string path, Parameters parameters, Reply reply)
{
    Data &data = *m_data;
    {
        const std::lock_guard lock(data.mutex);
        if (!data.ends && data.questions.size() < data.options.waiting) {
            data.questions.push_back({ std::move(path), std::move(parameters), std::move(reply) });
            data.wake.notify_all();
            return;
        }
    }
    reply(apiError(503, "unavailable",
        "too many queries at once: the limit is " + std::to_string(data.options.waiting)));
}

std::string OwnMetrics::lastSampling() const
{
    std::int64_t time = 0;
    std::string text;
    for (const promql::Sample &sample : m_data->history.last(time)) {
        const std::string_view name = labelValue(sample.labels, nameLabel);
        if (name == "up")
            continue; // whoever scrapes says so itself
        text += name;
        text += '{';
        for (const auto &[label, value] : sample.labels)
            if (label != nameLabel && label != "job" && label != "instance")
                text += label + "=\"" + escaped(value) + "\",";
        text += "} " + valueText(sample.value) + ' ' + std::to_string(time) + '\n';
    }
    return text;
}

History::Size OwnMetrics::size() const
{
    return m_data->history.size();
}

} // namespace signalbox::gateway::metrics
