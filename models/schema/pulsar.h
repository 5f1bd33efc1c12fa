// SPDX-License-Identifier: GPL-3.0-only
// Answers of Pulsar's admin REST (v2; 2.8 to 4), read only. What is not named here is not kept.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

/// Names of topics in full: "persistent://tg/flow/chunk-load:acme:line-1".
struct PulsarTopics {
    std::vector<std::string> items;
    bool operator==(const PulsarTopics &) const = default;
};

struct PulsarConsumer {
    std::string name;
    bool operator==(const PulsarConsumer &) const = default;
};

/// What a group of consumers has of a topic, which is what a queue is elsewhere.
struct PulsarSubscription {
    std::int64_t backlog = 0; ///< not yet acknowledged, handed out or not
    std::int64_t unacked = 0; ///< of them handed out; told for shared ones only
    std::int64_t backlogBytes = -1; ///< -1 not known
    std::vector<PulsarConsumer> consumers;
    bool operator==(const PulsarSubscription &) const = default;
};

/// What a topic is divided into. Partition n of X is a topic of its own, "X-partition-n".
struct PulsarPartitions {
    std::int64_t count = 0;
    bool operator==(const PulsarPartitions &) const = default;
};

/// Of one topic, or the sums over the partitions of one.
struct PulsarTopicStats {
    std::int64_t published = -1; ///< since the topic was loaded by its broker; -1 not told
    Members<PulsarSubscription> subscriptions; ///< by name
    std::optional<PulsarPartitions> partitions; ///< only where it has some
    bool operator==(const PulsarTopicStats &) const = default;
};

/// What is asked of the admin REST, as a request of this program.
struct PulsarRequest {
    std::string operation; ///< topics, partitioned (a list, too), stats, partitioned-stats
    std::string domain; ///< persistent, non-persistent
    std::string space; ///< "tg/flow"
    std::string topic; ///< of the last two: its name within the namespace
    bool operator==(const PulsarRequest &) const = default;
};

} // namespace signalbox::schema
