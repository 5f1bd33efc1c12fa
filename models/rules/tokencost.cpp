// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/tokencost.h"

#include <set>

namespace signalbox::rules {

TokenBill billOf(
    const std::vector<TokenRate> &rates, const std::map<std::string, TokenPrice> &prices)
{
    constexpr double secondsPerHour = 3600;
    TokenBill bill;
    std::set<std::string> unpriced;
    for (const TokenRate &rate : rates) {
        if (!(rate.perSecond > 0)) // a counter that was reset may tell less, or no number
            continue;
        bill.tokensPerSecond += rate.perSecond;
        const auto at = prices.find(rate.model);
        const auto price = at == prices.end() ? std::nullopt
            : rate.output                     ? at->second.output
                                              : at->second.input;
        if (price)
            bill.usdPerHour += rate.perSecond * *price * secondsPerHour;
        else
            unpriced.insert(rate.model);
    }
    bill.unpriced.assign(unpriced.begin(), unpriced.end());
    return bill;
}

} // namespace signalbox::rules
