// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

/// A half-filled form as the console keeps it in its profile: field → what was typed.
struct FormDraft {
    Members<std::string> fields;
    std::int64_t savedMs = 0; ///< Unix time
    bool operator==(const FormDraft &) const = default;
};

} // namespace signalbox::schema
