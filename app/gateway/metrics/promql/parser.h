// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/metrics/promql/syntax.h"

namespace signalbox::gateway::promql {

/// Selectors with the four matchers and a range; sum, avg, max, count by/without; rate, increase,
/// histogram_quantile; arithmetic and comparison with scalars, `bool`, signs, brackets. Everything
/// else of PromQL is a fault that says what is not supported. Never recurses deeper than 100
/// levels.
Expected<NodePtr, QueryFault> parseQuery(std::string_view query);

/// One selector without a range, as `match[]` has it.
Expected<std::vector<Matcher>, QueryFault> parseSelector(std::string_view text);

} // namespace signalbox::gateway::promql
