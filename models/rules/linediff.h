// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::rules {

struct DiffLine {
    enum Kind { Same, Removed, Added, Gap };
    Kind kind = Same;
    int before = 0; ///< line number in the first text, 0 when it is not there
    int after = 0; ///< line number in the second
    std::string text; ///< without its line end
    int skipped = 0; ///< Gap: equal lines left out here
    bool operator==(const DiffLine &) const = default;
};

/// The text in lines; a final line end makes no further line.
std::vector<std::string> linesOf(std::string_view text);

/// A shortest list of removed and added lines (Myers). Texts that differ in more than
/// `diffEffort` lines get a correct list that need not be the shortest.
inline constexpr int diffEffort = 1500;
std::vector<DiffLine> diffLines(std::string_view before, std::string_view after);
/// Only what lies within `context` lines of a difference; each stretch left out becomes one Gap.
std::vector<DiffLine> folded(const std::vector<DiffLine> &lines, int context = 3);

/// Line-wise merge of two texts made from `base`; nothing where both changed the same or adjoining
/// lines differently.
std::optional<std::string> mergeLines(
    std::string_view base, std::string_view mine, std::string_view theirs);

} // namespace signalbox::rules
