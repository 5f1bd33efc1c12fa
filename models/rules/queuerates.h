// SPDX-License-Identifier: GPL-3.0-only
// What two looks at a queue tell about the time between and ahead. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>

namespace signalbox::rules {

/// Per second between two readings of a counter that only grows. Unknown when no time passed, and
/// when it went back: its owner began anew in between.
std::optional<double> counterRate(std::int64_t before, std::int64_t after, std::int64_t passedMs);

/// What a backlog will do if rates stay as they are.
struct Drain {
    enum class Kind {
        Unknown, ///< something waits, and a rate is not known
        Empty, ///< nothing waits
        Draining, ///< empty in `seconds`
        Standing, ///< as much comes as goes, or it would take longer than a month
        Growing ///< more comes than goes
    };
    Kind kind = Kind::Unknown;
    double seconds = 0; ///< of Draining
    bool operator==(const Drain &) const = default;
};
/// `in` and `out` per second. A difference below a hundredth of the larger rate is noise of the
/// sampling, not a direction.
Drain timeToDrain(std::int64_t ready, std::optional<double> in, std::optional<double> out);

/// For sorting and filtering, in ms: standing counts as longer than every time, growing as longer
/// than that, unknown as nothing.
std::optional<double> drainMs(const Drain &drain);

} // namespace signalbox::rules
