// SPDX-License-Identifier: GPL-3.0-only
// A real RabbitMQ with its management API as a child process, on loopback, in a folder of its own,
// with an epmd of its own: nothing of it outlives the object.
#pragma once

#include "tests/support/gatewayprocess.h"

#include <string>
#include <sys/types.h>
#include <vector>

namespace signalbox::support {

class RabbitProcess {
public:
    RabbitProcess(); ///< waits until the management API answers
    ~RabbitProcess(); ///< ends the broker and its epmd
    RabbitProcess(const RabbitProcess &) = delete;
    RabbitProcess &operator=(const RabbitProcess &) = delete;

    [[nodiscard]] int managementPort() const { return m_management; }
    [[nodiscard]] int amqpPort() const { return m_amqp; }
    [[nodiscard]] int metricsPort() const { return m_metrics; }
    /// The management API as user guest; throws on anything but 2xx. "" where there is no body.
    std::string manage(
        const std::string &method, const std::string &path, const std::string &body = {}) const;
    void declareExchange(const std::string &name) const; ///< durable fanout
    void declareQueue(const std::string &name, bool durable = true) const;
    void bindQueue(const std::string &queue, const std::string &exchange) const;
    void publish(const std::string &exchange, const std::string &payload) const;
    /// Which queues there are is known at once; the counts are its statistics, a little late, -1
    /// before they come.
    struct Counts {
        std::string name;
        int ready = 0;
        int consumers = 0;
    };
    [[nodiscard]] std::vector<Counts> queues() const;
    void stop(); ///< kill -9

private:
    void start();
    std::vector<std::string> environment() const;
    bool answers() const;
    void waitForEpmd() const;
    void endEpmd();

    TemporaryFolder m_folder;
    int m_amqp = 0;
    int m_distribution = 0;
    int m_management = 0;
    int m_metrics = 0;
    int m_epmdPort = 0;
    pid_t m_epmd = -1;
    pid_t m_pid = -1;
};

} // namespace signalbox::support
