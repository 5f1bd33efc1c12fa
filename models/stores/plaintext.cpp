// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/plaintext.h"

#include <algorithm>

namespace signalbox {
namespace {

const char *bidiName(char16_t letter)
{
    switch (letter) {
    case 0x202A:
        return "⟦LRE⟧";
    case 0x202B:
        return "⟦RLE⟧";
    case 0x202C:
        return "⟦PDF⟧";
    case 0x202D:
        return "⟦LRO⟧";
    case 0x202E:
        return "⟦RLO⟧";
    case 0x2066:
        return "⟦LRI⟧";
    case 0x2067:
        return "⟦RLI⟧";
    case 0x2068:
        return "⟦FSI⟧";
    case 0x2069:
        return "⟦PDI⟧";
    default:
        return nullptr;
    }
}

/// What a reader does not see, between words of one direction.
const char *unseenName(char16_t letter)
{
    switch (letter) {
    case 0x00AD:
        return "⟦SHY⟧";
    case 0x061C:
        return "⟦ALM⟧";
    case 0x200B:
        return "⟦ZWSP⟧";
    case 0x200E:
        return "⟦LRM⟧";
    case 0x200F:
        return "⟦RLM⟧";
    case 0x2060:
        return "⟦WJ⟧";
    case 0xFEFF:
        return "⟦BOM⟧";
    default:
        return bidiName(letter);
    }
}

bool control(char16_t letter)
{
    return letter < 0x20 || (letter >= 0x7F && letter < 0xA0) || letter == 0x2028
        || letter == 0x2029;
}

/// Where a text may be cut so that no character is torn.
std::size_t wholeCharacters(std::string_view text, std::size_t limit)
{
    if (text.size() <= limit)
        return text.size();
    std::size_t end = limit;
    while (end > 0 && limit - end < 4 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return end;
}

} // namespace

QString plainText(std::string_view text, std::size_t limit, qint64 *more)
{
    const std::size_t end = wholeCharacters(text, limit);
    if (more)
        *more = qint64(text.size() - end);
    const QString raw = QString::fromUtf8(text.data(), qsizetype(end));
    QString out;
    out.reserve(raw.size());
    for (const QChar letter : raw) {
        const char16_t code = letter.unicode();
        if (const char *name = bidiName(code))
            out += QString::fromUtf8(name);
        else if (code < 0x20 && code != u'\n' && code != u'\t')
            out += code == u'\r' ? QString() : QString(QChar(char16_t(0x2400 + code)));
        else if (code == 0x7F)
            out += QChar(char16_t(0x2421));
        else if ((code >= 0x80 && code < 0xA0) || code == 0x2028 || code == 0x2029)
            out += QChar(QChar::ReplacementCharacter);
        else
            out += letter;
    }
    return out;
}

QString plainLine(std::string_view text, std::size_t limit)
{
    return plainText(text, limit).simplified();
}

QString plainName(const QString &name, bool lines)
{
    const auto odd = [lines](QChar letter) {
        const char16_t code = letter.unicode();
        return code >= 0x20 && code < 0x7F ? false
            : code == u'\n'                ? !lines
                                           : control(code) || unseenName(code) != nullptr;
    };
    if (std::none_of(name.begin(), name.end(), odd))
        return name;
    QString out;
    out.reserve(name.size() + 8);
    for (const QChar letter : name) {
        const char16_t code = letter.unicode();
        if (!odd(letter))
            out += letter;
        else if (const char *named = unseenName(code))
            out += QString::fromUtf8(named);
        else if (code < 0x20)
            out += QChar(char16_t(0x2400 + code));
        else
            out += code == 0x7F ? QChar(char16_t(0x2421)) : QChar(QChar::ReplacementCharacter);
    }
    return out;
}

} // namespace signalbox
