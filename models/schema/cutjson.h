// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <string>
#include <string_view>

namespace signalbox::schema {

/// JSON that was cut off somewhere, over several lines and indented by two as far as it goes: for
/// people only. What begins neither with '{' nor with '[' comes back as it is.
std::string prettyCut(std::string_view text);

} // namespace signalbox::schema
