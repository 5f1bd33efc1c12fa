// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/demo.h"

#include "app/gateway/demo/interruption.h"
#include "app/gateway/demo/shuttle.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include <spdlog/spdlog.h>

namespace signalbox::gateway::demo {

namespace {
constexpr auto seedRetry = std::chrono::seconds(5);
}

struct Demo::Data {
    Platform &platform;
    const DemoOptions options;
    Line line;
    std::atomic<bool> stopping { false };
    ServiceCalls calls;
    std::optional<Interruption> interruption; ///< only when the platform has a drill
    Shuttle shuttle;
    std::thread thread;
    mutable std::mutex mutex;
    mutable std::condition_variable changed;
    bool seeded = false;

    Data(Platform &p, DemoOptions o)
        : platform(p)
        , options(o)
        , line(p.fabric(), o.line)
        , calls(p.fabric(), stopping)
        , shuttle(calls, seedPlan().shuttle, [this] { look(); })
    {
        if (const StopDrill *drill = p.options().flowStep.target<StopDrill>())
            interruption.emplace(p.fabric(), calls, line, *drill, seedPlan().interrupted);
    }

    void run();
    bool seed(); ///< false: to be tried again
    void interrupt();
    void look();
};

Demo::Demo(Platform &platform, DemoOptions options)
    : m_data(std::make_unique<Data>(platform, options))
{
}

Demo::~Demo()
{
    stop();
}

FabricResult<Done> Demo::start()
{
    if (auto started = m_data->line.start(); !started)
        return started;
    m_data->platform.setLine(&m_data->line, &m_data->line);
    m_data->thread = std::thread([data = m_data.get()] { data->run(); });
    return Done {};
}

bool Demo::Data::seed()
{
    Seeder seeder(calls, platform.adminKey());
    const auto done = seeder.run();
    if (!done) {
        if (!stopping)
            spdlog::error(
                "demo: the demo platform could not be set up, trying again: {}", done.error());
        return false;
    }
    if (*done)
        spdlog::info("demo: the demo platform was set up");
    const std::lock_guard lock(mutex);
    seeded = true;
    changed.notify_all();
    return true;
}

void Demo::Data::interrupt()
{
    if (!interruption)
        return;
    const auto hangs = interruption->run();
    if (!hangs && !stopping)
        spdlog::warn("demo: no flow hangs in stopping: {}", hangs.error());
}

void Demo::Data::look()
{
    if (!interruption || stopping)
        return;
    if (const auto looked = interruption->look(); !looked)
        spdlog::warn("demo: {}", looked.error());
}

void Demo::Data::run()
{
    while (options.seed && !stopping && !seed()) {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, seedRetry, [this] { return stopping.load(); });
    }
    if (!options.shuttle || stopping)
        return;
    interrupt();
    if (!stopping)
        shuttle.run();
}

void Demo::quiesce()
{
    {
        const std::lock_guard lock(m_data->mutex);
        m_data->stopping = true;
    }
    m_data->changed.notify_all();
    m_data->shuttle.stop();
    m_data->line.quiesce();
}

void Demo::stop()
{
    quiesce();
    m_data->platform.setLine(nullptr, nullptr);
    if (m_data->thread.joinable())
        m_data->thread.join();
    m_data->line.stop();
}

Line &Demo::line()
{
    return m_data->line;
}

bool Demo::waitSeeded(std::chrono::milliseconds timeout) const
{
    std::unique_lock lock(m_data->mutex);
    return m_data->changed.wait_for(lock, timeout, [this] { return m_data->seeded; });
}

} // namespace signalbox::gateway::demo
