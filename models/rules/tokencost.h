// SPDX-License-Identifier: GPL-3.0-only
// What the tokens of now cost, TG §3.5 (`token-cost`) and §5.8 (`tg_metering_tokens_total`).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace signalbox::rules {

struct TokenRate {
    std::string model;
    bool output = false; ///< else input
    double perSecond = 0;
};

/// USD per token; nullopt: no price is known.
struct TokenPrice {
    std::optional<double> input;
    std::optional<double> output;
};

struct TokenBill {
    double tokensPerSecond = 0;
    double usdPerHour = 0; ///< of those that have a price
    std::vector<std::string>
        unpriced; ///< models at work without a price, sorted: the bill is higher
};
TokenBill billOf(
    const std::vector<TokenRate> &rates, const std::map<std::string, TokenPrice> &prices);

} // namespace signalbox::rules
