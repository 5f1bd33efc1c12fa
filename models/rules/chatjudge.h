// SPDX-License-Identifier: GPL-3.0-only
// Does what an agent did fulfil what a test expects?
#pragma once

#include "models/schema/chattest.h"

#include <functional>

namespace signalbox::rules {

/// What came of one step.
struct ChatOutcome {
    std::string text; ///< all answers of the turn, one after the other
    std::vector<std::string> tools; ///< that were called, in order
    bool escalated = false;
    std::int64_t elapsedMs = -1; ///< from sending to the end of the answer, -1 no end
    std::string error; ///< why there is no answer; "" there is one
    bool operator==(const ChatOutcome &) const = default;
};

struct ChatFault {
    std::size_t step = 0; ///< from 1
    std::string say;
    std::string expectation; ///< `contains “refund”`
    std::string actual;
    bool operator==(const ChatFault &) const = default;
};

/// Whether the pattern matches somewhere in the text; the error says why the pattern is none.
using Matcher =
    std::function<Expected<bool, std::string>(const std::string &pattern, const std::string &text)>;

/// The expectations that the outcome does not fulfil. A turn without an answer is a fault of its
/// own, whatever was expected.
std::vector<ChatFault> judge(std::size_t number, const schema::ChatStep &step,
    const ChatOutcome &outcome, const Matcher &matches);
/// `contains “refund”`, `latency ≤ 5000 ms`
std::string wordsOf(const schema::ChatExpectation &expectation);

} // namespace signalbox::rules
