// SPDX-License-Identifier: GPL-3.0-only
// Several sources tell about one queue: which figure is shown.
//
// The rule. A reading is fresh while it is no older than its source's `staleAfterMs`. Fresh ones go
// before stale ones; among equals the one that was true last counts: told − lag; at the same moment
// the more exact source (the later one in QueueSource). A source that pushes changes is taken at
// its word until it says something else: its readings are told at every moment anew. A figure that
// only stale readings hold is shown as stale, with its age. What nobody tells is unknown.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace signalbox::rules {

/// From the least exact to the most. A blueprint tells only that a queue should be there.
enum class QueueSource : std::uint8_t { Blueprint, Pulsar, Prometheus, RabbitMq, Fabric };
inline constexpr std::size_t queueSources = 5;
std::string_view name(QueueSource source);

/// `Acked` counts what left the queue for good, acknowledged or delivered without need of it.
enum class QueueFigure : std::uint8_t {
    Ready,
    Unacked,
    Consumers,
    Published,
    Acked,
    Redelivered,
    Oldest,
    Bytes
};
inline constexpr std::size_t queueFigures = 8;
inline constexpr std::uint16_t allQueueFigures = (1U << queueFigures) - 1;

/// What one source said about one queue, all at the same time.
struct QueueReading {
    QueueSource source = QueueSource::Blueprint;
    std::int64_t toldMs = 0; ///< steady clock, when it came here
    std::uint16_t told = 0; ///< bits by figure
    std::uint32_t round = 0; ///< which list of the source it was in; who gathers lists counts them
    std::array<std::int64_t, queueFigures> values {};

    void tell(QueueFigure figure, std::int64_t value);
    [[nodiscard]] bool tells(QueueFigure figure) const;
    [[nodiscard]] std::int64_t value(QueueFigure figure) const;
};

/// How far a source can be trusted in time.
struct SourceTerms {
    std::int64_t lagMs = 0; ///< how old what it says may be already when it says it
    std::int64_t staleAfterMs = 0; ///< after so long without a new reading the old one is stale
    bool holds = false; ///< pushes every change, so that what it said still holds
    bool operator==(const SourceTerms &) const = default;
};
using AllSourceTerms = std::array<SourceTerms, queueSources>;

struct ChosenFigure {
    QueueSource source = QueueSource::Blueprint;
    std::int64_t value = 0;
    std::int64_t toldMs = 0;
    bool stale = false;
    bool operator==(const ChosenFigure &) const = default;
};

bool isStale(const QueueReading &reading, const AllSourceTerms &terms, std::int64_t nowMs);
/// nullopt: nobody tells it.
std::optional<ChosenFigure> chosenFigure(const std::vector<QueueReading> &readings,
    QueueFigure figure, const AllSourceTerms &terms, std::int64_t nowMs);

/// Replaces what the source said before.
void takeReading(std::vector<QueueReading> &readings, const QueueReading &reading);
/// The source does not know the queue (any more). True: it did.
bool withdrawReading(std::vector<QueueReading> &readings, QueueSource source);

} // namespace signalbox::rules
