// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <cstdint>
#include <string>

namespace signalbox::gateway::metrics {

/// Values one after another, packed: a counter that gained little takes a byte, one that stood
/// still too. Values come back exactly.
class Column {
public:
    void append(double value);
    [[nodiscard]] int count() const { return m_count; }
    [[nodiscard]] std::size_t bytes() const { return m_bytes.capacity(); }
    void finish() { m_bytes.shrink_to_fit(); } ///< nothing more will come

    class Reader {
    public:
        explicit Reader(const Column &column)
            : m_column(&column)
        {
        }
        double next(); ///< at most count() times

    private:
        const Column *m_column;
        std::size_t m_at = 0;
        double m_value = 0;
    };

private:
    std::string m_bytes;
    double m_last = 0;
    int m_count = 0;
};

} // namespace signalbox::gateway::metrics
