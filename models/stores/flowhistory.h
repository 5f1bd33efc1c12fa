// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/table.h"

#include <QHash>

#include <deque>
#include <optional>

namespace signalbox {

/// What each flow was in the hour that can be replayed and the ten minutes before it: one sample in
/// ten seconds, kept where it differs from the one before. A plain value. Bounded: at most 420
/// samples of 12 bytes a flow. Times are Unix milliseconds.
class FlowHistory {
public:
    static constexpr qint64 stepMs = 10000;
    static constexpr int steps = 420;

    struct Figures {
        std::optional<qint64> backlog;
        std::optional<double> errorPercent;
        Cell::Aspect aspect = Cell::Unknown;
    };

    void tell(const QString &flow, qint64 atMs, const Figures &figures);
    void remove(const QString &flow) { m_flows.remove(flow); }
    void clear() { m_flows.clear(); }

    /// Of the sample that was the newest then; nullopt: nothing was told at that time.
    [[nodiscard]] std::optional<Figures> at(const QString &flow, qint64 atMs) const;
    /// Backlogs of so many steps until that instant, NaN where it was not known, without those
    /// before the first one; empty when none is known.
    [[nodiscard]] QList<qreal> backlogUntil(const QString &flow, qint64 untilMs, int points) const;
    [[nodiscard]] qsizetype samples(const QString &flow) const; ///< held

private:
    struct Sample {
        std::uint32_t step = 0; ///< Unix time in steps
        std::int32_t backlog = -1; ///< -1 unknown
        std::int16_t errors = -1; ///< tenths of a percent; -1 unknown
        std::int16_t aspect = Cell::Unknown;
        bool like(const Sample &other) const;
    };
    struct Flow {
        std::deque<Sample> held; ///< oldest first, each holds until the next
        std::uint32_t last = 0; ///< step that was told last
    };
    static std::uint32_t stepOf(qint64 ms) { return std::uint32_t(ms / stepMs); }
    static const Sample *find(const Flow &flow, std::uint32_t step);

    QHash<QString, Flow> m_flows;
};

} // namespace signalbox
