// SPDX-License-Identifier: GPL-3.0-only
// Prometheus answers through the metrics proxy, contract TG §1.12 and §5.8.
#pragma once

#include "models/schema/codec.h"

namespace signalbox::schema {

/// One sample of an instant vector. Only labels that are safe to keep are decoded (TG §1.12:
/// processor, job, instance, concurrency, pubsub_backend, model, queue, vhost, consumer, flow,
/// status, service, direction, le and enum labels); all others are dropped before they enter the
/// program.
struct Sample {
    Members<std::string> labels;
    double time = 0; ///< Unix seconds
    double value = 0;
    bool operator==(const Sample &) const = default;
};

/// What a question to the metrics proxy carries in its query string (TG §1.12): `query`, `time`, ….
/// On the wire of this program one flat object; numbers are read as their text.
struct MetricsParameters {
    Members<std::string> values;
    bool operator==(const MetricsParameters &) const = default;
};

struct InstantVector {
    std::vector<Sample> samples;
    bool operator==(const InstantVector &) const = default;
};

} // namespace signalbox::schema
