// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/filter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>

namespace signalbox::rules {

namespace {

constexpr std::size_t maxTerms = 64;
constexpr std::size_t maxLength = 4096;

enum class Operator { Contains, Equals, NotEquals, Greater, GreaterOrEqual, Less, LessOrEqual };

struct Pattern {
    std::string text; ///< folded to lower case
    bool prefix = false; ///< value*
    bool suffix = false; ///< *value
};

struct Term {
    bool negated = false;
    Operator op = Operator::Contains;
    std::size_t field = 0; ///< not for Contains
    std::vector<std::size_t> fields {}; ///< of Contains: those in which it can be found
    std::vector<Pattern> any; ///< Contains: one; Equals/NotEquals on text
    double number = 0;
    bool numeric = false;
    std::string source; ///< canonical text
};

char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

std::string fold(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), folded);
    return result;
}

bool sameFolded(char left, char right)
{
    return folded(left) == right; // the pattern is folded already
}

bool containsFolded(std::string_view text, const std::string &pattern)
{
    if (pattern.empty())
        return true;
    if (text.size() < pattern.size())
        return false;
    const char lower = pattern.front();
    const char upper = lower >= 'a' && lower <= 'z' ? char(lower - 'a' + 'A') : lower;
    const char *const end = text.data() + (text.size() - pattern.size() + 1);
    const auto next = [end](const char *from, char c) {
        return from < end ? static_cast<const char *>(std::memchr(from, c, std::size_t(end - from)))
                          : nullptr;
    };
    const auto fits = [&pattern](const char *at) {
        return std::equal(pattern.begin() + 1, pattern.end(), at + 1,
            [](char wanted, char c) { return folded(c) == wanted; });
    };
    for (const char *at = next(text.data(), lower); at; at = next(at + 1, lower))
        if (fits(at))
            return true;
    for (const char *at = upper == lower ? nullptr : next(text.data(), upper); at;
         at = next(at + 1, upper))
        if (fits(at))
            return true;
    return false;
}

/// A row in which the left term holds is one in which the right one does.
bool impliesTerm(const Term &left, const Term &right)
{
    if (left.negated != right.negated)
        return false;
    if (left.source == right.source)
        return true;
    return !left.negated && left.op == Operator::Contains && right.op == Operator::Contains
        && containsFolded(left.any.front().text, right.any.front().text);
}

bool fits(std::string_view text, const Pattern &pattern)
{
    if (pattern.prefix && pattern.suffix)
        return containsFolded(text, pattern.text);
    const std::size_t size = pattern.text.size();
    if (pattern.prefix       ? text.size() < size
            : pattern.suffix ? text.size() < size
                             : text.size() != size)
        return false;
    const std::string_view part =
        pattern.suffix ? text.substr(text.size() - size) : text.substr(0, size);
    return std::equal(part.begin(), part.end(), pattern.text.begin(), sameFolded);
}

bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// One term as written: [-] [field operator] value
class Parser {
public:
    Parser(std::string_view text, const std::vector<FilterField> &fields)
        : m_text(text)
        , m_fields(fields)
    {
    }

    Expected<std::vector<Term>, FilterError> run()
    {
        if (m_text.size() > maxLength)
            return fault(
                maxLength, m_text.size() - maxLength, "a filter has at most 4096 characters");
        std::vector<Term> terms;
        while (skipBlanks()) {
            if (terms.size() == maxTerms)
                return fault(m_at, m_text.size() - m_at, "a filter has at most 64 terms");
            auto term = next();
            if (!term)
                return unexpected(term.error());
            terms.push_back(std::move(*term));
        }
        return terms;
    }

private:
    static Unexpected<FilterError> fault(
        std::size_t position, std::size_t length, std::string message)
    {
        return unexpected(
            FilterError { position, std::max<std::size_t>(length, 1), std::move(message) });
    }

    bool skipBlanks()
    {
        while (m_at < m_text.size() && blank(m_text[m_at]))
            ++m_at;
        return m_at < m_text.size();
    }

    Expected<Term, FilterError> next()
    {
        Term term;
        const std::size_t start = m_at;
        if (m_text[m_at] == '-') {
            term.negated = true;
            ++m_at;
            if (m_at == m_text.size() || blank(m_text[m_at]))
                return fault(start, 1, "after '-' comes the term to leave out");
        }
        if (m_text[m_at] == '"')
            return freeText(std::move(term));
        const std::size_t nameStart = m_at;
        std::size_t end = m_at;
        while (end < m_text.size() && !blank(m_text[end])
            && std::string_view(":<>=!\"").find(m_text[end]) == std::string_view::npos)
            ++end;
        const bool hasOperator = end < m_text.size() && !blank(m_text[end]) && m_text[end] != '"'
            && (m_text[end] != '!' || (end + 1 < m_text.size() && m_text[end + 1] == '='));
        if (!hasOperator)
            return freeText(std::move(term));
        const std::string_view name = m_text.substr(nameStart, end - nameStart);
        if (name.empty())
            return fault(nameStart, 1,
                "a field name is missing before '" + std::string(1, m_text[end]) + "'");
        const auto field = fieldNamed(name);
        if (!field)
            return fault(nameStart, name.size(),
                "no field '" + std::string(name) + "' here; there are " + fieldNames());
        term.field = *field;
        m_at = end;
        return comparison(std::move(term));
    }

    Expected<Term, FilterError> freeText(Term term)
    {
        auto value = word(true);
        if (!value)
            return unexpected(value.error());
        if (value->empty())
            return fault(
                m_at, 1, "an empty text finds everything: write a word between the quotes");
        term.any.push_back({ fold(*value), false, false });
        term.source = (term.negated ? "-" : "") + quoted(*value, true);
        return term;
    }

    Expected<Term, FilterError> comparison(Term term)
    {
        const std::size_t at = m_at;
        term.op = readOperator();
        const std::string op(m_text.substr(at, m_at - at));
        const FilterField &field = m_fields[term.field];
        if (m_at == m_text.size() || blank(m_text[m_at]))
            return fault(at, op.size(), "after '" + field.name + op + "' comes a value");
        const bool ordering = term.op != Operator::Equals && term.op != Operator::NotEquals;
        if (field.kind == FieldKind::Text) {
            if (ordering)
                return fault(
                    at, op.size(), "'" + field.name + "' is text: use " + field.name + ":value");
            return textValues(std::move(term), op);
        }
        return numberValue(std::move(term), op);
    }

    Operator readOperator()
    {
        const auto next = [&](char c) { return m_at + 1 < m_text.size() && m_text[m_at + 1] == c; };
        const char c = m_text[m_at];
        const bool two = (c == '<' || c == '>' || c == '!') && next('=');
        m_at += two ? 2 : 1;
        if (c == '>')
            return two ? Operator::GreaterOrEqual : Operator::Greater;
        if (c == '<')
            return two ? Operator::LessOrEqual : Operator::Less;
        return c == '!' ? Operator::NotEquals : Operator::Equals;
    }

    Expected<Term, FilterError> textValues(Term term, const std::string &op)
    {
        std::string values;
        while (true) {
            const std::size_t at = m_at;
            const bool isQuoted = m_at < m_text.size() && m_text[m_at] == '"';
            auto value = word(false);
            if (!value)
                return unexpected(value.error());
            Pattern pattern;
            std::string_view inner = *value;
            if (!isQuoted && inner.size() > 1 && inner.front() == '*') {
                pattern.suffix = true;
                inner.remove_prefix(1);
            }
            if (!isQuoted && inner.size() > 1 && inner.back() == '*') {
                pattern.prefix = true;
                inner.remove_suffix(1);
            }
            if (inner.empty() && !isQuoted)
                return fault(at, 1, "a value is missing here");
            pattern.text = fold(inner);
            if (const auto &known = m_fields[term.field].values; !known.empty()
                && std::none_of(known.begin(), known.end(),
                    [&](const std::string &one) { return fits(one, pattern); }))
                return fault(at, std::max<std::size_t>(value->size(), 1),
                    "no " + m_fields[term.field].name + " is '" + std::string(inner)
                        + "'; there are " + listed(known));
            const bool wild = pattern.suffix || pattern.prefix;
            values += values.empty() ? "" : ",";
            values += pattern.suffix ? "*" : "";
            values +=
                !wild && (isQuoted || mustQuote(inner)) ? quoted(inner, false) : std::string(inner);
            values += pattern.prefix ? "*" : "";
            term.any.push_back(std::move(pattern));
            if (m_at < m_text.size() && m_text[m_at] == ',') {
                ++m_at;
                continue;
            }
            break;
        }
#ifdef SIGNALBOX_PLANT_OVERFLOW
        // For the fuzz tests only: a buffer that trusts people to list at most four values.
        const std::unique_ptr<std::size_t[]> lengths(new std::size_t[4]);
        std::size_t total = 0;
        for (std::size_t i = 0; i < term.any.size(); ++i) {
            lengths[i] = term.any[i].text.size();
            total += lengths[i];
        }
        if (total > maxLength)
            return fault(m_at, 1, "the values are too long");
#endif
        term.source =
            (term.negated ? "-" : "") + m_fields[term.field].name + (op == "=" ? ":" : op) + values;
        return term;
    }

    Expected<Term, FilterError> numberValue(Term term, const std::string &op)
    {
        const std::size_t at = m_at;
        while (m_at < m_text.size() && !blank(m_text[m_at]))
            ++m_at;
        const std::string_view text = m_text.substr(at, m_at - at);
        const FilterField &field = m_fields[term.field];
        const auto value = number(text, field.kind);
        if (!value)
            return fault(at, text.size(),
                "'" + std::string(text) + "' is no number"
                    + (field.kind == FieldKind::DurationMs ? " or duration (30s, 5m, 2h, 1d)"
                                                           : " (100, 1.5k, 2M)"));
        term.number = *value;
        term.numeric = true;
        term.source =
            (term.negated ? "-" : "") + field.name + (op == ":" ? "=" : op) + std::string(text);
        return term;
    }

    /// Digits with an optional unit: k M G for counts; ms s m h d for durations, whose plain number
    /// means ms.
    static std::optional<double> number(std::string_view text, FieldKind kind)
    {
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || !std::isfinite(value))
            return std::nullopt;
        const std::string_view unit = text.substr(std::size_t(end - text.data()));
        if (unit.empty())
            return value;
        struct Unit {
            std::string_view name;
            double factor;
        };
        static constexpr std::array counts { Unit { "k", 1e3 }, Unit { "K", 1e3 },
            Unit { "M", 1e6 }, Unit { "G", 1e9 }, Unit { "%", 1 } };
        static constexpr std::array durations { Unit { "ms", 1 }, Unit { "s", 1e3 },
            Unit { "m", 6e4 }, Unit { "h", 3.6e6 }, Unit { "d", 8.64e7 } };
        const auto *begin = kind == FieldKind::DurationMs ? durations.data() : counts.data();
        const auto *found = std::find_if(
            begin, begin + counts.size(), [&](const Unit &known) { return known.name == unit; });
        static_assert(counts.size() == durations.size());
        return found == begin + counts.size() ? std::nullopt : std::optional(value * found->factor);
    }

    /// A quoted text, or everything up to a blank (and a comma inside a value list).
    Expected<std::string, FilterError> word(bool freely)
    {
        if (m_at < m_text.size() && m_text[m_at] == '"')
            return quotedWord();
        const std::size_t start = m_at;
        while (m_at < m_text.size() && !blank(m_text[m_at])
            && (freely || (m_text[m_at] != ',' && m_text[m_at] != '"')))
            ++m_at;
        return std::string(m_text.substr(start, m_at - start));
    }

    Expected<std::string, FilterError> quotedWord()
    {
        const std::size_t open = m_at++;
        std::string value;
        while (m_at < m_text.size() && m_text[m_at] != '"') {
            if (m_text[m_at] == '\\' && m_at + 1 < m_text.size())
                ++m_at;
            value += m_text[m_at++];
        }
        if (m_at == m_text.size())
            return fault(open, m_text.size() - open, "the quote is not closed");
        ++m_at;
        if (m_at < m_text.size() && !blank(m_text[m_at]) && m_text[m_at] != ',')
            return fault(m_at, 1, "after a closing quote comes a space");
        return value;
    }

    static std::string listed(const std::vector<std::string> &words)
    {
        std::string all;
        for (const std::string &word : words)
            all += (all.empty() ? "" : ", ") + word;
        return all;
    }

    /// Whether `value` would be read back as something else without quotes.
    static bool mustQuote(std::string_view value)
    {
        return value.empty() || value.front() == '*' || value.back() == '*'
            || std::any_of(value.begin(), value.end(),
                [](char c) { return blank(c) || c == '"' || c == ','; });
    }

    static std::string quoted(std::string_view value, bool freely)
    {
        const bool plain = !value.empty()
            && (freely ? value.front() != '-'
                        && value.find_first_of(":<>=!\"\\ \t\r\n") == std::string_view::npos
                       : !mustQuote(value));
        if (plain && freely)
            return std::string(value);
        std::string result = "\"";
        for (const char c : value) {
            if (c == '"' || c == '\\')
                result += '\\';
            result += c;
        }
        return result + '"';
    }

    std::optional<std::size_t> fieldNamed(std::string_view name) const
    {
        const std::string wanted = fold(name);
        for (std::size_t i = 0; i < m_fields.size(); ++i)
            if (m_fields[i].name == wanted
                || std::find(m_fields[i].aliases.begin(), m_fields[i].aliases.end(), wanted)
                    != m_fields[i].aliases.end())
                return i;
        return std::nullopt;
    }

    std::string fieldNames() const
    {
        std::string names;
        for (const FilterField &field : m_fields)
            names += (names.empty() ? "" : ", ") + field.name;
        return names;
    }

    std::string_view m_text;
    const std::vector<FilterField> &m_fields;
    std::size_t m_at = 0;
};

bool compare(Operator op, double left, double right)
{
    switch (op) {
    case Operator::Greater:
        return left > right;
    case Operator::GreaterOrEqual:
        return left >= right;
    case Operator::Less:
        return left < right;
    case Operator::LessOrEqual:
        return left <= right;
    case Operator::NotEquals:
        return left != right;
    case Operator::Equals:
    case Operator::Contains:
        return left == right;
    }
    return false;
}

/// Texts that may have it; of a field with few values it is known beforehand.
std::vector<std::size_t> fieldsFor(const std::string &word, const std::vector<FilterField> &fields)
{
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto &values = fields[i].values;
        const bool may = values.empty()
            || std::any_of(values.begin(), values.end(),
                [&](const std::string &value) { return containsFolded(value, word); });
        if (fields[i].kind == FieldKind::Text && may)
            found.push_back(i);
    }
    return found;
}

bool holds(const Term &term, const Filter::Row &row)
{
    if (term.op == Operator::Contains)
        return std::any_of(term.fields.begin(), term.fields.end(), [&](std::size_t field) {
            return row.hasOwnWords(field) && containsFolded(row.text(field), term.any.front().text);
        });
    if (term.numeric) {
        const auto value = row.number(term.field);
        return value && compare(term.op, *value, term.number);
    }
    const bool any = row.anyText(term.field, [&term](std::string_view text) {
        return std::any_of(term.any.begin(), term.any.end(),
            [&](const Pattern &pattern) { return fits(text, pattern); });
    });
    return any == (term.op == Operator::Equals);
}

} // namespace

struct Filter::Program {
    std::vector<Term> terms;
};

Filter::Filter() = default;

Expected<Filter, FilterError> Filter::compile(
    std::string_view text, const std::vector<FilterField> &fields)
{
    auto terms = Parser(text, fields).run();
    if (!terms)
        return unexpected(terms.error());
    Filter filter;
    if (terms->empty())
        return filter;
    auto program = std::make_shared<Program>();
    program->terms = std::move(*terms);
    for (Term &term : program->terms)
        if (term.op == Operator::Contains)
            term.fields = fieldsFor(term.any.front().text, fields);
    filter.m_program = std::move(program);
    return filter;
}

bool Filter::matches(const Row &row) const
{
    return !m_program
        || std::all_of(m_program->terms.begin(), m_program->terms.end(),
            [&](const Term &term) { return holds(term, row) != term.negated; });
}

bool Filter::empty() const
{
    return !m_program;
}

bool Filter::implies(const Filter &other) const
{
    static const std::vector<Term> none;
    const auto &left = m_program ? m_program->terms : none;
    const auto &right = other.m_program ? other.m_program->terms : none;
    const auto numeric = [](const Term &term) { return term.numeric; };
    if (std::any_of(left.begin(), left.end(), numeric)
        || std::any_of(right.begin(), right.end(), numeric))
        return false;
    return std::all_of(right.begin(), right.end(), [&](const Term &wanted) {
        return std::any_of(
            left.begin(), left.end(), [&](const Term &term) { return impliesTerm(term, wanted); });
    });
}

std::string Filter::text() const
{
    std::string result;
    if (m_program)
        for (const Term &term : m_program->terms)
            result += (result.empty() ? "" : " ") + term.source;
    return result;
}

} // namespace signalbox::rules
