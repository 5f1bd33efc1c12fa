// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/topic.h"

#include <algorithm>
#include <array>
#include <vector>

namespace signalbox::rules {

namespace {

struct ClassName {
    std::string_view name;
    TopicClass topicClass;
};
constexpr std::array classes { ClassName { "flow", TopicClass::Flow },
    ClassName { "request", TopicClass::Request }, ClassName { "response", TopicClass::Response },
    ClassName { "notify", TopicClass::Notify } };

std::optional<TopicClass> classNamed(std::string_view text)
{
    const auto found = std::find_if(
        classes.begin(), classes.end(), [&](const ClassName &known) { return known.name == text; });
    return found == classes.end() ? std::nullopt : std::optional(found->topicClass);
}

/// `qos/tenant/namespace/queue`, also with a `persistent://` or `non-persistent://` scheme in
/// front.
std::optional<TopicAddress> parseOldForm(std::string_view text)
{
    std::vector<std::string_view> parts;
    std::size_t start = 0;
    if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
        parts.push_back(text.substr(0, scheme));
        start = scheme + 3;
    }
    while (parts.size() < 3) {
        const std::size_t slash = text.find('/', start);
        if (slash == std::string_view::npos)
            return std::nullopt;
        parts.push_back(text.substr(start, slash - start));
        start = slash + 1;
    }
    const std::string_view queue = text.substr(start);
    constexpr std::array<std::string_view, 5> qualities { "q0", "q1", "q2", "persistent",
        "non-persistent" };
    if (std::find(qualities.begin(), qualities.end(), parts[0]) == qualities.end()
        || parts[1].empty() || queue.empty())
        return std::nullopt;
    const auto topicClass =
        parts[2] == "state" ? std::optional(TopicClass::Notify) : classNamed(parts[2]);
    if (!topicClass)
        return std::nullopt;
    return TopicAddress { *topicClass, std::string(parts[1]), std::string(queue),
        std::string(parts[0]) };
}

bool hexUuid(std::string_view text)
{
    constexpr std::size_t length = 36;
    if (text.size() != length)
        return false;
    for (std::size_t i = 0; i < length; ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex)
            return false;
    }
    return true;
}

bool endsWith(std::string_view text, std::string_view tail)
{
    return text.size() > tail.size() && text.ends_with(tail);
}

} // namespace

std::string_view name(TopicClass topicClass)
{
    return classes[std::size_t(topicClass)].name;
}

std::string TopicAddress::text() const
{
    return std::string(rules::name(topicClass)) + ":" + space + ":" + name;
}

std::optional<TopicAddress> parseTopic(std::string_view text)
{
    const std::size_t first = text.find(':');
    if (first != std::string_view::npos && text.substr(first, 3) != "://") {
        const std::size_t second = text.find(':', first + 1);
        const auto topicClass = classNamed(text.substr(0, first));
        if (second == std::string_view::npos || !topicClass || second == first + 1
            || second + 1 == text.size())
            return std::nullopt;
        return TopicAddress { *topicClass, std::string(text.substr(first + 1, second - first - 1)),
            std::string(text.substr(second + 1)), {} };
    }
    return parseOldForm(text);
}

TopicRole topicRole(std::string_view topicName)
{
    if (topicName.find_first_not_of(" \t") == std::string_view::npos)
        return TopicRole::Unknown;
    if (topicName == "input" || endsWith(topicName, "-input"))
        return TopicRole::Input;
    if (topicName == "request")
        return TopicRole::ServerRequest;
    if (topicName == "response")
        return TopicRole::ServerResponse;
    if (endsWith(topicName, "-request"))
        return TopicRole::ClientRequest;
    if (endsWith(topicName, "-response"))
        return TopicRole::ClientResponse;
    return TopicRole::Output;
}

Direction direction(TopicRole role)
{
    switch (role) {
    case TopicRole::Input:
    case TopicRole::ServerRequest:
    case TopicRole::ClientResponse:
        return Direction::Consumes;
    case TopicRole::Output:
    case TopicRole::ServerResponse:
    case TopicRole::ClientRequest:
        return Direction::Produces;
    case TopicRole::Unknown:
        break;
    }
    return Direction::Unknown;
}

std::string_view clientOf(std::string_view topicName)
{
    for (const std::string_view tail :
        { std::string_view("-request"), std::string_view("-response") })
        if (endsWith(topicName, tail))
            return topicName.substr(0, topicName.size() - tail.size());
    return {};
}

std::string rabbitExchange(const TopicAddress &topic)
{
    return topic.space + "." + std::string(name(topic.topicClass)) + "." + topic.name;
}

std::optional<TopicAddress> topicOfRabbitExchange(std::string_view exchange)
{
    const std::size_t first = exchange.find('.');
    const std::size_t second =
        first == std::string_view::npos ? first : exchange.find('.', first + 1);
    if (second == std::string_view::npos || first == 0 || second + 1 == exchange.size())
        return std::nullopt;
    const auto topicClass = classNamed(exchange.substr(first + 1, second - first - 1));
    if (!topicClass)
        return std::nullopt;
    return TopicAddress { *topicClass, std::string(exchange.substr(0, first)),
        std::string(exchange.substr(second + 1)), {} };
}

std::optional<RabbitQueue> parseRabbitQueue(std::string_view queue)
{
    // the topic's own name may hold dots (TG §5.3 names no escape), a subscription never does
    const std::size_t dot = queue.rfind('.');
    if (dot == std::string_view::npos || dot + 1 == queue.size())
        return std::nullopt;
    auto topic = topicOfRabbitExchange(queue.substr(0, dot));
    if (!topic)
        return std::nullopt;
    RabbitQueue result;
    result.topic = std::move(*topic);
    result.subscription = queue.substr(dot + 1);
    constexpr std::string_view leftover = "gateway-";
    if (std::string_view(result.subscription).starts_with(leftover)) {
        result.gatewayLeftover =
            hexUuid(std::string_view(result.subscription).substr(leftover.size()));
        return result;
    }
    std::vector<std::string> parts;
    std::size_t start = 0;
    const std::string_view subscription = result.subscription;
    for (std::size_t at = subscription.find("--"); at != std::string_view::npos;
         at = subscription.find("--", start)) {
        parts.emplace_back(subscription.substr(start, at - start));
        start = at + 2;
    }
    parts.emplace_back(subscription.substr(start));
    if (parts.size() == 4) {
        result.processor = parts[0];
        result.workspace = parts[1];
        result.variant = parts[2];
        result.spec = parts[3];
    }
    return result;
}

bool carriesSecrets(std::string_view topic)
{
    const auto address = parseTopic(topic);
    if (!address || address->space != "tg" || address->topicClass == TopicClass::Flow
        || address->topicClass == TopicClass::Notify)
        return false;
    const std::string_view full = address->name;
    const std::size_t colon = full.find(':');
    const std::string_view service = full.substr(0, colon);
    // a third part would be a flow's own topic
    return (service == "iam" || service == "portal")
        && (colon == std::string_view::npos || full.find(':', colon + 1) == std::string_view::npos);
}

std::string subscriptionName(std::string_view processor, std::string_view workspace,
    std::string_view variant, std::string_view spec)
{
    std::string result(processor);
    for (const std::string_view part : { workspace, variant, spec })
        result.append("--").append(part);
    return result;
}

} // namespace signalbox::rules
