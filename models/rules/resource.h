// SPDX-License-Identifier: GPL-3.0-only
// Requests of the REST shape (tenant-platform §5, signalbox-gateway §7). Such a service has no
// operations of its own: the operation is the request line, "PUT /tenants/acme/agents/a1?x=y".
#pragma once

#include "models/rules/access.h"

#include <initializer_list>
#include <string>

namespace signalbox::rules {

inline constexpr std::string_view portalService = "portal"; ///< base /api/portal
inline constexpr std::string_view opsService = "ops"; ///< base /ops

/// One request line, taken apart. Views into the text it was made of.
struct ResourceCall {
    std::string_view method; ///< GET POST PUT DELETE
    std::string_view path; ///< begins with '/', percent-encoded, relative to the service's base
    std::string_view query; ///< without '?'
    /// The path's segments as they stand, e.g. tenants · acme · agents.
    [[nodiscard]] std::vector<std::string_view> segments() const;
};

bool isResource(std::string_view service);
/// "/api/portal" or "/ops"; "" for other services.
std::string_view resourceBase(std::string_view service);
/// nullopt: not a request line that may be sent — another method, a path that does not begin with
/// '/', that climbs (`..`), has an empty segment, or holds what must be percent-encoded.
std::optional<ResourceCall> resourceCall(std::string_view operation);

/// GET reads, DELETE destroys, everything else writes; so does what is no request line.
OperationClass resourceClass(std::string_view operation);
/// The scope of a lease that it needs (rules/lease.h); "" = nobody knows it.
std::string_view resourceScope(std::string_view service, std::string_view operation);
/// What a caller must be at least for a request of the portal (tenant-platform §5):
/// `platform_admin`, `customer_admin` of the tenant; "" = any member.
std::string_view resourceRole(std::string_view service, std::string_view operation);
/// The tenant that the path names, decoded; "" = none does.
std::string resourceTenant(std::string_view service, std::string_view operation);

/// "/tenants/a%2Fb/agents": each part encoded as one segment.
std::string resourcePath(std::initializer_list<std::string_view> segments);
/// `text` as one segment or one value of a query.
std::string percentEncoded(std::string_view text);
/// nullopt: a '%' that is followed by no two hex digits.
std::optional<std::string> percentDecoded(std::string_view text);

} // namespace signalbox::rules
