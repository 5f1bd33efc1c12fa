// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/parties.h"

#include "models/rules/topic.h"

#include <algorithm>

namespace signalbox::rules {

TopicParties partiesOf(const Expansion &expansion, std::string_view topic)
{
    TopicParties parties;
    for (const ExpandedEntry &entry : expansion.entries) {
        for (const auto &[spec, name] : entry.entry.topics) {
            if (name != topic)
                continue;
            const Direction way = direction(topicRole(spec));
            auto &list = way == Direction::Produces ? parties.producers
                : way == Direction::Consumes        ? parties.consumers
                                                    : parties.undirected;
            if (std::find(list.begin(), list.end(), entry.processor) == list.end())
                list.push_back(entry.processor);
        }
    }
    return parties;
}

} // namespace signalbox::rules
