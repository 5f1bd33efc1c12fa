// SPDX-License-Identifier: GPL-3.0-only
// Tenants and what they used, contract tenant-platform §1 and signalbox-gateway §4, §7.
#pragma once

#include "models/schema/page.h"

namespace signalbox::schema {

struct TenantSettings {
    std::string workspace; ///< of the fabric; "" = `default`, see workspaceOf()
    Rest rest;
    bool operator==(const TenantSettings &) const = default;
};

struct Tenant {
    std::string id; ///< text: a UUID or a slug
    std::string name;
    std::string slug;
    TenantSettings settings;
    std::int64_t agentQuota = 0; ///< 0 = no limit
    std::string subscriptionState; ///< trial active past_due suspended cancelled
    std::string createdAt;
    std::string updatedAt;
    std::int64_t version = 0; ///< of the row; a write that names an older one is refused (409)
    Rest rest;
    bool operator==(const Tenant &) const = default;
};

std::string workspaceOf(const Tenant &tenant);
/// False while it is suspended or cancelled: it is read, but nothing is said in it (annex).
bool mayTalk(const Tenant &tenant);
bool mayTalk(std::string_view subscriptionState);
/// Lower case, digits, hyphens inside, 2 to 50 characters.
bool isSlug(std::string_view text);

struct UsageDay {
    std::string day; ///< 2026-11-21
    std::int64_t turns = 0;
    std::int64_t promptTokens = 0;
    std::int64_t completionTokens = 0;
    std::optional<double> costUsd; ///< of the turns that have a price; not there: none has
    std::int64_t unpricedTurns = 0; ///< of `turns` (annex)
    bool operator==(const UsageDay &) const = default;
};

struct UsageSummary {
    std::string from; ///< first day
    std::string to; ///< last day
    std::int64_t turns = 0;
    std::int64_t promptTokens = 0;
    std::int64_t completionTokens = 0;
    std::optional<double> costUsd; ///< of the turns that have a price; not there: none has
    std::int64_t unpricedTurns = 0; ///< of `turns` (annex)
    std::vector<UsageDay> days;
    bool operator==(const UsageSummary &) const = default;
};

struct ProviderUsage {
    std::string provider;
    std::string model;
    std::int64_t turns = 0;
    std::int64_t tokens = 0;
    std::optional<double> costUsd; ///< as above
    std::int64_t unpricedTurns = 0;
    bool operator==(const ProviderUsage &) const = default;
};

struct MessageVolume {
    std::string day;
    std::string channel;
    std::int64_t in = 0;
    std::int64_t out = 0;
    bool operator==(const MessageVolume &) const = default;
};

struct BudgetAlert {
    std::string agentId;
    double limitUsd = 0;
    double spentUsd = 0;
    /// warning (80 %) exceeded; unknown (annex): some turns have no price, so it may be either
    std::string level;
    std::int64_t unpricedTurns = 0; ///< whose cost is not in `spentUsd`
    bool operator==(const BudgetAlert &) const = default;
};

/// §7 writes these three as bare arrays.
std::string encodeList(const std::vector<ProviderUsage> &list);
std::string encodeList(const std::vector<MessageVolume> &list);
std::string encodeList(const std::vector<BudgetAlert> &list);

} // namespace signalbox::schema
