// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signalbox::rules {

/// A stretch of words that both texts have, or only one of them. White space within a line counts
/// as one space; line ends are kept.
struct WordPiece {
    enum Kind { Same, Removed, Added };
    Kind kind = Same;
    std::string text;
    bool operator==(const WordPiece &) const = default;
};

/// What to do with the words of the first text to get the second; neighbours of one kind are one
/// piece. Bounded as diffLines() is.
std::vector<WordPiece> diffWords(std::string_view before, std::string_view after);

} // namespace signalbox::rules
