// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/metrics/labels.h"
#include "app/gateway/metrics/promql/evaluator.h"

#include <chrono>
#include <functional>
#include <memory>

namespace signalbox::gateway::metrics {

/// What one consumer of a topic does, told by whoever watches it. Thread-safe. Its series vanish
/// with it.
class ConsumerMeter {
public:
    virtual ~ConsumerMeter() = default;
    virtual void attached() = 0;
    virtual void detached() = 0;
    virtual void processed(bool well, std::chrono::nanoseconds took) = 0;
};

/// Thread-safe. Its series vanish with it.
class ProducerMeter {
public:
    virtual ~ProducerMeter() = default;
    virtual void sent() = 0;
};

/// Everything this gateway counts, under the names of TG §5.8. Thread-safe. Meters that it gave out
/// must not outlive it.
class Meters {
public:
    Meters();
    ~Meters();
    Meters(const Meters &) = delete;
    Meters &operator=(const Meters &) = delete;

    /// nullptr when there are too many already: those are not metered.
    std::unique_ptr<ConsumerMeter> consumer(const std::string &processor, const std::string &topic);
    std::unique_ptr<ProducerMeter> producer(const std::string &processor, const std::string &topic);
    void tokens(const std::string &model, std::int64_t input, std::int64_t output);

    void gatewayRequest(const std::string &service, bool well, std::chrono::nanoseconds took);
    void authFailure(const std::string &reason);
    void authorisation(bool allowed);
    /// `outcome`: ok error exception
    void iamRequest(
        const std::string &operation, const std::string &outcome, std::chrono::nanoseconds took);

    /// A gauge whose values are asked for at each sampling, on its thread.
    using Values = std::function<std::vector<promql::Sample>()>;
    void addGauge(std::string name, std::string help, Values values);
    void addGauge(std::string name, std::string help, std::function<double()> value);
    void removeGauges(); ///< what they ask is going away; none is asked any more on return

    /// Gives each series with its value now, the name among the labels, in no order.
    void values(const TakeSample &take) const;
    /// The same as text for a Prometheus that scrapes.
    [[nodiscard]] std::string exposition() const;

private:
    struct Data;
    const std::unique_ptr<Data> m_data;
};

} // namespace signalbox::gateway::metrics
