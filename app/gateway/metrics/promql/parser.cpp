// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/promql/parser.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <optional>

namespace signalbox::gateway::promql {

namespace {

using Kind = Token::Kind;
using metrics::nameLabel;

constexpr int deepest = 100;
constexpr int mostOperators = 1000; ///< a long chain is a deep tree
constexpr int powerLevel = 6;
constexpr std::string_view known =
    "; this gateway has selectors, sum, avg, max, count, rate, increase, histogram_quantile, "
    "arithmetic and comparison with scalars";

struct BinarySign {
    std::string_view sign;
    int level;
    std::variant<Binary::Operator, Binary::Comparison> what;
};
using Op = Binary::Operator;
using Cmp = Binary::Comparison;
const std::array<BinarySign, 12> binarySigns { { { "==", 3, Cmp::Equal },
    { "!=", 3, Cmp::NotEqual }, { "<", 3, Cmp::Less }, { ">", 3, Cmp::Greater },
    { "<=", 3, Cmp::LessOrEqual }, { ">=", 3, Cmp::GreaterOrEqual }, { "+", 4, Op::Add },
    { "-", 4, Op::Subtract }, { "*", 5, Op::Multiply }, { "/", 5, Op::Divide },
    { "%", 5, Op::Modulo }, { "^", powerLevel, Op::Power } } };

constexpr std::array<std::pair<std::string_view, Aggregation::Kind>, 4> aggregations { {
    { "sum", Aggregation::Kind::Sum },
    { "avg", Aggregation::Kind::Average },
    { "max", Aggregation::Kind::Maximum },
    { "count", Aggregation::Kind::Count },
} };
constexpr std::array<std::string_view, 9> otherAggregations { "min", "group", "stddev", "stdvar",
    "topk", "bottomk", "count_values", "quantile", "limitk" };
constexpr std::array<std::string_view, 4> setOperators { "and", "or", "unless", "atan2" };

std::string lower(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

template <class List> bool contains(const List &list, std::string_view what)
{
    return std::find(list.begin(), list.end(), what) != list.end();
}

/// Thrown within this file only: it ends the descent at the first fault.
struct Refusal {
    QueryFault fault;
};

class Parser {
public:
    Parser(std::string_view query, std::vector<Token> tokens)
        : m_query(query)
        , m_tokens(std::move(tokens))
    {
    }
    NodePtr whole();
    std::vector<Matcher> selectorOnly();

private:
    [[noreturn]] void refuse(std::size_t position, const std::string &what) const
    {
        throw Refusal { faultAt(m_query, position, "parse error: " + what) };
    }
    [[noreturn]] void unsupported(std::size_t position, const std::string &what) const
    {
        throw Refusal { faultAt(m_query, position, what + " not supported" + std::string(known)) };
    }
    [[noreturn]] void surprise() const;
    [[nodiscard]] const Token &token(std::size_t ahead = 0) const
    {
        return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)];
    }
    [[nodiscard]] bool isSign(std::string_view sign, std::size_t ahead = 0) const
    {
        return token(ahead).kind == Kind::Sign && token(ahead).text == sign;
    }
    [[nodiscard]] bool isWord(std::string_view word, std::size_t ahead = 0) const
    {
        return token(ahead).kind == Kind::Word && lower(token(ahead).text) == word;
    }
    void expect(std::string_view sign);
    NodePtr expression(int level);
    NodePtr operand();
    NodePtr primary();
    NodePtr named();
    NodePtr aggregation(Aggregation::Kind kind);
    NodePtr call(const std::string &name);
    NodePtr selector();
    NodePtr suffixed(NodePtr node);
    std::optional<BinarySign> binarySign() const;
    NodePtr combined(NodePtr left, NodePtr right, const BinarySign &sign, bool asNumber,
        std::size_t position) const;
    bool grouping(Aggregation &result);
    std::vector<Matcher> matchers(std::string name, std::size_t position);
    Matcher matcher();
    void require(const Node &node, ValueType type, const char *where) const;

    std::string_view m_query;
    std::vector<Token> m_tokens;
    std::size_t m_at = 0;
    int m_depth = 0;
    int m_operators = 0;
};

NodePtr made(decltype(Node::what) what, ValueType type, std::size_t position)
{
    auto node = std::make_unique<Node>();
    node->what = std::move(what);
    node->type = type;
    node->position = position;
    return node;
}

void Parser::surprise() const
{
    const Token &found = token();
    if (found.kind == Kind::End)
        refuse(found.position, "unexpected end of input");
    refuse(found.position, "unexpected \"" + found.text + "\"");
}

void Parser::expect(std::string_view sign)
{
    if (!isSign(sign)) {
        const Token &found = token();
        refuse(found.position,
            found.kind == Kind::End
                ? "unexpected end of input, \"" + std::string(sign) + "\" expected"
                : "unexpected \"" + found.text + "\", \"" + std::string(sign) + "\" expected");
    }
    ++m_at;
}

NodePtr Parser::whole()
{
    if (token().kind == Kind::End)
        refuse(0, "no expression found in input");
    NodePtr node = expression(1);
    if (token().kind != Kind::End)
        surprise();
    return node;
}

std::vector<Matcher> Parser::selectorOnly()
{
    const NodePtr node = whole();
    const auto *found = std::get_if<Selector>(&node->what);
    if (!found || found->rangeMs > 0)
        refuse(0, "a selector without a range is expected");
    return found->matchers;
}

std::optional<BinarySign> Parser::binarySign() const
{
    if (token().kind == Kind::Word && contains(setOperators, lower(token().text)))
        unsupported(token().position, "the operator " + token().text + " is");
    if (token().kind != Kind::Sign)
        return std::nullopt;
    for (const BinarySign &one : binarySigns)
        if (one.sign == token().text)
            return one;
    return std::nullopt;
}

NodePtr Parser::expression(int level)
{
    if (++m_depth > deepest)
        refuse(token().position, "nested deeper than " + std::to_string(deepest) + " levels");
    NodePtr left = operand();
    for (auto sign = binarySign(); sign && sign->level >= level; sign = binarySign()) {
        const std::size_t position = token().position;
        if (++m_operators > mostOperators)
            refuse(position, "more than " + std::to_string(mostOperators) + " operators");
        ++m_at;
        bool asNumber = false;
        if (isWord("bool")) {
            if (std::holds_alternative<Op>(sign->what))
                refuse(token().position, "bool modifier can only be used on comparison operators");
            asNumber = true;
            ++m_at;
        }
        for (const char *word : { "on", "ignoring" })
            if (isWord(word) && isSign("(", 1))
                unsupported(token().position, "matching of two vectors (" + token().text + ") is");
        // Only ^ binds to the right.
        NodePtr right = expression(sign->level == powerLevel ? powerLevel : sign->level + 1);
        left = combined(std::move(left), std::move(right), *sign, asNumber, position);
    }
    --m_depth;
    return left;
}

NodePtr Parser::combined(
    NodePtr left, NodePtr right, const BinarySign &sign, bool asNumber, std::size_t position) const
{
    for (const NodePtr &side : { std::cref(left), std::cref(right) })
        if (side->type == ValueType::Range)
            refuse(side->position,
                "binary expression must contain only scalar and instant vector types");
    const bool leftScalar = left->type == ValueType::Scalar;
    const bool rightScalar = right->type == ValueType::Scalar;
    if (!leftScalar && !rightScalar)
        unsupported(position, "an operator between two vectors is");
    if (leftScalar && rightScalar && std::holds_alternative<Cmp>(sign.what) && !asNumber)
        refuse(position, "comparisons between scalars must use BOOL modifier");
    const std::size_t begin = left->position;
    const ValueType type = leftScalar && rightScalar ? ValueType::Scalar : ValueType::Vector;
    return made(Binary { sign.what, asNumber, std::move(left), std::move(right) }, type, begin);
}

NodePtr Parser::operand()
{
    const std::size_t position = token().position;
    if (isSign("+") || isSign("-")) {
        const bool negative = isSign("-");
        ++m_at;
        NodePtr node = expression(powerLevel);
        if (node->type == ValueType::Range)
            refuse(position,
                "unary expression only allowed on expressions of type scalar or "
                "instant vector");
        if (!negative)
            return node;
        const ValueType type = node->type;
        return made(Negation { std::move(node) }, type, position);
    }
    return suffixed(primary());
}

NodePtr Parser::primary()
{
    const Token &begin = token();
    switch (begin.kind) {
    case Kind::Number:
        ++m_at;
        return made(Number { begin.number }, ValueType::Scalar, begin.position);
    case Kind::Text:
        unsupported(begin.position, "a text as a value is");
    case Kind::Word:
        return named();
    case Kind::Sign:
        if (isSign("{"))
            return selector();
        if (isSign("(")) {
            ++m_at;
            NodePtr node = expression(1);
            expect(")");
            return node;
        }
        break;
    default:
        break;
    }
    surprise();
}

NodePtr Parser::named()
{
    const Token &begin = token();
    const std::string word = lower(begin.text);
    const bool grouped = isWord("by", 1) || isWord("without", 1);
    if (isSign("(", 1) || grouped) {
        for (const auto &[name, kind] : aggregations)
            if (name == word)
                return aggregation(kind);
        if (contains(otherAggregations, word))
            unsupported(begin.position, "the aggregation " + word + " is");
        if (!grouped)
            return call(begin.text);
    }
    if (word == "inf" || word == "nan") {
        ++m_at;
        return made(Number { word == "inf" ? std::numeric_limits<double>::infinity()
                                           : std::numeric_limits<double>::quiet_NaN() },
            ValueType::Scalar, begin.position);
    }
    return selector();
}

/// `by (a, b)` or `without (a, b)`, if it stands here.
bool Parser::grouping(Aggregation &result)
{
    if (!isWord("by") && !isWord("without"))
        return false;
    result.without = isWord("without");
    ++m_at;
    expect("(");
    while (!isSign(")")) {
        if (token().kind != Kind::Word || token().text.find(':') != std::string::npos)
            surprise();
        result.labels.push_back(token().text);
        ++m_at;
        if (!isSign(")"))
            expect(",");
    }
    ++m_at;
    return true;
}

NodePtr Parser::aggregation(Aggregation::Kind kind)
{
    const std::size_t position = token().position;
    ++m_at;
    Aggregation result;
    result.kind = kind;
    const bool before = grouping(result);
    expect("(");
    result.operand = expression(1);
    expect(")");
    if (!before)
        grouping(result);
    require(*result.operand, ValueType::Vector, "an aggregation");
    return made(std::move(result), ValueType::Vector, position);
}

NodePtr Parser::call(const std::string &name)
{
    const std::size_t position = token().position;
    if (name != "rate" && name != "increase" && name != "histogram_quantile")
        unsupported(position, "the function " + name + " is");
    m_at += 2;
    if (name == "histogram_quantile") {
        Quantile result;
        result.which = expression(1);
        require(*result.which, ValueType::Scalar, "the first argument of histogram_quantile");
        expect(",");
        result.buckets = expression(1);
        require(*result.buckets, ValueType::Vector, "the second argument of histogram_quantile");
        expect(")");
        return made(std::move(result), ValueType::Vector, position);
    }
    Rate result;
    result.perSecond = name == "rate";
    result.range = expression(1);
    require(*result.range, ValueType::Range, name.c_str());
    expect(")");
    return made(std::move(result), ValueType::Vector, position);
}

void Parser::require(const Node &node, ValueType type, const char *where) const
{
    static constexpr std::array<const char *, 3> names { "scalar", "instant vector",
        "range vector" };
    if (node.type != type)
        refuse(node.position,
            std::string("expected type ") + names[static_cast<std::size_t>(type)] + " in " + where
                + ", got " + names[static_cast<std::size_t>(node.type)]);
}

NodePtr Parser::selector()
{
    const std::size_t position = token().position;
    std::string name;
    if (token().kind == Kind::Word) {
        name = token().text;
        ++m_at;
    }
    Selector result;
    result.matchers = matchers(std::move(name), position);
    if (std::all_of(result.matchers.begin(), result.matchers.end(),
            [](const Matcher &one) { return one.accepts(""); }))
        refuse(position, "vector selector must contain at least one non-empty matcher");
    return made(std::move(result), ValueType::Vector, position);
}

std::vector<Matcher> Parser::matchers(std::string name, std::size_t position)
{
    std::vector<Matcher> list;
    const bool alreadyNamed = !name.empty();
    if (alreadyNamed)
        list.push_back({ Matcher::Kind::Equal, std::string(nameLabel), std::move(name), {} });
    if (!isSign("{"))
        return list;
    ++m_at;
    while (!isSign("}")) {
        if (token().kind == Kind::End)
            refuse(token().position, "unexpected end of input inside braces");
        list.push_back(matcher());
        if (alreadyNamed && list.back().label == nameLabel
            && list.back().kind == Matcher::Kind::Equal)
            refuse(position, "metric name must not be set twice");
        if (token().kind == Kind::End)
            refuse(token().position, "unexpected end of input inside braces");
        if (!isSign("}"))
            expect(",");
    }
    ++m_at;
    return list;
}

Matcher Parser::matcher()
{
    static constexpr std::array<std::pair<std::string_view, Matcher::Kind>, 4> signs { {
        { "=", Matcher::Kind::Equal },
        { "!=", Matcher::Kind::NotEqual },
        { "=~", Matcher::Kind::Matches },
        { "!~", Matcher::Kind::MatchesNot },
    } };
    Matcher result;
    if (token().kind != Kind::Word || token().text.find(':') != std::string::npos)
        surprise();
    result.label = token().text;
    ++m_at;
    const auto *const sign = std::find_if(
        signs.begin(), signs.end(), [this](const auto &one) { return isSign(one.first); });
    if (sign == signs.end())
        surprise();
    result.kind = sign->second;
    ++m_at;
    if (token().kind != Kind::Text)
        surprise();
    result.value = token().text;
    if (result.kind == Matcher::Kind::Matches || result.kind == Matcher::Kind::MatchesNot) {
        if (const std::string fault = compile(result); !fault.empty())
            refuse(token().position, "error parsing regexp: " + fault);
    }
    ++m_at;
    return result;
}

/// What may follow an operand: a range; and what this gateway does not have.
NodePtr Parser::suffixed(NodePtr node)
{
    if (isSign("[")) {
        if (token(1).kind == Kind::Duration && isSign(":", 2))
            unsupported(token().position, "a subquery is");
        const auto *instant = std::get_if<Selector>(&node->what);
        if (!instant || node->type != ValueType::Vector)
            refuse(token().position, "ranges only allowed for vector selectors");
        const Token &duration = token(1);
        if (duration.kind != Kind::Duration) {
            ++m_at;
            surprise();
        }
        if (duration.durationMs <= 0)
            refuse(duration.position, "duration must be greater than 0");
        m_at += 2;
        expect("]");
        node = made(
            Selector { instant->matchers, duration.durationMs }, ValueType::Range, node->position);
    }
    if (isWord("offset"))
        unsupported(token().position, "offset is");
    if (isSign("@"))
        unsupported(token().position, "the modifier @ is");
    if (isSign("["))
        refuse(token().position, "ranges only allowed for vector selectors");
    return node;
}

template <class Result>
Expected<Result, QueryFault> parsed(std::string_view text, Result (Parser::*entry)())
{
    auto tokens = tokensOf(text);
    if (!tokens)
        return unexpected(tokens.error());
    try {
        return (Parser(text, std::move(*tokens)).*entry)();
    } catch (Refusal &refusal) {
        return unexpected(std::move(refusal.fault));
    }
}

} // namespace

Expected<NodePtr, QueryFault> parseQuery(std::string_view query)
{
    return parsed(query, &Parser::whole);
}

Expected<std::vector<Matcher>, QueryFault> parseSelector(std::string_view text)
{
    return parsed(text, &Parser::selectorOnly);
}

} // namespace signalbox::gateway::promql
