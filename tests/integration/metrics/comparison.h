// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "tests/integration/gateway/session.h"

#include <string>
#include <utility>
#include <vector>

namespace signalbox::integration {

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// `/path?a=b&…`, percent-encoded.
std::string target(const std::string &path, const Parameters &parameters);

/// "" when the two answers (bodies of the API of Prometheus) say the same: equal types, series and
/// times; values within one part in 10^9. Else the first difference.
std::string difference(const Json &ours, const Json &theirs);

} // namespace signalbox::integration
