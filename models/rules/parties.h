// SPDX-License-Identifier: GPL-3.0-only
// Who sends to a topic and who takes from it, by blueprint. Contract signalbox-gateway §1
// (direction). Pure, any thread.
#pragma once

#include "models/rules/expand.h"

namespace signalbox::rules {

/// Processors, each once, in the order of the expansion.
struct TopicParties {
    std::vector<std::string>
        producers; ///< a server is one of its answers, a client of its requests
    std::vector<std::string> consumers;
    std::vector<std::string> undirected; ///< whose name for the topic tells no direction
    bool operator==(const TopicParties &) const = default;
};
TopicParties partiesOf(const Expansion &expansion, std::string_view topic);

} // namespace signalbox::rules
