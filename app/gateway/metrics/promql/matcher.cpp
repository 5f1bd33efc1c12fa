// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/promql/syntax.h"

#include <re2/re2.h>

#include <algorithm>

namespace signalbox::gateway::promql {

namespace {

constexpr int mostPatternBytes = 1 << 20; ///< of a compiled pattern

bool matches(const re2::RE2 &pattern, std::string_view text)
{
    return re2::RE2::FullMatch({ text.data(), text.size() }, pattern);
}

} // namespace

bool Matcher::accepts(std::string_view text) const
{
    switch (kind) {
    case Kind::Equal:
        return text == value;
    case Kind::NotEqual:
        return text != value;
    case Kind::Matches:
        return matches(*pattern, text);
    case Kind::MatchesNot:
        return !matches(*pattern, text);
    }
    return false;
}

std::string compile(Matcher &matcher)
{
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(mostPatternBytes);
    const auto pattern = std::make_shared<const re2::RE2>(matcher.value, options);
    if (!pattern->ok())
        return pattern->error();
    matcher.pattern = pattern;
    return {};
}

bool accepts(const std::vector<Matcher> &matchers, const metrics::Labels &labels)
{
    return std::all_of(matchers.begin(), matchers.end(),
        [&](const Matcher &one) { return one.accepts(metrics::labelValue(labels, one.label)); });
}

} // namespace signalbox::gateway::promql
