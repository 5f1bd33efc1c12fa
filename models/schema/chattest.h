// SPDX-License-Identifier: GPL-3.0-only
// A conversation as a regression test: a file of our own (`*.chat.json`). Reading is strict: a
// misspelt expectation would be a check that cannot fail.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

/// Exactly one member is set.
struct ChatExpectation {
    std::optional<std::string> contains; ///< the answer has it, upper and lower case alike
    std::optional<std::string> lacks; ///< the answer does not have it
    std::optional<std::string> regex; ///< PCRE, matches somewhere in the answer
    std::optional<std::string> tool; ///< was called in this turn
    std::optional<bool> escalated; ///< the thread was handed to a person in this turn
    std::optional<std::int64_t> latencyMs; ///< from sending to the end of the answer, at most
    bool operator==(const ChatExpectation &) const = default;
};

struct ChatStep {
    std::string say;
    std::vector<ChatExpectation> expect;
    bool operator==(const ChatStep &) const = default;
};

struct ChatTest {
    std::string name;
    std::string tenant; ///< slug or id
    std::string agent; ///< name or id
    std::string role; ///< that the chat claims, "" = the caller's own
    std::vector<ChatStep> steps;
    bool operator==(const ChatTest &) const = default;
};

} // namespace signalbox::schema
