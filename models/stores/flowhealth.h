// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/health.h"
#include "models/stores/table.h"

namespace signalbox {

Cell::Aspect aspectOf(rules::Signal signal);

/// One sentence for people about what decided the signal of a flow.
QString whyOf(const rules::HealthFinding &finding, const rules::FlowEvidence &evidence);

} // namespace signalbox
