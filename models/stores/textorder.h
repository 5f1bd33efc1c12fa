// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <string_view>
#include <vector>

namespace signalbox {

/// Orders `rows` by their texts, byte by byte; equal texts keep their order in both directions.
/// `texts[i]` is that of `rows[i]`, and must live as long as the call. Any thread.
void orderByText(
    std::vector<int> &rows, const std::vector<std::string_view> &texts, bool descending);

} // namespace signalbox
