// SPDX-License-Identifier: GPL-3.0-only
// Lists of the tenant platform: `{"items":[…],"cursor"?,"total"?}`; a bare array is read too.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

template <class T> struct Page {
    std::vector<T> items;
    std::optional<std::string> cursor; ///< of the next page; absent at the end
    std::optional<std::int64_t> total;
    bool operator==(const Page &) const = default;
};

} // namespace signalbox::schema
