// SPDX-License-Identifier: GPL-3.0-only
// A query of the subset of signalbox-gateway §8, parsed and checked.
#pragma once

#include "app/gateway/metrics/labels.h"
#include "app/gateway/metrics/promql/lexer.h"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace re2 {
class RE2;
}

namespace signalbox::gateway::promql {

struct Matcher {
    enum class Kind { Equal, NotEqual, Matches, MatchesNot };
    Kind kind = Kind::Equal;
    std::string label;
    std::string value;
    std::shared_ptr<const re2::RE2> pattern; ///< of the last two; anchored at both ends
    /// An absent label is "".
    [[nodiscard]] bool accepts(std::string_view text) const;
};

/// Makes the pattern of `value`. "" or what is wrong with it.
std::string compile(Matcher &matcher);

/// The series that all matchers accept.
bool accepts(const std::vector<Matcher> &matchers, const metrics::Labels &labels);

struct Node;
using NodePtr = std::unique_ptr<const Node>;

struct Number {
    double value = 0;
};
struct Selector {
    std::vector<Matcher> matchers;
    std::int64_t rangeMs = 0; ///< 0: an instant vector
};
struct Negation {
    NodePtr operand;
};
struct Binary {
    enum class Operator { Add, Subtract, Multiply, Divide, Modulo, Power };
    enum class Comparison { Equal, NotEqual, Less, Greater, LessOrEqual, GreaterOrEqual };
    std::variant<Operator, Comparison> what;
    bool asNumber = false; ///< `bool`: 0 or 1 instead of a filter
    NodePtr left;
    NodePtr right;
};
struct Aggregation {
    enum class Kind { Sum, Average, Maximum, Count };
    Kind kind = Kind::Sum;
    bool without = false;
    std::vector<std::string> labels;
    NodePtr operand;
};
struct Rate {
    bool perSecond = true; ///< false: increase
    NodePtr range; ///< a Selector with a range
};
struct Quantile {
    NodePtr which; ///< a scalar
    NodePtr buckets;
};

enum class ValueType { Scalar, Vector, Range };

struct Node {
    std::variant<Number, Selector, Negation, Binary, Aggregation, Rate, Quantile> what;
    ValueType type = ValueType::Scalar;
    std::size_t position = 0;
};

} // namespace signalbox::gateway::promql
