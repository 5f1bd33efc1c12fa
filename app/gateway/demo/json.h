// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/codec.h"

namespace signalbox::gateway::demo {

/// A discarded value when the text is no JSON.
schema::Json parsed(std::string_view text);
/// Invalid UTF-8 is replaced.
std::string written(const schema::Json &json);

} // namespace signalbox::gateway::demo
