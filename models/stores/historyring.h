// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QList>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace signalbox {

/// What a queue did in the last 10 minutes, hour and day: for each span the lowest and highest
/// value of every slot of time, so that no spike vanishes. A plain value. Bounded: 600 + 360 + 720
/// slots of 36 bytes, taken as time goes on. Times are Unix milliseconds.
class HistoryRing {
public:
    enum Metric { Ready, Unacked, In, Out, MetricCount };
    enum Span { TenMinutes, Hour, Day, SpanCount };
    using Values = std::array<float, MetricCount>; ///< NaN: not known then

    struct Points {
        qint64 fromMs = 0; ///< of the first slot
        qint64 stepMs = 0;
        QList<qreal> low; ///< NaN: nothing was told in that slot
        QList<qreal> high;
    };

    static constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
    static constexpr qint64 stepMs(Span span) { return steps[span]; }
    static constexpr int slotCount(Span span) { return counts[span]; }
    /// Values are told once in 30 s at least (Session::Hidden): a shorter silence is bridged by
    /// what was told last, a longer one is a gap.
    static constexpr qint64 bridgedMs = 35000;
    static constexpr std::size_t endsKept = 8;

    void push(qint64 atMs, const Values &values);
    /// It is gone: what is told from now on is of another one, and the silence between the two is
    /// not bridged. The last `endsKept` are known.
    void end(qint64 atMs);
    [[nodiscard]] Points points(Span span, Metric metric, qint64 nowMs) const;
    /// The highest values of the last 10 minutes, or since the first one, in so many steps at most.
    [[nodiscard]] QList<qreal> trend(Metric metric, qint64 nowMs, int steps) const;
    /// The highest values of so many slots of the hour that ended by an instant in it; empty when
    /// nothing is known of them.
    [[nodiscard]] QList<qreal> trendUntil(
        Metric metric, qint64 untilMs, qint64 nowMs, int steps) const;
    [[nodiscard]] qint64 firstMs() const; ///< since when the longest span reaches back; -1 never
    [[nodiscard]] qint64 bytes() const; ///< held

private:
    static constexpr std::array<qint64, SpanCount> steps { 1000, 10000, 120000 };
    static constexpr std::array<int, SpanCount> counts { 600, 360, 720 };
    struct Slot {
        std::uint32_t number = 0; ///< Unix time in steps
        Values low {};
        Values high {};
    };
    struct Level {
        std::vector<Slot> held;
        std::size_t newest = 0; ///< index of the newest one
    };
    [[nodiscard]] static const Slot &at(const Level &level, std::size_t i); ///< oldest first
    static void put(Level &level, Span span, qint64 atMs, const Values &values);
    static void merge(Slot &slot, const Slot &other);
    static void turnBack(Level &level, std::uint32_t number);

    std::array<Level, SpanCount> m_levels;
    std::vector<qint64> m_ends; ///< ascending
};

} // namespace signalbox
