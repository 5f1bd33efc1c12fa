// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <chrono>
#include <cstdint>

namespace signalbox::gateway {

/// Microseconds since 1970 by the clock of the machine, which may be set back.
inline std::int64_t nowMicros()
{
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

inline std::int64_t unixMs()
{
    return nowMicros() / 1000;
}

} // namespace signalbox::gateway
