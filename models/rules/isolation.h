// SPDX-License-Identifier: GPL-3.0-only
// The isolation prover: does what came for one tenant speak of another? Trusts no far end.
#pragma once

#include "models/schema/event.h"
#include "models/schema/tenantmarks.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::rules {

/// Proof that something of another tenant came.
struct ForeignTenant {
    std::string where; ///< path in the answer or frame; "" = the request itself
    std::string expected;
    std::string found;
    bool operator==(const ForeignTenant &) const = default;
};

/// The tenant that a request is about: its path's, else its query's `tenant`; "" = none.
std::string tenantAsked(std::string_view service, std::string_view operation);

/// The first place of `text` that names another tenant than `tenant`; nullopt: there is none.
/// nullopt too for a `tenant` of "": then nothing is expected. A tenant id that is empty is another
/// one: no tenant has it (tenant-platform §2), so such a row is nobody's and shown in no tenant's
/// view. What has none (null, or no such member: a template, a person) says nothing.
std::optional<ForeignTenant> foreignIn(std::string_view tenant, std::string_view text);
/// The same for an event, measured by the tenant that it says it is about.
std::optional<ForeignTenant> foreignIn(const schema::Event &event);

} // namespace signalbox::rules
