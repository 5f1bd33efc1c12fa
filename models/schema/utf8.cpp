// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/utf8.h"

namespace signalbox::schema {

std::size_t utf8Length(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const auto within = [&](std::size_t i, unsigned low, unsigned high) {
        return byte(i) >= low && byte(i) <= high;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return within(1, 0x80, 0xBF) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = lead == 0xED ? 0x9F : 0xBF;
        return within(1, low, high) && within(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
        return within(1, low, high) && within(2, 0x80, 0xBF) && within(3, 0x80, 0xBF) ? 4 : 0;
    }
    return 0;
}

std::string plainUtf8(std::string text)
{
    const auto goodLength = [&text](std::size_t at) {
        return text[at] == '\0' ? std::size_t(0) : utf8Length(text, at);
    };
    std::size_t at = 0;
    while (at < text.size() && goodLength(at) > 0)
        at += goodLength(at);
    if (at == text.size())
        return text;
    std::string out = text.substr(0, at);
    while (at < text.size()) {
        const std::size_t length = goodLength(at);
        if (length > 0)
            out.append(text, at, length);
        else
            out += "\xEF\xBF\xBD";
        at += length > 0 ? length : 1;
    }
    return out;
}

} // namespace signalbox::schema
