// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/fabric.h"

#include <QString>

#include <deque>
#include <unordered_map>

namespace signalbox {

/// Which answers belong to which requests of a tail: by the property `id` (signalbox-gateway §3).
/// Messages may come in any order, for each side has a stream of its own. Remembers the last
/// `limit` ids. Times are the far end's. A plain value.
class TailPairs {
public:
    static constexpr std::size_t limit = 8192;

    /// True: what is told of that id changed.
    bool note(const schema::FabricMessage &message, bool answer);
    void clear();
    /// "answered after 34 ms", "3 answers, after 34 ms to 1.2 s", "no answer yet" · of an answer:
    /// "after 34 ms", "its request was not seen". "" when the message has no id.
    [[nodiscard]] QString text(const schema::FabricMessage &message, bool answer) const;
    [[nodiscard]] qint64 answered() const { return m_answered; } ///< requests, of those remembered

private:
    struct Pair {
        qint64 askedMs = -1;
        qint64 firstMs = -1;
        qint64 lastMs = -1;
        int answers = 0;
    };
    std::unordered_map<std::string, Pair> m_pairs;
    std::deque<std::string> m_order; ///< oldest first
    qint64 m_answered = 0;
};

} // namespace signalbox
