// SPDX-License-Identifier: GPL-3.0-only
// For the sources of Worker only.
#pragma once

#include "app/gateway/demo/worker.h"

#include <algorithm>
#include <utility>

namespace signalbox::gateway::demo {

/// Runs `step` on this worker in `ms`, unless it was detached meanwhile.
template <class Step> void Worker::later(double ms, Step step)
{
    const auto due =
        Clock::now() + std::chrono::microseconds(std::int64_t(std::clamp(ms, 0.0, 3.6e6) * 1000));
    m_yard.scheduler.at(due, [weak = weak_from_this(), life = m_life, step = std::move(step)] {
        const auto worker = weak.lock();
        if (!worker)
            return;
        const std::lock_guard lock(worker->m_yard.mutex);
        if (worker->m_life == life)
            step(*worker);
    });
}

} // namespace signalbox::gateway::demo
