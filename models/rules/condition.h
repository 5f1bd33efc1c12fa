// SPDX-License-Identifier: GPL-3.0-only
// Conditions of escalation rules (tenant-platform §1): `billing_dispute AND attempts > 2`.
//   a OR b, a AND b, NOT a, ( … )    AND binds closer than OR; the words in any case
//   name > n  >=  <  <=  =  !=       of a number: attempts messages tool_failures tokens cost_usd
//   name = word, name != word        of a text: channel tool sender
//   topic                            any other name: each of its parts (split at `_`) begins a word
//                                    of what the user wrote in this thread
#pragma once

#include "models/schema/expected.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox::rules {

struct ConditionError {
    std::size_t position = 0; ///< byte offset in the text
    std::size_t length = 0;
    std::string message;
    bool operator==(const ConditionError &) const = default;
};

/// What is known of a thread when its rules are looked at. A number that is not given is 0, a text
/// "".
struct ConditionFacts {
    std::vector<std::pair<std::string, double>> numbers;
    std::vector<std::pair<std::string, std::string>> texts;
    std::string said; ///< by the user, newest last
};

std::span<const std::string_view> conditionNumbers(); ///< names that are numbers
std::span<const std::string_view> conditionTexts();
std::span<const std::string_view> conditionActions(); ///< what a rule may do

/// Compiled once, immutable, safe to evaluate from several threads.
class Condition {
public:
    /// The error says where. Nesting deeper than 64 and texts over 4 000 bytes are refused.
    static Expected<Condition, ConditionError> compile(std::string_view text);
    [[nodiscard]] bool holds(const ConditionFacts &facts) const;

    struct Node;

private:
    std::shared_ptr<const Node> m_root;
};

/// Does every part of `topic` (split at `_`) begin a word of `said`, whatever the case (ASCII)?
bool saysTopic(std::string_view topic, std::string_view said);

} // namespace signalbox::rules
