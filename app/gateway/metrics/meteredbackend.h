// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/fabric/fabric.h"
#include "app/gateway/metrics/meters.h"

namespace signalbox::gateway::metrics {

/// `backend`, with everything counted that is sent, delivered and acknowledged: per topic and
/// processor, for the topics of the classes flow and request (TG §5.8). The series of a topic go
/// with it. `meters` must outlive the result.
std::unique_ptr<Backend> metered(std::unique_ptr<Backend> backend, Meters &meters);

} // namespace signalbox::gateway::metrics
