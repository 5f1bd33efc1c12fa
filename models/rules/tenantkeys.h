// SPDX-License-Identifier: GPL-3.0-only
// Names of what the platform keeps for a tenant in its cache (tenant-platform §2, formats exact).
// Every name begins with the tenant, and none can be made without one: the constructors take a
// TenantId, and there is none that is empty or holds the separator.
#pragma once

#include "models/schema/expected.h"

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::rules {

/// A tenant's id, a UUID or a slug. Whoever holds one may name this tenant's rows and keys, and
/// no other's.
class TenantId {
public:
    /// Refuses an empty id and one with ':'; the error says why.
    static Expected<TenantId, std::string> of(std::string_view text);

    [[nodiscard]] const std::string &text() const { return m_text; }
    auto operator<=>(const TenantId &) const = default;

private:
    explicit TenantId(std::string_view text)
        : m_text(text)
    {
    }
    std::string m_text;
};

enum class KeyKind {
    RateLimit, ///< token bucket, 30 requests a minute for each tenant and channel
    Dedup, ///< set when absent, 24 h
    Session,
    Engaged, ///< 30 min
    MemoryShort, ///< list, newest last, 20
    Escalation, ///< `escalated` while a person owns the thread
    ToolConfirm, ///< one pending confirmation, 10 min
    WebchatResponse, ///< a pub/sub channel, never stored
};
inline constexpr std::array allKeyKinds { KeyKind::RateLimit, KeyKind::Dedup, KeyKind::Session,
    KeyKind::Engaged, KeyKind::MemoryShort, KeyKind::Escalation, KeyKind::ToolConfirm,
    KeyKind::WebchatResponse };

/// What stands between the tenant and the rest: `ratelimit`, `memory:short`, …
std::string_view prefixOf(KeyKind kind);
std::optional<KeyKind> keyKindOf(std::string_view prefix);

/// Made by the functions below only.
class TenantKey {
public:
    [[nodiscard]] const std::string &text() const { return m_text; }
    [[nodiscard]] const TenantId &tenant() const { return m_tenant; }
    [[nodiscard]] KeyKind kind() const { return m_kind; }
    bool operator==(const TenantKey &) const = default;

private:
    TenantKey(const TenantId &tenant, KeyKind kind, std::string_view rest);
    friend TenantKey rateLimitKey(const TenantId &tenant, std::string_view channel);
    friend TenantKey idempotencyKey(const TenantId &tenant, std::string_view messageId);
    friend TenantKey sessionKey(const TenantId &tenant, std::string_view threadId);
    friend TenantKey engagedThreadKey(const TenantId &tenant, std::string_view threadId);
    friend TenantKey memoryShortKey(
        const TenantId &tenant, std::string_view agentId, std::string_view userId);
    friend TenantKey escalationStatusKey(const TenantId &tenant, std::string_view threadId);
    friend TenantKey pendingToolConfirmKey(const TenantId &tenant, std::string_view threadId);

    TenantId m_tenant;
    KeyKind m_kind;
    std::string m_text;
};

TenantKey rateLimitKey(const TenantId &tenant, std::string_view channel);
TenantKey idempotencyKey(const TenantId &tenant, std::string_view messageId);
TenantKey sessionKey(const TenantId &tenant, std::string_view threadId);
TenantKey engagedThreadKey(const TenantId &tenant, std::string_view threadId);
/// Agents' ids are UUIDs: one with ':' would make two pairs share a key.
TenantKey memoryShortKey(const TenantId &tenant, std::string_view agentId, std::string_view userId);
TenantKey escalationStatusKey(const TenantId &tenant, std::string_view threadId);
TenantKey pendingToolConfirmKey(const TenantId &tenant, std::string_view threadId);

/// A pub/sub channel: of another type, so that nothing can be stored under its name.
class TenantChannel {
public:
    [[nodiscard]] const std::string &text() const { return m_text; }
    [[nodiscard]] const TenantId &tenant() const { return m_tenant; }

private:
    TenantChannel(const TenantId &tenant, std::string_view rest);
    friend TenantChannel webchatResponseKey(
        const TenantId &tenant, std::string_view conversationId);

    TenantId m_tenant;
    std::string m_text;
};

TenantChannel webchatResponseKey(const TenantId &tenant, std::string_view conversationId);

/// A key read back. `rest` is opaque: it may hold ':'.
struct ReadKey {
    std::string tenant;
    KeyKind kind = KeyKind::Session;
    std::string rest;
    bool operator==(const ReadKey &) const = default;
};
/// Nothing when the text is no key of these.
std::optional<ReadKey> readTenantKey(std::string_view text);

} // namespace signalbox::rules
