// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/worddiff.h"

#include "models/rules/linediff.h"

namespace signalbox::rules {
namespace {

/// One word per line, marked, so that the differ of lines does the work; a line end is a word of
/// its own.
std::string oneWordPerLine(std::string_view text)
{
    std::string out;
    bool inWord = false;
    for (const char byte : text) {
        const bool space = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
        if (inWord && space)
            out += '\n';
        if (byte == '\n')
            out += "n\n";
        if (!space) {
            if (!inWord)
                out += 'w';
            out += byte;
        }
        inWord = !space;
    }
    if (inWord)
        out += '\n';
    return out;
}

WordPiece::Kind kindOf(DiffLine::Kind kind)
{
    return kind == DiffLine::Removed ? WordPiece::Removed
        : kind == DiffLine::Added    ? WordPiece::Added
                                     : WordPiece::Same;
}

} // namespace

std::vector<WordPiece> diffWords(std::string_view before, std::string_view after)
{
    std::vector<WordPiece> pieces;
    for (const DiffLine &line : diffLines(oneWordPerLine(before), oneWordPerLine(after))) {
        const auto kind = kindOf(line.kind);
        if (pieces.empty() || pieces.back().kind != kind)
            pieces.push_back({ kind, {} });
        std::string &text = pieces.back().text;
        if (line.text == "n") {
            text += '\n';
            continue;
        }
        if (!text.empty() && text.back() != '\n')
            text += ' ';
        text.append(line.text, 1, std::string::npos);
    }
    return pieces;
}

} // namespace signalbox::rules
