// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/tenant.h"

#include "models/schema/pagereader.h"

#include <algorithm>

namespace signalbox::schema {

template <class V> void members(V &v, const TenantSettings *)
{
    v("workspace", &TenantSettings::workspace);
}

template <class V> void members(V &v, const Tenant *)
{
    v("id", &Tenant::id, Always);
    v("name", &Tenant::name, Always);
    v("slug", &Tenant::slug, Always);
    v("settings", &Tenant::settings, Always);
    v("agent_quota", &Tenant::agentQuota);
    v("subscription_state", &Tenant::subscriptionState);
    v("created_at", &Tenant::createdAt);
    v("updated_at", &Tenant::updatedAt);
    v("version", &Tenant::version);
}

template <class V> void members(V &v, const UsageDay *)
{
    v("day", &UsageDay::day, Always);
    v("turns", &UsageDay::turns, Always);
    v("prompt_tokens", &UsageDay::promptTokens, Always);
    v("completion_tokens", &UsageDay::completionTokens, Always);
    v("cost_usd", &UsageDay::costUsd, Always);
    v("unpriced_turns", &UsageDay::unpricedTurns);
}

template <class V> void members(V &v, const UsageSummary *)
{
    v("from", &UsageSummary::from, Always);
    v("to", &UsageSummary::to, Always);
    v("turns", &UsageSummary::turns, Always);
    v("prompt_tokens", &UsageSummary::promptTokens, Always);
    v("completion_tokens", &UsageSummary::completionTokens, Always);
    v("cost_usd", &UsageSummary::costUsd, Always);
    v("unpriced_turns", &UsageSummary::unpricedTurns);
    v("days", &UsageSummary::days, Always);
}

template <class V> void members(V &v, const ProviderUsage *)
{
    v("provider", &ProviderUsage::provider, Always);
    v("model", &ProviderUsage::model, Always);
    v("turns", &ProviderUsage::turns, Always);
    v("tokens", &ProviderUsage::tokens, Always);
    v("cost_usd", &ProviderUsage::costUsd, Always);
    v("unpriced_turns", &ProviderUsage::unpricedTurns);
}

template <class V> void members(V &v, const MessageVolume *)
{
    v("day", &MessageVolume::day, Always);
    v("channel", &MessageVolume::channel, Always);
    v("in", &MessageVolume::in, Always);
    v("out", &MessageVolume::out, Always);
}

template <class V> void members(V &v, const BudgetAlert *)
{
    v("agent_id", &BudgetAlert::agentId, Always);
    v("limit_usd", &BudgetAlert::limitUsd, Always);
    v("spent_usd", &BudgetAlert::spentUsd, Always);
    v("level", &BudgetAlert::level, Always);
    v("unpriced_turns", &BudgetAlert::unpricedTurns);
}

std::string workspaceOf(const Tenant &tenant)
{
    return tenant.settings.workspace.empty() ? "default" : tenant.settings.workspace;
}

bool mayTalk(const Tenant &tenant)
{
    return mayTalk(tenant.subscriptionState);
}

bool mayTalk(std::string_view subscriptionState)
{
    return subscriptionState != "suspended" && subscriptionState != "cancelled";
}

bool isSlug(std::string_view text)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    return text.size() >= 2 && text.size() <= 50 && text.front() != '-' && text.back() != '-'
        && std::all_of(text.begin(), text.end(), allowed);
}

std::string encodeList(const std::vector<ProviderUsage> &list)
{
    return dumpTree(write(list));
}
std::string encodeList(const std::vector<MessageVolume> &list)
{
    return dumpTree(write(list));
}
std::string encodeList(const std::vector<BudgetAlert> &list)
{
    return dumpTree(write(list));
}

SIGNALBOX_WIRE(TenantSettings)
SIGNALBOX_WIRE(Tenant)
SIGNALBOX_WIRE(Page<Tenant>)
SIGNALBOX_WIRE(UsageSummary)
SIGNALBOX_WIRE(Page<ProviderUsage>)
SIGNALBOX_WIRE(Page<MessageVolume>)
SIGNALBOX_WIRE(Page<BudgetAlert>)

} // namespace signalbox::schema
