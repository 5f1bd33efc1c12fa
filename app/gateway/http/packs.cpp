// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/packs.h"

#include <algorithm>

namespace signalbox::gateway {

namespace {

const Pack *find(std::string_view language)
{
    for (const Pack &pack : packTexts())
        if (pack.language == language)
            return &pack;
    return nullptr;
}

} // namespace

std::optional<std::string> packOf(std::string_view language)
{
    if (language.find('/') != std::string_view::npos
        || language.find("..") != std::string_view::npos)
        return std::nullopt;
    std::string code(language);
    std::transform(code.begin(), code.end(), code.begin(), [](char c) {
        return c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const Pack *pack = find(code);
    const std::string base = code.substr(0, code.find('-'));
    if (!pack && base == "zh") // zh, zh-hans and every region: there is one Chinese pack
        pack = find("zh-cn");
    if (!pack)
        pack = find(base);
    return std::string((pack ? pack : find("en"))->text);
}

} // namespace signalbox::gateway
