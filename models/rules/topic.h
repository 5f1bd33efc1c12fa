// SPDX-License-Identifier: GPL-3.0-only
// Topic addresses and directions, contract signalbox-gateway §1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::rules {

enum class TopicClass { Flow, Request, Response, Notify };
std::string_view name(TopicClass topicClass);

/// `class:space:name`, split at the first two colons. The old `qos/tenant/namespace/queue` is read
/// too.
struct TopicAddress {
    TopicClass topicClass = TopicClass::Flow;
    std::string space;
    std::string name;
    std::string qos; ///< information only, "" in the new form
    [[nodiscard]] std::string text() const; ///< new form
    bool operator==(const TopicAddress &) const = default;
};

/// nullopt: an unknown address, to be shown verbatim and never guessed.
std::optional<TopicAddress> parseTopic(std::string_view text);

enum class Direction { Consumes, Produces, Unknown };
enum class TopicRole {
    Input,
    Output,
    ServerRequest,
    ServerResponse,
    ClientRequest,
    ClientResponse,
    Unknown
};
/// Role of a topic name inside a processor entry: `input` `request` `*-input` are consumed,
/// `x-request`/`x-response` make it a client of x, every other name is produced. An empty or blank
/// name has no direction.
TopicRole topicRole(std::string_view topicName);
/// From the processor's point of view: does it read from the topic (ServerRequest, Input,
/// ClientResponse) or write?
Direction direction(TopicRole role);
/// `x` of `x-request`/`x-response`, else "".
std::string_view clientOf(std::string_view topicName);

/// RabbitMQ names (TG §5.3): exchange `tg.<class>.<name>`, queue `<exchange>.<subscription>`.
std::string rabbitExchange(const TopicAddress &topic);
std::optional<TopicAddress> topicOfRabbitExchange(std::string_view exchange);

struct RabbitQueue {
    TopicAddress topic;
    std::string subscription;
    std::string
        processor; ///< from `<processor>--<workspace>--<variant>--<spec>`, "" for core services
    std::string workspace;
    std::string variant;
    std::string spec;
    bool gatewayLeftover = false; ///< `.gateway-<uuid>` (TG §1.8)
    bool operator==(const RabbitQueue &) const = default;
};
std::optional<RabbitQueue> parseRabbitQueue(std::string_view queue);

/// Its messages carry passwords, tokens, new keys, or what a channel is connected with: nobody is
/// shown them. `iam` and `portal` of the space `tg`, requests and answers, also of one workspace.
bool carriesSecrets(std::string_view topic);

/// `processor--workspace--variant--spec` (TG §5.3, signalbox-gateway §3).
std::string subscriptionName(std::string_view processor, std::string_view workspace,
    std::string_view variant, std::string_view spec);

} // namespace signalbox::rules
