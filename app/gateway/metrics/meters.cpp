// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/meters.h"

#include "app/gateway/metrics/api.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <mutex>
#include <set>
#include <unordered_map>

namespace signalbox::gateway::metrics {

using Counters = prometheus::Family<prometheus::Counter>;
using Gauges = prometheus::Family<prometheus::Gauge>;
using Histograms = prometheus::Family<prometheus::Histogram>;
using Buckets = prometheus::Histogram::BucketBoundaries;

namespace {

constexpr int mostConsumers = 4000;
constexpr int mostProducers = 8000;
constexpr std::size_t mostModels = 200; ///< any worker may name any

const Buckets standardBuckets { 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30 };
const Buckets modelBuckets { 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120 };
const Buckets sessionBuckets { 1, 5, 10, 30, 60, 120, 300, 600 };

struct Holders {
    std::mutex mutex;
    std::unordered_map<const void *, int> count; ///< by metric
};

double secondsOf(std::chrono::nanoseconds time)
{
    return std::chrono::duration<double>(time).count();
}

std::string kindOf(const std::string &topic)
{
    const std::size_t begin = topic.find(':', topic.find(':') + 1) + 1;
    return topic.substr(begin, topic.find(':', begin) - begin);
}

} // namespace

struct Meters::Data {
    prometheus::Registry registry;
    Holders holders;
    std::atomic<int> consumers { 0 };
    std::atomic<int> producers { 0 };
    struct Asked {
        std::string name;
        std::string help;
        Values values;
    };
    mutable std::mutex mutex; ///< guards `asked`, and is held while its gauges are asked
    std::vector<Asked> asked;
    std::mutex modelsMutex; ///< of its own: whom a gauge waits for may be counting tokens
    std::set<std::string> models;

    /// The name, or `other` when there are too many.
    std::string modelLabel(const std::string &model)
    {
        const std::lock_guard lock(modelsMutex);
        if (models.size() < mostModels)
            models.insert(model);
        return models.contains(model) ? model : "other";
    }

    Counters &counters(const char *name, const char *help)
    {
        return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
    }
    Gauges &gauges(const char *name, const char *help)
    {
        return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
    }
    Histograms &histograms(const char *name, const char *help)
    {
        return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
    }

    Gauges &state = gauges("tg_consumer_state", "Is anybody attached to the topic");
    Counters &processing = counters("tg_consumer_processing_total", "Messages that were worked on");
    Histograms &duration = histograms("tg_consumer_request_duration_seconds",
        "From the delivery of a message to its acknowledgement");
    Histograms &completion =
        histograms("tg_text_completion_duration_seconds", "Of a request to a language model");
    Counters &messages = counters("tg_producer_messages_total", "Messages sent");
    Counters &metered = counters("tg_metering_tokens_total", "Tokens of language models");
    Counters &requests = counters("tg_gateway_request_total", "Requests of clients");
    Histograms &requestDuration = histograms(
        "tg_gateway_request_duration_seconds", "From a request of a client to its last part");
    Counters &failures = counters("tg_gateway_auth_failure_total", "Credentials refused");
    Counters &decisions =
        counters("tg_gateway_authz_decision_total", "May this caller do that: how often which");
    Counters &iam = counters("tg_iam_request_total", "Requests to the identity service");
    Histograms &iamDuration =
        histograms("tg_iam_request_duration_seconds", "Of a request to the identity service");
    Counters &keysMade = counters("tg_iam_api_key_created_total", "API keys made");
    Counters &keysRevoked = counters("tg_iam_api_key_revoked_total", "API keys revoked");

    [[nodiscard]] std::vector<prometheus::MetricFamily> collect() const;
};

namespace {

/// A metric for as long as anybody holds it: the family gives the same one to all who ask for the
/// same labels.
template <class Metric> class Held {
public:
    template <class... Arguments>
    Held(Holders &holders, prometheus::Family<Metric> &family, const prometheus::Labels &labels,
        const Arguments &...arguments)
        : m_holders(holders)
        , m_family(family)
    {
        const std::lock_guard lock(m_holders.mutex);
        m_metric = &family.Add(labels, arguments...);
        ++m_holders.count[m_metric];
    }
    ~Held()
    {
        const std::lock_guard lock(m_holders.mutex);
        if (--m_holders.count[m_metric] > 0)
            return;
        m_holders.count.erase(m_metric);
        m_family.Remove(m_metric);
    }
    Held(const Held &) = delete;
    Held &operator=(const Held &) = delete;
    Metric *operator->() { return m_metric; }

private:
    Holders &m_holders;
    prometheus::Family<Metric> &m_family;
    Metric *m_metric = nullptr;
};

class Consuming final : public ConsumerMeter {
public:
    template <class Data>
    Consuming(Data &data, const std::string &processor, const std::string &topic)
        : m_total(data.consumers)
        , m_running(
              data.holders, data.state, labels(processor, topic, "tg_consumer_state", "running"))
        , m_stopped(
              data.holders, data.state, labels(processor, topic, "tg_consumer_state", "stopped"))
        , m_well(data.holders, data.processing, labels(processor, topic, "status", "ok"))
        , m_failed(data.holders, data.processing, labels(processor, topic, "status", "error"))
        , m_duration(data.holders, data.duration, labels(processor, topic, "", ""), standardBuckets)
    {
        if (kindOf(topic) == "text-completion" && topic.starts_with("request:"))
            m_completion = &data.completion.Add({ { "processor", processor } }, modelBuckets);
        m_stopped->Set(1);
    }
    ~Consuming() override { --m_total; }

    void attached() override { change(1); }
    void detached() override { change(-1); }
    void processed(bool well, std::chrono::nanoseconds took) override
    {
        (well ? m_well : m_failed)->Increment();
        m_duration->Observe(secondsOf(took));
        if (m_completion)
            m_completion->Observe(secondsOf(took));
    }

private:
    static prometheus::Labels labels(const std::string &processor, const std::string &topic,
        const std::string &name, const std::string &value)
    {
        prometheus::Labels all { { "processor", processor }, { "consumer", topic } };
        if (!name.empty())
            all[name] = value;
        return all;
    }
    void change(int by)
    {
        const std::lock_guard lock(m_mutex);
        m_attached += by;
        m_running->Set(m_attached > 0 ? 1 : 0);
        m_stopped->Set(m_attached > 0 ? 0 : 1);
    }

    std::atomic<int> &m_total;
    std::mutex m_mutex;
    int m_attached = 0;
    Held<prometheus::Gauge> m_running;
    Held<prometheus::Gauge> m_stopped;
    Held<prometheus::Counter> m_well;
    Held<prometheus::Counter> m_failed;
    Held<prometheus::Histogram> m_duration;
    prometheus::Histogram *m_completion = nullptr; ///< of the processor, whatever the topic
};

class Producing final : public ProducerMeter {
public:
    template <class Data>
    Producing(Data &data, const std::string &processor, const std::string &topic)
        : m_total(data.producers)
        , m_sent(data.holders, data.messages, { { "processor", processor }, { "producer", topic } })
    {
    }
    ~Producing() override { --m_total; }
    void sent() override { m_sent->Increment(); }

private:
    std::atomic<int> &m_total;
    Held<prometheus::Counter> m_sent;
};

prometheus::MetricFamily familyOf(
    const std::string &name, const std::string &help, const std::vector<promql::Sample> &values)
{
    prometheus::MetricFamily family;
    family.name = name;
    family.help = help;
    family.type = prometheus::MetricType::Gauge;
    for (const promql::Sample &value : values) {
        prometheus::ClientMetric metric;
        for (const auto &[label, text] : value.labels)
            metric.label.push_back({ label, text });
        metric.gauge.value = value.value;
        family.metric.push_back(std::move(metric));
    }
    return family;
}

/// The series of one metric, as its text has them.
void flatten(const prometheus::MetricFamily &family, const prometheus::ClientMetric &metric,
    const TakeSample &take)
{
    Labels labels;
    for (const auto &label : metric.label)
        labels.emplace_back(label.name, label.value);
    const auto add = [&](const char *suffix, double value, const std::string &bound = {}) {
        Labels all = labels;
        all.emplace_back(nameLabel, family.name + suffix);
        if (!bound.empty())
            all.emplace_back("le", bound);
        take(std::move(all), value);
    };
    if (family.type == prometheus::MetricType::Counter) {
        add("", metric.counter.value);
    } else if (family.type == prometheus::MetricType::Gauge) {
        add("", metric.gauge.value);
    } else if (family.type == prometheus::MetricType::Histogram) {
        for (const auto &bucket : metric.histogram.bucket)
            add("_bucket", static_cast<double>(bucket.cumulative_count),
                valueText(bucket.upper_bound));
        add("_sum", metric.histogram.sample_sum);
        add("_count", static_cast<double>(metric.histogram.sample_count));
    }
}

} // namespace

std::vector<prometheus::MetricFamily> Meters::Data::collect() const
{
    std::vector<prometheus::MetricFamily> families = registry.Collect();
    std::erase_if(families, [](const auto &family) { return family.metric.empty(); });
    const std::lock_guard lock(mutex);
    for (const Asked &gauge : asked)
        if (auto family = familyOf(gauge.name, gauge.help, gauge.values()); !family.metric.empty())
            families.push_back(std::move(family));
    return families;
}

Meters::Meters()
    : m_data(std::make_unique<Data>())
{
}

Meters::~Meters() = default;

std::unique_ptr<ConsumerMeter> Meters::consumer(
    const std::string &processor, const std::string &topic)
{
    if (++m_data->consumers > mostConsumers) {
        --m_data->consumers;
        return nullptr;
    }
    return std::make_unique<Consuming>(*m_data, processor, topic);
}

std::unique_ptr<ProducerMeter> Meters::producer(
    const std::string &processor, const std::string &topic)
{
    if (++m_data->producers > mostProducers) {
        --m_data->producers;
        return nullptr;
    }
    return std::make_unique<Producing>(*m_data, processor, topic);
}

void Meters::tokens(const std::string &model, std::int64_t input, std::int64_t output)
{
    const std::string label = m_data->modelLabel(model);
    const auto count = [&](const char *direction, std::int64_t tokens) {
        if (tokens > 0)
            m_data->metered.Add({ { "model", label }, { "direction", direction } })
                .Increment(static_cast<double>(tokens));
    };
    count("input", input);
    count("output", output);
}

void Meters::gatewayRequest(const std::string &service, bool well, std::chrono::nanoseconds took)
{
    m_data->requests.Add({ { "service", service }, { "status", well ? "ok" : "error" } })
        .Increment();
    m_data->requestDuration.Add({ { "service", service } }, sessionBuckets)
        .Observe(secondsOf(took));
}

void Meters::authFailure(const std::string &reason)
{
    m_data->failures.Add({ { "reason", reason } }).Increment();
}

void Meters::authorisation(bool allowed)
{
    m_data->decisions.Add({ { "outcome", allowed ? "allow" : "deny" } }).Increment();
}

void Meters::iamRequest(
    const std::string &operation, const std::string &outcome, std::chrono::nanoseconds took)
{
    m_data->iam.Add({ { "operation", operation }, { "outcome", outcome } }).Increment();
    m_data->iamDuration.Add({ { "operation", operation } }, standardBuckets)
        .Observe(secondsOf(took));
    if (outcome == "ok" && operation == "create-api-key")
        m_data->keysMade.Add({}).Increment();
    if (outcome == "ok" && operation == "revoke-api-key")
        m_data->keysRevoked.Add({}).Increment();
}

void Meters::addGauge(std::string name, std::string help, Values values)
{
    const std::lock_guard lock(m_data->mutex);
    m_data->asked.push_back({ std::move(name), std::move(help), std::move(values) });
}

void Meters::addGauge(std::string name, std::string help, std::function<double()> value)
{
    addGauge(std::move(name), std::move(help), [value = std::move(value)] {
        return std::vector<promql::Sample> { { {}, value() } };
    });
}

void Meters::removeGauges()
{
    const std::lock_guard lock(m_data->mutex);
    m_data->asked.clear();
}

void Meters::values(const TakeSample &take) const
{
    for (const auto &family : m_data->collect())
        for (const auto &metric : family.metric)
            flatten(family, metric, take);
}

std::string Meters::exposition() const
{
    return prometheus::TextSerializer().Serialize(m_data->collect());
}

} // namespace signalbox::gateway::metrics
