// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/metrics/meters.h"
#include "models/schema/fabric.h"

namespace signalbox::gateway::metrics {

/// `tg_processor_info` and `tg_config_version`: the workers, which `workers` lists (it may be
/// empty), and this gateway's own services. Of all that a processor knows only its name and the
/// kind of its fabric become labels (TG §8 trap 42, mended).
void addProcessorGauges(Meters &meters, std::function<std::vector<schema::ProcessorRow>()> workers);

} // namespace signalbox::gateway::metrics
