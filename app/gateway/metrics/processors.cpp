// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/processors.h"

#include <algorithm>
#include <map>
#include <set>

namespace signalbox::gateway::metrics {

namespace {

using Workers = std::function<std::vector<schema::ProcessorRow>()>;

/// One process each in the real platform, threads here.
constexpr const char *services[] { "api-gateway", "config-svc", "fabric-svc", "flow-svc",
    "iam-svc" };

/// A processor is there while any of its workers lives.
std::vector<promql::Sample> infos(const Workers &workers)
{
    std::set<std::string> living(std::begin(services), std::end(services));
    if (workers)
        for (const schema::ProcessorRow &row : workers())
            if (row.state != "dead")
                living.insert(row.processor);
    std::vector<promql::Sample> samples;
    for (const std::string &processor : living)
        samples.push_back({ { { "processor", processor }, { "pubsub_backend", "memory" } }, 1 });
    return samples;
}

/// Of the worker that is furthest behind.
std::vector<promql::Sample> versions(const Workers &workers)
{
    std::map<std::string, std::int64_t> oldest;
    if (workers)
        for (const schema::ProcessorRow &row : workers())
            if (row.state != "dead") {
                const auto [entry, first] = oldest.emplace(row.processor, row.configVersion);
                entry->second = std::min(entry->second, row.configVersion);
            }
    std::vector<promql::Sample> samples;
    for (const auto &[processor, version] : oldest)
        samples.push_back({ { { "processor", processor } }, static_cast<double>(version) });
    return samples;
}

} // namespace

void addProcessorGauges(Meters &meters, Workers workers)
{
    meters.addGauge("tg_processor_info", "Processors that live",
        Meters::Values([workers] { return infos(workers); }));
    meters.addGauge("tg_config_version", "Version of the configuration that a processor serves",
        Meters::Values([workers = std::move(workers)] { return versions(workers); }));
}

} // namespace signalbox::gateway::metrics
