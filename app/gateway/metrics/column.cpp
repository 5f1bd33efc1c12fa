// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/column.h"

#include <cmath>
#include <cstring>

namespace signalbox::gateway::metrics {

namespace {

constexpr char raw = 0; ///< the eight bytes of the value follow
constexpr double exact = 4503599627370496.0; ///< 2^52: whole numbers below it lose nothing

bool isWhole(double value)
{
    return std::abs(value) < exact && std::trunc(value) == value
        && !(value == 0 && std::signbit(value));
}

} // namespace

/// A whole step from one whole number to the next: zigzag, plus one, seven bits a byte.
void Column::append(double value)
{
    ++m_count;
    if (!isWhole(value) || !isWhole(m_last)) {
        m_bytes += raw;
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        m_bytes.append(bytes, sizeof value);
        m_last = value;
        return;
    }
    const auto step = static_cast<std::int64_t>(value - m_last);
    std::uint64_t code =
        ((static_cast<std::uint64_t>(step) << 1) ^ static_cast<std::uint64_t>(step >> 63)) + 1;
    for (; code >= 0x80; code >>= 7)
        m_bytes += static_cast<char>(code | 0x80);
    m_bytes += static_cast<char>(code);
    m_last = value;
}

double Column::Reader::next()
{
    const std::string &bytes = m_column->m_bytes;
    if (bytes[m_at] == raw) {
        std::memcpy(&m_value, bytes.data() + m_at + 1, sizeof m_value);
        m_at += 1 + sizeof m_value;
        return m_value;
    }
    std::uint64_t code = 0;
    for (int shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes[m_at++]);
        code |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
        if (byte < 0x80)
            break;
    }
    --code;
    m_value += static_cast<double>(
        static_cast<std::int64_t>(code >> 1) ^ -static_cast<std::int64_t>(code & 1));
    return m_value;
}

} // namespace signalbox::gateway::metrics
