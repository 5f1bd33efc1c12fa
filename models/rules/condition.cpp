// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/condition.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace signalbox::rules {

struct Condition::Node {
    enum class Kind { Topic, Number, Text, Not, And, Or };
    Kind kind = Kind::Topic;
    std::string name;
    std::string op;
    double number = 0;
    std::string text;
    std::vector<std::shared_ptr<const Node>> parts;

    [[nodiscard]] bool holds(const ConditionFacts &facts) const;
};

namespace {

using ConditionNode = std::shared_ptr<const Condition::Node>;

constexpr std::size_t longestCondition = 4000;
constexpr int deepestCondition = 64;
constexpr std::string_view numberFacts[] = { "attempts", "messages", "tool_failures", "tokens",
    "cost_usd" };
constexpr std::string_view textFacts[] = { "channel", "tool", "sender" };
constexpr std::string_view ruleActions[] = { "handoff_human" };

bool nameByte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
        || c == '-' || c == '.' || (static_cast<unsigned char>(c) & 0x80U);
}

char lowByte(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lowText(std::string_view text)
{
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(), lowByte);
    return low;
}

bool among(std::span<const std::string_view> names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

struct ConditionToken {
    enum class Kind { End, Word, Quoted, Operator, Open, Close, Wrong };
    Kind kind = Kind::End;
    std::size_t position = 0;
    std::string text;
    std::size_t length = 0;
};

class ConditionParser {
public:
    explicit ConditionParser(std::string_view text)
        : m_text(text)
    {
        advance();
    }

    Expected<ConditionNode, ConditionError> parse()
    {
        ConditionNode root = any();
        if (!m_error && m_token.kind != ConditionToken::Kind::End)
            fail(m_token.kind == ConditionToken::Kind::Close ? "there is no ( for this )"
                                                             : "expected AND or OR");
        if (m_error)
            return unexpected(std::move(*m_error));
        return root;
    }

private:
    void fail(std::string message)
    {
        if (!m_error)
            m_error = ConditionError { m_token.position, m_token.length, std::move(message) };
    }
    void advance();
    [[nodiscard]] bool word(std::string_view low) const
    {
        return m_token.kind == ConditionToken::Kind::Word && lowText(m_token.text) == low;
    }
    ConditionNode any();
    ConditionNode all();
    ConditionNode one();
    ConditionNode named();
    template <class Next>
    ConditionNode joined(Condition::Node::Kind kind, std::string_view between, Next next);

    const std::string_view m_text;
    std::size_t m_at = 0;
    int m_depth = 0;
    ConditionToken m_token;
    std::optional<ConditionError> m_error;
};

void ConditionParser::advance()
{
    using Kind = ConditionToken::Kind;
    while (m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) != m_text.npos)
        ++m_at;
    m_token = { Kind::End, m_at, {}, 0 };
    if (m_at >= m_text.size())
        return;
    const std::size_t begin = m_at;
    const char c = m_text[m_at];
    if (c == '(' || c == ')') {
        ++m_at;
        m_token.kind = c == '(' ? Kind::Open : Kind::Close;
    } else if (c == '"') {
        const std::size_t end = m_text.find('"', begin + 1);
        m_at = end == m_text.npos ? m_text.size() : end + 1;
        m_token.kind = end == m_text.npos ? Kind::Wrong : Kind::Quoted;
    } else if (std::string_view("<>=!").find(c) != std::string_view::npos) {
        ++m_at;
        if (m_at < m_text.size() && m_text[m_at] == '=')
            ++m_at;
        m_token.kind = Kind::Operator;
    } else if (nameByte(c)) {
        while (m_at < m_text.size() && nameByte(m_text[m_at]))
            ++m_at;
        m_token.kind = Kind::Word;
    } else {
        ++m_at;
        m_token.kind = Kind::Wrong;
    }
    m_token.text = m_text.substr(begin, m_at - begin);
    m_token.length = m_at - begin;
    if (m_token.kind == Kind::Quoted)
        m_token.text = m_token.text.substr(1, m_token.text.size() - 2);
    if (m_token.text == "==")
        m_token.text = "=";
}

template <class Next>
ConditionNode ConditionParser::joined(
    Condition::Node::Kind kind, std::string_view between, Next next)
{
    std::vector<ConditionNode> parts { next() };
    while (!m_error && word(between)) {
        advance();
        parts.push_back(next());
    }
    if (m_error || parts.size() == 1)
        return parts.front();
    auto node = std::make_shared<Condition::Node>();
    node->kind = kind;
    node->parts = std::move(parts);
    return node;
}

ConditionNode ConditionParser::any()
{
    return joined(Condition::Node::Kind::Or, "or", [this] { return all(); });
}

ConditionNode ConditionParser::all()
{
    return joined(Condition::Node::Kind::And, "and", [this] { return one(); });
}

ConditionNode ConditionParser::one()
{
    using Kind = ConditionToken::Kind;
    if (m_error)
        return nullptr;
    if (++m_depth > deepestCondition) {
        fail("nested too deep");
        return nullptr;
    }
    ConditionNode result;
    if (word("not")) {
        advance();
        auto node = std::make_shared<Condition::Node>();
        node->kind = Condition::Node::Kind::Not;
        node->parts.push_back(one());
        result = node;
    } else if (m_token.kind == Kind::Open) {
        advance();
        result = any();
        if (!m_error && m_token.kind != Kind::Close)
            fail("expected )");
        advance();
    } else {
        result = named();
    }
    --m_depth;
    return result;
}

ConditionNode ConditionParser::named()
{
    using Kind = ConditionToken::Kind;
    if (m_token.kind == Kind::Wrong) {
        fail(m_token.text.starts_with('"') ? "the quotation mark is not closed"
                                           : "this character has no meaning here");
        return nullptr;
    }
    if (m_token.kind != Kind::Word || word("and") || word("or")) {
        fail("expected a name, NOT or (");
        return nullptr;
    }
    const ConditionToken name = m_token;
    auto node = std::make_shared<Condition::Node>();
    node->name = lowText(name.text);
    advance();
    const bool isNumber = among(numberFacts, node->name);
    const bool isText = among(textFacts, node->name);
    if (m_token.kind != Kind::Operator) {
        if (isNumber || isText)
            fail("expected a comparison after " + node->name);
        return node;
    }
    if (!isNumber && !isText) {
        m_token = name;
        fail("a topic cannot be compared; known are attempts, messages, tool_failures, tokens, "
             "cost_usd, channel, tool and sender");
        return node;
    }
    node->op = m_token.text;
    if (node->op == "!" || (isText && node->op != "=" && node->op != "!=")) {
        fail(isText ? "a text is compared with = or !=" : "expected > >= < <= = or !=");
        return node;
    }
    advance();
    if (m_token.kind != Kind::Word && m_token.kind != Kind::Quoted) {
        fail("expected a value");
        return node;
    }
    node->kind = isNumber ? Condition::Node::Kind::Number : Condition::Node::Kind::Text;
    node->text = lowText(m_token.text);
    if (isNumber) {
        const char *const end = node->text.data() + node->text.size();
        const auto read = std::from_chars(node->text.data(), end, node->number);
        if (read.ec != std::errc() || read.ptr != end)
            fail("expected a number");
    }
    advance();
    return node;
}

template <class Value>
Value factOf(const std::vector<std::pair<std::string, Value>> &facts, std::string_view name)
{
    for (const auto &[key, value] : facts)
        if (key == name)
            return value;
    return {};
}

bool compares(double left, std::string_view op, double right)
{
    if (op == ">")
        return left > right;
    if (op == ">=")
        return left >= right;
    if (op == "<")
        return left < right;
    if (op == "<=")
        return left <= right;
    const bool same = !(left < right) && !(left > right);
    return op == "=" ? same : !same;
}

} // namespace

bool Condition::Node::holds(const ConditionFacts &facts) const
{
    const auto each = [&](const auto &part) { return part->holds(facts); };
    switch (kind) {
    case Kind::Topic:
        return saysTopic(name, facts.said);
    case Kind::Number:
        return compares(factOf(facts.numbers, name), op, number);
    case Kind::Text:
        return (lowText(factOf(facts.texts, name)) == text) == (op == "=");
    case Kind::Not:
        return !parts.front()->holds(facts);
    case Kind::And:
        return std::all_of(parts.begin(), parts.end(), each);
    case Kind::Or:
        return std::any_of(parts.begin(), parts.end(), each);
    }
    return false;
}

std::span<const std::string_view> conditionNumbers()
{
    return numberFacts;
}

std::span<const std::string_view> conditionTexts()
{
    return textFacts;
}

std::span<const std::string_view> conditionActions()
{
    return ruleActions;
}

Expected<Condition, ConditionError> Condition::compile(std::string_view text)
{
    if (text.size() > longestCondition)
        return unexpected(ConditionError {
            longestCondition, text.size() - longestCondition, "longer than 4 000 bytes" });
    auto root = ConditionParser(text).parse();
    if (!root)
        return unexpected(root.error());
    Condition condition;
    condition.m_root = std::move(*root);
    return condition;
}

bool Condition::holds(const ConditionFacts &facts) const
{
    return m_root && m_root->holds(facts);
}

bool saysTopic(std::string_view topic, std::string_view said)
{
    const std::string text = lowText(said);
    const std::string low = lowText(topic);
    bool any = false;
    for (std::size_t begin = 0; begin < low.size();) {
        const std::size_t end = std::min(low.find('_', begin), low.size());
        const std::string_view part = std::string_view(low).substr(begin, end - begin);
        begin = end + 1;
        if (part.empty())
            continue;
        any = true;
        std::size_t at = text.find(part);
        while (at != std::string::npos && at > 0 && nameByte(text[at - 1]))
            at = text.find(part, at + 1);
        if (at == std::string::npos)
            return false;
    }
    return any;
}

} // namespace signalbox::rules
