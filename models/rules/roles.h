// SPDX-License-Identifier: GPL-3.0-only
// The table behind access.h, to be shown: contract TG §2.4, signalbox-gateway §6.
#pragma once

#include "models/rules/access.h"

namespace signalbox::rules {

/// Roles of the open edition, each with all rights of the one before.
std::span<const std::string_view> allRoles();
/// Every right that a role can hold or an operation asks for, by area and name.
std::vector<std::string_view> allCapabilities();
/// What asks for the right: system operations, then flow-hosted services.
std::vector<const Operation *> operationsNeeding(std::string_view capability);
/// "import triples", "export triples": the sockets of a flow that it opens (TG §1.7, §1.8).
std::vector<std::string> socketsNeeding(std::string_view capability);
/// Rights that these roles hold together.
std::vector<std::string_view> capabilitiesOf(const std::vector<std::string> &roles);

} // namespace signalbox::rules
