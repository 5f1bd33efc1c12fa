// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/history.h"

#include <algorithm>

namespace signalbox::gateway::metrics {

namespace {

constexpr int chunkSize = 60; ///< samplings
constexpr std::size_t bookkeeping = 120; ///< bytes of a series besides its labels and values, about

/// Name, NUL, value, NUL, and so on; a NUL within a value becomes a space.
std::string packed(const Labels &labels)
{
    std::size_t size = 0;
    for (const auto &[name, value] : labels)
        size += name.size() + value.size() + 2;
    std::string text;
    text.reserve(size);
    for (const auto &[name, value] : labels) {
        text.append(name).append(1, '\0');
        const std::size_t begin = text.size();
        text.append(value);
        std::replace(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(), '\0', ' ');
        text.append(1, '\0');
    }
    return text;
}

Labels unpacked(std::string_view text)
{
    Labels labels;
    const auto part = [&text] {
        const std::size_t end = text.find('\0');
        std::string result(text.substr(0, end));
        text.remove_prefix(end + 1);
        return result;
    };
    while (!text.empty()) {
        std::string name = part();
        labels.emplace_back(std::move(name), part());
    }
    return labels;
}

} // namespace

History::History(Limits limits)
    : m_limits(limits)
{
}

void History::put(Line &line, std::uint64_t number, double value)
{
    const bool fits = !line.chunks.empty() && line.chunks.back().values.count() < chunkSize
        && line.chunks.back().first + static_cast<std::uint64_t>(line.chunks.back().values.count())
            == number;
    if (!fits) {
        if (!line.chunks.empty())
            line.chunks.back().values.finish();
        line.chunks.push_back({ number, {} });
    }
    line.chunks.back().values.append(value);
    line.value = value;
}

void History::take(std::uint64_t number, const Labels &labels, double value)
{
    std::string key = packed(labels);
    auto line = m_lines.find(key);
    if (line == m_lines.end()) {
        if (m_lines.size() >= m_limits.series) {
            ++m_refused;
            return;
        }
        line = m_lines.emplace(std::move(key), Line()).first;
    } else if (line->second.seen == number && !line->second.chunks.empty()) {
        return; // named twice in one sampling: the first counts
    }
    put(line->second, number, value);
    line->second.seen = number;
}

void History::append(std::int64_t timeMs, const std::function<void(const TakeSample &)> &samples)
{
    const std::lock_guard lock(m_mutex);
    if (!m_times.empty() && timeMs <= m_times.back())
        return;
    const std::uint64_t number = m_next++;
    m_times.push_back(timeMs);
    samples([&](const Labels &labels, double value) { take(number, labels, value); });
    for (auto &[key, line] : m_lines)
        if (line.seen != number && !isStale(line.value))
            put(line, number, staleMark());
    dropOld();
}

void History::dropOld()
{
    if (m_times.size() <= m_limits.samplings + chunkSize)
        return;
    while (m_times.size() > m_limits.samplings)
        m_times.pop_front();
    const std::uint64_t oldest = m_next - m_times.size();
    for (auto line = m_lines.begin(); line != m_lines.end();) {
        auto &chunks = line->second.chunks;
        std::erase_if(chunks, [oldest](const Chunk &chunk) {
            return chunk.first + static_cast<std::uint64_t>(chunk.values.count()) <= oldest;
        });
        line = chunks.empty() ? m_lines.erase(line) : std::next(line);
    }
}

/// Calls `found(labels, chunks)` for the accepted lines, under the lock.
template <class Found>
void History::each(const std::vector<promql::Matcher> &matchers, std::int64_t fromMs,
    std::int64_t toMs, Found found) const
{
    const std::lock_guard lock(m_mutex);
    const std::uint64_t oldest = m_next - m_times.size();
    const auto place = [&](auto at) {
        return oldest + static_cast<std::uint64_t>(at - m_times.begin());
    };
    const std::uint64_t begin = place(std::lower_bound(m_times.begin(), m_times.end(), fromMs));
    const std::uint64_t end = place(std::upper_bound(m_times.begin(), m_times.end(), toMs));
    for (const auto &[key, line] : m_lines) {
        Series series { unpacked(key), {} };
        if (!promql::accepts(matchers, series.labels))
            continue;
        for (const Chunk &chunk : line.chunks) {
            const std::uint64_t past =
                chunk.first + static_cast<std::uint64_t>(chunk.values.count());
            if (past <= begin || chunk.first >= end)
                continue;
            Column::Reader reader(chunk.values);
            for (std::uint64_t number = chunk.first; number < past; ++number) {
                const double value = reader.next();
                if (number >= begin && number < end)
                    series.points.push_back({ m_times[number - oldest], value });
            }
        }
        if (!series.points.empty())
            found(std::move(series));
    }
}

std::vector<Series> History::select(
    const std::vector<promql::Matcher> &matchers, std::int64_t fromMs, std::int64_t toMs) const
{
    std::vector<Series> result;
    each(matchers, fromMs, toMs, [&](Series series) { result.push_back(std::move(series)); });
    return result;
}

std::vector<Labels> History::labelsOf(
    const std::vector<promql::Matcher> &matchers, std::int64_t fromMs, std::int64_t toMs) const
{
    std::vector<Labels> result;
    each(matchers, fromMs, toMs, [&](Series series) {
        const bool living = std::any_of(series.points.begin(), series.points.end(),
            [](const Point &point) { return !isStale(point.value); });
        if (living)
            result.push_back(std::move(series.labels));
    });
    std::sort(result.begin(), result.end());
    return result;
}

std::vector<promql::Sample> History::last(std::int64_t &timeMs) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<promql::Sample> result;
    timeMs = m_times.empty() ? 0 : m_times.back();
    for (const auto &[key, line] : m_lines)
        if (line.seen + 1 == m_next && !line.chunks.empty())
            result.push_back({ unpacked(key), line.value });
    return result;
}

History::Size History::size() const
{
    const std::lock_guard lock(m_mutex);
    Size size;
    size.series = m_lines.size();
    size.samplings = m_times.size();
    size.refused = m_refused;
    for (const auto &[key, line] : m_lines) {
        size.bytes += key.capacity() + bookkeeping;
        for (const Chunk &chunk : line.chunks)
            size.bytes += sizeof chunk + chunk.values.bytes();
    }
    return size;
}

} // namespace signalbox::gateway::metrics
