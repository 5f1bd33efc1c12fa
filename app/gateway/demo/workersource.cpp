// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/workertask.h"

#include <charconv>

namespace signalbox::gateway::demo {

namespace {
constexpr double openingGapMs = 80;
constexpr double retryMs = 1000;
constexpr std::size_t longestHeldBack = 8;
constexpr double sackShare = 0.04; ///< of the arrivals bring several papers at once
constexpr int questionsInFlight = 8;
constexpr std::int64_t holdAbove = 3000;
constexpr std::int64_t longestOpening = 2000;
constexpr auto answerTimeout = std::chrono::seconds(90); ///< a person's patience
} // namespace

std::int64_t Worker::parameter(std::string_view name, std::int64_t fallback) const
{
    const std::string *text = schema::find(m_entry.parameters, name);
    std::int64_t value = 0;
    if (!text
        || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc())
        return fallback;
    return value;
}

void Worker::startSource()
{
    if (!m_inlets.empty() || (m_outlets.empty() && m_clients.empty()))
        return;
    const std::string *shape = schema::find(m_entry.parameters, "shape");
    m_traffic.emplace(
        m_yard.book, double(parameter("per-minute", 0)), shape ? *shape : std::string("day"));
    if (!m_opened && !m_outlets.empty()) {
        const std::int64_t opening =
            std::clamp<std::int64_t>(parameter("opening", 0), 0, longestOpening);
        for (std::int64_t i = 0; i < opening; ++i)
            later(double(i) * openingGapMs / m_yard.speed, [](Worker &worker) {
                if (worker.m_state == State::Running && !worker.m_yard.closed)
                    worker.deliver();
            });
    }
    m_opened = true;
    if (m_traffic->flows())
        nextArrival();
}

void Worker::nextArrival()
{
    later(m_traffic->nextCandidate(m_random) / (m_speed * m_yard.speed),
        [](Worker &worker) { worker.arrive(); });
}

void Worker::arrive()
{
    nextArrival();
    if (m_state != State::Running || m_yard.closed || !m_heldBack.empty())
        return;
    const double ms = std::chrono::duration<double, std::milli>(Clock::now() - m_yard.began).count()
        * m_yard.speed;
    if (!m_traffic->accept(ms, m_random))
        return;
    if (m_outlets.empty())
        return enquire();
    const auto deepest = m_yard.deepest.find({ m_name.workspace, m_name.variant });
    if (deepest != m_yard.deepest.end() && deepest->second > parameter("hold-above", holdAbove))
        return;
    for (std::int64_t papers = m_random.chance(sackShare) ? m_random.between(2, 6) : 1; papers > 0;
         --papers)
        deliver();
}

/// A source has one track: its first output.
void Worker::deliver()
{
    const Outlet &outlet = m_outlets.front();
    Message message;
    message.value = newDocument(outlet.kind, bench());
    const std::string paper = message.value;
    const auto result = m_heldBack.empty()
        ? outlet.producer->send(std::move(message))
        : FabricResult<Done>(unexpected(FabricError { FabricError::Kind::Full, {} }));
    if (result) {
        ++m_processed;
    } else if (result.error().kind != FabricError::Kind::Full
        || m_heldBack.size() >= longestHeldBack) {
        ++m_errors;
    } else {
        m_heldBack.push_back(paper);
        retryHeldBack();
    }
}

void Worker::retryHeldBack()
{
    if (m_retrying)
        return;
    m_retrying = true;
    later(retryMs, [](Worker &worker) {
        worker.m_retrying = false;
        while (!worker.m_heldBack.empty()) {
            Message message;
            message.value = worker.m_heldBack.front();
            if (!worker.m_outlets.front().producer->send(std::move(message)))
                return worker.retryHeldBack();
            ++worker.m_processed;
            worker.m_heldBack.pop_front();
        }
    });
}

void Worker::enquire()
{
    if (m_asked >= questionsInFlight || m_clients.empty())
        return;
    auto channel = m_clients.begin();
    std::advance(channel, m_random.between(0, std::int64_t(m_clients.size()) - 1));
    const auto job = std::make_shared<Job>();
    job->began = Clock::now();
    ++m_asked;
    ask(job, channel->first, channel->second);
    for (auto &[id, waiting] : channel->second.waiting)
        if (waiting.first == job)
            waiting.second = Clock::now() + answerTimeout;
}

} // namespace signalbox::gateway::demo
