// SPDX-License-Identifier: GPL-3.0-only
// Operation classes and capabilities, contract TG §2.4 and §9, signalbox-gateway §6.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::rules {

enum class OperationClass { Read, Write, Destroy };

struct Operation {
    std::string_view service; ///< iam config flow librarian knowledge collection-management fabric;
                              ///< flow-hosted kinds
    std::string_view operation; ///< "" for flow-hosted services
    std::string_view capability; ///< "" = any signed-in caller, "public" = none
    OperationClass operationClass = OperationClass::Write;
    bool streams = false;
};

/// nullptr when the back end would answer "unknown operation"/"unknown service".
const Operation *findOperation(std::string_view service, std::string_view operation);
/// Flow-hosted services (TG §4.7). nullptr = unknown kind. `thru/<anything>` is known.
const Operation *findFlowService(std::string_view kind);
/// An unknown operation counts as a write.
OperationClass operationClass(std::string_view service, std::string_view operation);
std::span<const Operation> allOperations();

/// Roles of the open edition: reader, writer (home workspace), admin (all workspaces).
bool roleHas(std::string_view role, std::string_view capability);
bool roleSpansWorkspaces(std::string_view role);
/// May a user with these roles and home workspace use `capability` on `workspace` ("" = no target)?
bool allowed(const std::vector<std::string> &roles, std::string_view home,
    std::string_view capability, std::string_view workspace);

/// May these roles change anything that others see? Their own password and leases do not count, nor
/// does asking a model. No roles: nobody has told them, so they may.
bool mayChange(const std::vector<std::string> &roles);

/// Ids that go into topic names: [a-z0-9][a-z0-9_-]*, at most 64.
bool validId(std::string_view id);

} // namespace signalbox::rules
