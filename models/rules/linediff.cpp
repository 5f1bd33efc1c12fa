// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/linediff.h"

#include <algorithm>
#include <unordered_map>

namespace signalbox::rules {
namespace {

/// Pairs of equal lines, growing in both.
using Matches = std::vector<std::pair<int, int>>;

/// Myers' greedy walk over what lies between the common beginning and the common end.
class Walk {
public:
    Walk(const std::vector<int> &before, const std::vector<int> &after)
        : m_before(before)
        , m_after(after)
    {
    }

    Matches matches()
    {
        const int n = int(m_before.size());
        const int m = int(m_after.size());
        int head = 0;
        while (head < n && head < m && m_before[at(head)] == m_after[at(head)])
            ++head;
        int tail = 0;
        while (tail < n - head && tail < m - head
            && m_before[at(n - 1 - tail)] == m_after[at(m - 1 - tail)])
            ++tail;
        Matches found;
        for (int i = 0; i < head; ++i)
            found.emplace_back(i, i);
        middle(head, n - tail, m - tail, found);
        for (int i = tail; i > 0; --i)
            found.emplace_back(n - i, m - i);
        return found;
    }

private:
    static std::size_t at(int index) { return std::size_t(index); }

    void middle(int head, int n, int m, Matches &found) const
    {
        const int width = n - head;
        const int height = m - head;
        const int most = std::min(width + height, diffEffort);
        std::vector<std::vector<int>> trace;
        std::vector<int> reach(at(2 * most + 3), 0);
        for (int d = 0; d <= most; ++d) {
            trace.push_back(reach);
            for (int k = -d; k <= d; k += 2) {
                int x =
                    k == -d || (k != d && reach[at(k - 1 + most + 1)] < reach[at(k + 1 + most + 1)])
                    ? reach[at(k + 1 + most + 1)]
                    : reach[at(k - 1 + most + 1)] + 1;
                int y = x - k;
                while (x < width && y < height && m_before[at(head + x)] == m_after[at(head + y)]) {
                    ++x;
                    ++y;
                }
                reach[at(k + most + 1)] = x;
                if (x >= width && y >= height)
                    return backtrack(trace, d, most, head, width, height, found);
            }
        }
        // Too different: all of the middle counts as replaced.
    }
    static void backtrack(const std::vector<std::vector<int>> &trace, int d, int most, int head,
        int x, int y, Matches &found)
    {
        const auto from = found.size();
        for (; d >= 0; --d) {
            const std::vector<int> &reach = trace[at(d)];
            const int k = x - y;
            const int fromK =
                k == -d || (k != d && reach[at(k - 1 + most + 1)] < reach[at(k + 1 + most + 1)])
                ? k + 1
                : k - 1;
            const int startX = d == 0 ? 0 : reach[at(fromK + most + 1)];
            const int startY = d == 0 ? 0 : startX - fromK;
            while (x > startX && y > startY) {
                --x;
                --y;
                found.emplace_back(head + x, head + y);
            }
            x = startX;
            y = startY;
        }
        std::reverse(found.begin() + std::ptrdiff_t(from), found.end());
    }

    const std::vector<int> &m_before;
    const std::vector<int> &m_after;
};

/// Lines as numbers, equal for equal lines.
class Numbers {
public:
    std::vector<int> of(const std::vector<std::string> &lines)
    {
        std::vector<int> numbers;
        numbers.reserve(lines.size());
        for (const std::string &line : lines)
            numbers.push_back(m_known.emplace(line, int(m_known.size())).first->second);
        return numbers;
    }

private:
    std::unordered_map<std::string, int> m_known;
};

Matches matchesOf(const std::vector<std::string> &before, const std::vector<std::string> &after)
{
    Numbers numbers;
    const auto first = numbers.of(before);
    const auto second = numbers.of(after);
    return Walk(first, second).matches();
}

/// A stretch of base lines that one side replaced.
struct Hunk {
    int from = 0;
    int to = 0; ///< behind the last
    std::vector<std::string> lines;
    bool operator==(const Hunk &) const = default;
};

std::vector<Hunk> hunksOf(
    const std::vector<std::string> &base, const std::vector<std::string> &side)
{
    std::vector<Hunk> hunks;
    Matches matches = matchesOf(base, side);
    matches.emplace_back(int(base.size()), int(side.size()));
    int before = 0;
    int after = 0;
    for (const auto &[i, j] : matches) {
        if (i > before || j > after)
            hunks.push_back({ before, i, { side.begin() + after, side.begin() + j } });
        before = i + 1;
        after = j + 1;
    }
    return hunks;
}

} // namespace

std::vector<std::string> linesOf(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::vector<DiffLine> diffLines(std::string_view before, std::string_view after)
{
    const auto first = linesOf(before);
    const auto second = linesOf(after);
    std::vector<DiffLine> out;
    int i = 0;
    int j = 0;
    Matches matches = matchesOf(first, second);
    matches.emplace_back(int(first.size()), int(second.size()));
    for (const auto &[nextI, nextJ] : matches) {
        for (; i < nextI; ++i)
            out.push_back({ DiffLine::Removed, i + 1, 0, first[std::size_t(i)] });
        for (; j < nextJ; ++j)
            out.push_back({ DiffLine::Added, 0, j + 1, second[std::size_t(j)] });
        if (i < int(first.size()) && j < int(second.size()))
            out.push_back({ DiffLine::Same, i + 1, j + 1, first[std::size_t(i)] });
        ++i;
        ++j;
    }
    return out;
}

std::vector<DiffLine> folded(const std::vector<DiffLine> &lines, int context)
{
    const int count = int(lines.size());
    std::vector<char> keep(lines.size(), 0);
    for (int i = 0; i < count; ++i)
        if (lines[std::size_t(i)].kind != DiffLine::Same)
            for (int near = std::max(0, i - context); near <= std::min(count - 1, i + context);
                 ++near)
                keep[std::size_t(near)] = 1;
    // A gap of one line takes as much room as the line itself.
    for (int i = 0; i < count; ++i) {
        const bool left = i == 0 || keep[std::size_t(i - 1)] == 1;
        const bool right = i + 1 == count || keep[std::size_t(i) + 1] == 1;
        if (!keep[std::size_t(i)] && left && right && count > 1)
            keep[std::size_t(i)] = 2;
    }
    std::vector<DiffLine> out;
    for (int i = 0; i < count; ++i) {
        if (keep[std::size_t(i)]) {
            out.push_back(lines[std::size_t(i)]);
            continue;
        }
        if (out.empty() || out.back().kind != DiffLine::Gap)
            out.push_back({ DiffLine::Gap, 0, 0, {}, 0 });
        ++out.back().skipped;
    }
    return out;
}

std::optional<std::string> mergeLines(
    std::string_view base, std::string_view mine, std::string_view theirs)
{
    const auto lines = linesOf(base);
    const auto left = hunksOf(lines, linesOf(mine));
    const auto right = hunksOf(lines, linesOf(theirs));
    std::string out;
    int at = 0;
    const auto copyTo = [&](int end) {
        for (; at < end; ++at)
            out += lines[std::size_t(at)] + '\n';
    };
    const auto take = [&](const Hunk &hunk) {
        copyTo(hunk.from);
        for (const std::string &line : hunk.lines)
            out += line + '\n';
        at = hunk.to;
    };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < left.size() || j < right.size()) {
        if (i < left.size() && j < right.size()) {
            if (left[i] == right[j]) {
                take(left[i++]);
                ++j;
                continue;
            }
            if (left[i].from <= right[j].to && right[j].from <= left[i].to)
                return {};
        }
        const bool leftFirst =
            j == right.size() || (i < left.size() && left[i].from < right[j].from);
        take(leftFirst ? left[i++] : right[j++]);
    }
    copyTo(int(lines.size()));
    const bool ends = mine.ends_with('\n') == base.ends_with('\n') ? theirs.ends_with('\n')
                                                                   : mine.ends_with('\n');
    if (!ends && !out.empty())
        out.pop_back();
    return out;
}

} // namespace signalbox::rules
