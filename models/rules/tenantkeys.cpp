// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/tenantkeys.h"

namespace signalbox::rules {

namespace {

constexpr char keySeparator = ':';

std::string keyText(const TenantId &tenant, KeyKind kind, std::string_view rest)
{
    const std::string_view prefix = prefixOf(kind);
    std::string text;
    text.reserve(tenant.text().size() + prefix.size() + rest.size() + 2);
    text += tenant.text();
    text += keySeparator;
    text += prefix;
    text += keySeparator;
    text += rest;
    return text;
}

} // namespace

Expected<TenantId, std::string> TenantId::of(std::string_view text)
{
    if (text.empty())
        return unexpected(std::string("a tenant's id is empty"));
    if (text.find(keySeparator) != std::string_view::npos)
        return unexpected("a tenant's id holds ':': " + std::string(text));
    return TenantId(text);
}

std::string_view prefixOf(KeyKind kind)
{
    switch (kind) {
    case KeyKind::RateLimit:
        return "ratelimit";
    case KeyKind::Dedup:
        return "dedup";
    case KeyKind::Session:
        return "session";
    case KeyKind::Engaged:
        return "engaged";
    case KeyKind::MemoryShort:
        return "memory:short";
    case KeyKind::Escalation:
        return "escalation";
    case KeyKind::ToolConfirm:
        return "tool_confirm";
    case KeyKind::WebchatResponse:
        return "webchat:response";
    }
    return {};
}

std::optional<KeyKind> keyKindOf(std::string_view prefix)
{
    for (const KeyKind kind : allKeyKinds)
        if (prefixOf(kind) == prefix)
            return kind;
    return std::nullopt;
}

TenantKey::TenantKey(const TenantId &tenant, KeyKind kind, std::string_view rest)
    : m_tenant(tenant)
    , m_kind(kind)
    , m_text(keyText(tenant, kind, rest))
{
}

TenantChannel::TenantChannel(const TenantId &tenant, std::string_view rest)
    : m_tenant(tenant)
    , m_text(keyText(tenant, KeyKind::WebchatResponse, rest))
{
}

TenantKey rateLimitKey(const TenantId &tenant, std::string_view channel)
{
    return { tenant, KeyKind::RateLimit, channel };
}

TenantKey idempotencyKey(const TenantId &tenant, std::string_view messageId)
{
    return { tenant, KeyKind::Dedup, messageId };
}

TenantKey sessionKey(const TenantId &tenant, std::string_view threadId)
{
    return { tenant, KeyKind::Session, threadId };
}

TenantKey engagedThreadKey(const TenantId &tenant, std::string_view threadId)
{
    return { tenant, KeyKind::Engaged, threadId };
}

TenantKey memoryShortKey(const TenantId &tenant, std::string_view agentId, std::string_view userId)
{
    return { tenant, KeyKind::MemoryShort,
        std::string(agentId) + keySeparator + std::string(userId) };
}

TenantKey escalationStatusKey(const TenantId &tenant, std::string_view threadId)
{
    return { tenant, KeyKind::Escalation, threadId };
}

TenantKey pendingToolConfirmKey(const TenantId &tenant, std::string_view threadId)
{
    return { tenant, KeyKind::ToolConfirm, threadId };
}

TenantChannel webchatResponseKey(const TenantId &tenant, std::string_view conversationId)
{
    return { tenant, conversationId };
}

std::optional<ReadKey> readTenantKey(std::string_view text)
{
    const std::size_t end = text.find(keySeparator);
    if (end == 0 || end == std::string_view::npos)
        return std::nullopt;
    const std::string_view after = text.substr(end + 1);
    for (const KeyKind kind : allKeyKinds) {
        const std::string_view prefix = prefixOf(kind);
        if (after.size() > prefix.size() && after.starts_with(prefix)
            && after[prefix.size()] == keySeparator)
            return ReadKey { std::string(text.substr(0, end)), kind,
                std::string(after.substr(prefix.size() + 1)) };
    }
    return std::nullopt;
}

} // namespace signalbox::rules
