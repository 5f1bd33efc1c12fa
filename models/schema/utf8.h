// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <string>
#include <string_view>

namespace signalbox::schema {

/// Length of the well-formed UTF-8 sequence at `at`, 0 when there is none (Unicode, table 3-7).
std::size_t utf8Length(std::string_view text, std::size_t at);

/// Valid UTF-8 without NUL, as databases take it: each byte that is neither becomes U+FFFD.
std::string plainUtf8(std::string text);

} // namespace signalbox::schema
