// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/queuefigures.h"

#include <algorithm>
#include <tuple>

namespace signalbox::rules {

namespace {

constexpr std::array<std::string_view, queueSources> sourceNames { "blueprint", "pulsar",
    "prometheus", "rabbitmq", "fabric" };

const SourceTerms &termsOf(const QueueReading &reading, const AllSourceTerms &terms)
{
    return terms[std::size_t(reading.source)];
}

/// When it was said, or would be said again.
std::int64_t toldAt(const QueueReading &reading, const AllSourceTerms &terms, std::int64_t nowMs)
{
    return termsOf(reading, terms).holds ? nowMs : reading.toldMs;
}

std::uint16_t bitOf(QueueFigure figure)
{
    return std::uint16_t(1U << unsigned(figure));
}

} // namespace

std::string_view name(QueueSource source)
{
    return sourceNames[std::size_t(source)];
}

void QueueReading::tell(QueueFigure figure, std::int64_t value)
{
    told = std::uint16_t(told | bitOf(figure));
    values[std::size_t(figure)] = value;
}

bool QueueReading::tells(QueueFigure figure) const
{
    return (told & bitOf(figure)) != 0;
}

std::int64_t QueueReading::value(QueueFigure figure) const
{
    return values[std::size_t(figure)];
}

bool isStale(const QueueReading &reading, const AllSourceTerms &terms, std::int64_t nowMs)
{
    return nowMs - toldAt(reading, terms, nowMs) > termsOf(reading, terms).staleAfterMs;
}

std::optional<ChosenFigure> chosenFigure(const std::vector<QueueReading> &readings,
    QueueFigure figure, const AllSourceTerms &terms, std::int64_t nowMs)
{
    const QueueReading *best = nullptr;
    std::tuple<bool, std::int64_t, QueueSource> bestRank {};
    for (const QueueReading &reading : readings) {
        if (!reading.tells(figure))
            continue;
        const std::tuple rank { !isStale(reading, terms, nowMs),
            toldAt(reading, terms, nowMs) - termsOf(reading, terms).lagMs, reading.source };
        if (best && rank <= bestRank)
            continue;
        best = &reading;
        bestRank = rank;
    }
    if (!best)
        return std::nullopt;
    return ChosenFigure { best->source, best->value(figure), toldAt(*best, terms, nowMs),
        !std::get<0>(bestRank) };
}

void takeReading(std::vector<QueueReading> &readings, const QueueReading &reading)
{
    const auto held = std::find_if(readings.begin(), readings.end(),
        [&](const QueueReading &one) { return one.source == reading.source; });
    if (held == readings.end())
        readings.push_back(reading);
    else
        *held = reading;
}

bool withdrawReading(std::vector<QueueReading> &readings, QueueSource source)
{
    return std::erase_if(readings, [source](const QueueReading &one) {
        return one.source == source;
    }) > 0;
}

} // namespace signalbox::rules
