// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/plaintext.h"

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

} // namespace signalbox
