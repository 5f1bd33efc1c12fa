// SPDX-License-Identifier: GPL-3.0-only
// Which tenant a text says it is about, and where. For the isolation prover (rules/isolation.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signalbox::schema {

/// One place of a text that names a tenant.
struct TenantMark {
    std::string path; ///< "items[3].tenant_id"
    std::string tenant; ///< what stands there; the raw JSON of what is no text
    bool operator==(const TenantMark &) const = default;
};

/// Every member `tenant_id` or `tenantId` at any depth; `tenant` where a text stands; the id of a
/// tenant's own row (it has a `slug`); and the tenant in front of a key of the cache (an object
/// with `key` and `subject`). What people and tools put in (arguments, results, settings, config,
/// metadata, content …) is not looked into: anything may stand there. Empty for what is no JSON.
std::vector<TenantMark> tenantMarks(std::string_view text);

} // namespace signalbox::schema
