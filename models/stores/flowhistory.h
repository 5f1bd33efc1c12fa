// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/health.h"
#include "models/stores/table.h"

#include <QHash>

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace signalbox {

/// What each flow was in the hour that can be replayed and the ten minutes before it: one sample in
/// ten seconds, kept where it differs from the one before. A plain value. Bounded: at most 420
/// samples of 12 bytes a flow for figures, as many of 36 for what decided the signal, which changes
/// seldom; and the names in them, once each. Times are Unix milliseconds.
class FlowHistory {
public:
    static constexpr qint64 stepMs = 10000;
    static constexpr int steps = 420;
    static constexpr std::size_t mostNames = 20000; ///< a reason that names another is not kept

    struct Figures {
        std::optional<qint64> backlog;
        std::optional<double> errorPercent;
        Cell::Aspect aspect = Cell::Unknown;
        /// What decided the aspect, of the processors the first and how many; nullopt: not kept.
        std::optional<rules::HealthFinding> finding {};
        std::string fault {}; ///< as FlowEvidence::fault
        bool stoppingSeen = true; ///< likewise
        int processors = -1; ///< entries of its blueprint; -1 not known
        std::optional<int> processorsUp {};
    };

    void tell(const QString &flow, qint64 atMs, const Figures &figures);
    void remove(const QString &flow) { m_flows.remove(flow); }
    void clear();

    /// Of the sample that was the newest then; nullopt: nothing was told at that time.
    [[nodiscard]] std::optional<Figures> at(const QString &flow, qint64 atMs) const;
    /// Backlogs of so many steps until that instant, NaN where it was not known, without those
    /// before the first one; empty when none is known.
    [[nodiscard]] QList<qreal> backlogUntil(const QString &flow, qint64 untilMs, int points) const;
    /// A series with one value a step, NaN where it is not known, goes on by what came `sinceMs`
    /// after its last one. Of a short pause what was known before holds (counts come every 30 s
    /// while nobody looks), a longer one is a gap.
    static void extend(QList<qreal> &series, qint64 sinceMs, const std::optional<qint64> &backlog,
        qsizetype points);
    /// Of such a series so long before its last value; nullopt: nothing was told then.
    [[nodiscard]] static std::optional<qint64> valueAgo(
        const QList<qreal> &series, qint64 beforeLastMs);
    [[nodiscard]] qsizetype samples(const QString &flow) const; ///< held, of figures
    [[nodiscard]] qsizetype reasons(const QString &flow) const; ///< held

private:
    struct Sample {
        std::uint32_t step = 0; ///< Unix time in steps
        std::int32_t backlog = -1; ///< -1 unknown
        std::int16_t errors = -1; ///< tenths of a percent; -1 unknown
        std::int16_t aspect = Cell::Unknown;
        bool like(const Sample &other) const;
    };
    struct Reason {
        std::uint32_t step = 0;
        std::uint32_t who = 0; ///< name of the first processor, or the fault; 0 none
        std::uint32_t queue = 0; ///< likewise
        std::int32_t number = 0;
        std::int32_t other = 0;
        float share = 0;
        std::int16_t reason = -1; ///< -1 not kept
        std::int16_t signal = 0;
        std::uint16_t processorsNamed = 0;
        std::int16_t processors = -1;
        std::int16_t processorsUp = -1;
        bool stoppingSeen = true;
        bool like(const Reason &other) const;
    };
    struct Flow {
        std::deque<Sample> held; ///< oldest first, each holds until the next
        std::deque<Reason> reasons; ///< likewise
        std::uint32_t last = 0; ///< step that was told last
    };
    static std::uint32_t stepOf(qint64 ms) { return std::uint32_t(ms / stepMs); }
    static const Sample *find(const Flow &flow, std::uint32_t step);
    std::optional<std::uint32_t> nameOf(const std::string &name); ///< nullopt: no room for it
    Reason reasonOf(std::uint32_t step, const Figures &figures);
    void putReason(const Reason &reason, Figures &figures) const;

    QHash<QString, Flow> m_flows;
    std::vector<std::string> m_names { std::string() };
    std::unordered_map<std::string, std::uint32_t> m_numbers;
};

} // namespace signalbox
