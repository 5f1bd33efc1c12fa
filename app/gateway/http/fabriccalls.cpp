// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/fabriccalls.h"

#include "models/rules/topic.h"
#include "models/schema/config.h"

#include <algorithm>

namespace signalbox::gateway {

namespace {
constexpr auto idleTime = std::chrono::seconds(60);
constexpr int maxInFlight = 4096;

/// A requester whose queue or topic is gone never answers again.
bool isBroken(const FabricError &error)
{
    return error.kind == FabricError::Kind::NoTopic || error.kind == FabricError::Kind::NoQueue
        || error.kind == FabricError::Kind::Closed;
}
} // namespace

FabricCalls::FabricCalls(Backend &fabric)
    : m_fabric(fabric)
{
}

FabricCalls::~FabricCalls() = default;

RequestTopics FabricCalls::serviceTopics(std::string_view service, std::string_view workspace)
{
    std::string name(service);
    if (!workspace.empty())
        name += ":" + std::string(workspace);
    return { "request:tg:" + name, "response:tg:" + name };
}

FabricCalls::Ask FabricCalls::flowRecord(const std::string &workspace, const std::string &flow)
{
    schema::ConfigRequest request;
    request.operation = "get";
    request.workspace = workspace;
    request.keys = std::vector<schema::ConfigKey> { { "flow", flow } };
    Ask ask;
    ask.topics = serviceTopics("config");
    ask.value = schema::encode(request);
    ask.timeout = std::chrono::seconds(10);
    return ask;
}

std::shared_ptr<Requester> FabricCalls::requesterFor(const Ask &ask)
{
    const std::string subscription =
        rules::subscriptionName("gateway", "", "", "request") + "--" + newUuid();
    if (ask.ownRequester) {
        auto requester = std::make_shared<Requester>(m_fabric, ask.topics, subscription, 1);
        const std::lock_guard lock(m_mutex);
        m_own.push_back(requester);
        return requester;
    }
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(m_mutex);
    Held &held = m_shared[ask.topics.request];
    held.lastUse = now;
    if (!held.requester)
        held.requester =
            std::make_shared<Requester>(m_fabric, ask.topics, subscription, maxInFlight);
    return held.requester;
}

FabricCalls::Ticket FabricCalls::ask(Ask ask, Recipient last, Part part, DoneFn done)
{
    auto requester = requesterFor(ask);
    auto settle = [this, topic = ask.topics.request, shared = !ask.ownRequester,
                      done = std::move(done)](FabricResult<Message> result) {
        if (shared && !result && isBroken(result.error()))
            forget(topic);
        done(std::move(result));
    };
    std::string id = requester->send(
        std::move(ask.value), ask.timeout, std::move(last), std::move(part), std::move(settle));
    return { std::move(requester), std::move(id) };
}

FabricCalls::Ticket FabricCalls::ask(Ask ask, DoneFn done)
{
    return this->ask(
        std::move(ask), {}, [](const Message &) {}, std::move(done));
}

void FabricCalls::cancel(const Ticket &ticket)
{
    if (ticket.requester && !ticket.id.empty())
        ticket.requester->cancel(ticket.id);
}

void FabricCalls::forget(const std::string &topic)
{
    const std::lock_guard lock(m_mutex);
    const auto held = m_shared.find(topic);
    if (held == m_shared.end() || held->second.requester->inFlight() > 0)
        return;
    m_leaving.push_back(std::move(held->second.requester));
    m_shared.erase(held);
}

void FabricCalls::tick(std::chrono::steady_clock::time_point now)
{
    std::vector<std::shared_ptr<Requester>> all;
    std::vector<std::shared_ptr<Requester>> leaving;
    {
        const std::lock_guard lock(m_mutex);
        leaving.swap(m_leaving);
        for (auto held = m_shared.begin(); held != m_shared.end();) {
            const bool idle =
                held->second.requester->inFlight() == 0 && now - held->second.lastUse > idleTime;
            (idle ? leaving : all).push_back(held->second.requester);
            held = idle ? m_shared.erase(held) : std::next(held);
        }
        std::erase_if(m_own, [&](auto &requester) {
            const bool idle = requester->inFlight() == 0 && requester.use_count() == 1;
            (idle ? leaving : all).push_back(requester);
            return idle;
        });
    }
    for (const auto &requester : all)
        requester->expire(now);
}

std::size_t FabricCalls::inFlight() const
{
    const std::lock_guard lock(m_mutex);
    std::size_t count = 0;
    for (const auto &[topic, held] : m_shared)
        count += held.requester->inFlight();
    for (const auto &requester : m_own)
        count += requester->inFlight();
    return count;
}

} // namespace signalbox::gateway
