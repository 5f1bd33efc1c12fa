// SPDX-License-Identifier: GPL-3.0-only
// Prices of models, contract TG §3.5.
#pragma once

#include "models/schema/codec.h"

namespace signalbox::schema {

/// Value of config `token-cost/<model>`: USD per token.
struct TokenCost {
    std::string modelName;
    std::optional<double> inputPrice;
    std::optional<double> outputPrice;
    Rest rest;
    bool operator==(const TokenCost &) const = default;
};

} // namespace signalbox::schema
