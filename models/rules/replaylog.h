// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace signalbox::rules {

/// What many counted things did lately, to be shown again as it was at an instant. Samples keep
/// only what changed, and as a difference, so that one can walk through them both ways. Bounded in
/// time and bytes: what is older or does not fit is let go, oldest first, and fromMs() says so. The
/// next sample comes later the larger the last one was: few changes are sampled every second, very
/// many every ten. Besides the samples it holds 24 bytes a thing, and 20 more while one looks back.
/// A plain value; times are Unix milliseconds.
class ReplayLog {
public:
    enum Figure { Ready, Unacked, Consumers, In, Out, FigureCount };
    using Figures = std::array<std::int32_t, FigureCount>; ///< as count() and rate() make them
    static constexpr std::int32_t unknown = -1;
    static constexpr Figures nothing { unknown, unknown, unknown, unknown, unknown };

    struct Bounds {
        std::int64_t spanMs = 3600000;
        std::size_t bytes = std::size_t(24) << 20;
        std::int64_t leastStepMs = 1000;
        std::int64_t mostStepMs = 10000;
    };

    ReplayLog() = default;
    explicit ReplayLog(const Bounds &bounds)
        : m_bounds(bounds)
    {
    }

    /// A number for a thing that is new. One that went is given again when no sample is left in
    /// which it was.
    std::uint32_t add();
    /// It is time for a sample.
    [[nodiscard]] bool due(std::int64_t nowMs) const;
    void begin(std::int64_t nowMs); ///< of a sample
    void tell(std::uint32_t number, const Figures &figures); ///< within a sample
    void end(); ///< what was not told in it is gone
    /// A sample is being told. seek(), dark() and begin() close it early: what is missing in it
    /// then is as it was before.
    [[nodiscard]] bool open() const { return m_open; }
    void dark(std::int64_t nowMs); ///< nothing is known from now on until the next sample
    void clear();

    [[nodiscard]] bool empty() const { return m_samples.empty(); }
    [[nodiscard]] std::int64_t fromMs() const; ///< of the oldest sample; 0 when empty
    [[nodiscard]] std::int64_t toMs() const; ///< of the newest
    [[nodiscard]] std::size_t bytes() const { return m_bytes; } ///< of the samples
    [[nodiscard]] std::size_t samples() const { return m_samples.size(); }
    [[nodiscard]] std::int64_t stepMs() const; ///< until the next sample is due

    /// Goes to the last sample that is not younger than the instant, or to the oldest one. Reads
    /// about so many bytes of samples and says whether it is there; if not, call again.
    bool seek(std::int64_t atMs, std::size_t budget);
    void leave(); ///< nobody looks back any more
    /// Of the sample that is looked at; nullopt where nobody looks back, on the way, or where
    /// nothing was known.
    [[nodiscard]] std::optional<std::int64_t> shownMs() const;
    [[nodiscard]] Figures at(std::uint32_t number) const; ///< of that sample
    [[nodiscard]] std::size_t goneSince() const; ///< things that were there then and went

    static std::int32_t count(std::int64_t value); ///< unknown when it does not fit
    /// Hundredths per second, of at most three digits that count.
    static std::int32_t rate(std::optional<double> perSecond);
    static std::optional<double> perSecond(std::int32_t rate);

private:
    struct Sample {
        std::int64_t ms = 0;
        bool dark = false;
        std::vector<std::uint8_t> changes;
    };
    struct Gone {
        std::uint32_t number = 0;
        std::int64_t sample = 0; ///< running number of the first one without it
    };
    void change(std::uint32_t number, const Figures &figures);
    void close();
    void put(Sample sample);
    void trim(std::int64_t nowMs);
    void forget(); ///< all samples; numbers stay
    void apply(const Sample &sample, std::int32_t sign);
    [[nodiscard]] std::int64_t indexAt(std::int64_t ms) const;

    Bounds m_bounds;
    std::deque<Sample> m_samples; ///< oldest first
    std::int64_t m_first = 0; ///< running number of the oldest one
    std::size_t m_bytes = 0;
    std::size_t m_lastBytes = 0; ///< of the newest sample
    std::vector<Figures> m_last; ///< by number: as told last
    std::vector<std::uint32_t> m_told; ///< by number: sample that told it; 0: given to nobody
    std::uint32_t m_stamp = 1;
    std::deque<Gone> m_gone; ///< numbers that may be given again, oldest first
    bool m_open = false;
    std::int64_t m_begunMs = 0; ///< the last one, by the clock of then, which may be set back
    Sample m_making;
    std::uint32_t m_before = 0; ///< number written last
    // looking back
    bool m_looking = false;
    bool m_there = false;
    std::int64_t m_at = 0; ///< running number of the sample whose figures m_then holds
    std::vector<Figures> m_then;
    std::int64_t m_thenMs = 0;
    bool m_thenDark = false;
};

} // namespace signalbox::rules
