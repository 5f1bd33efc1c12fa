// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/lease.h"

#include "models/rules/resource.h"

#include <algorithm>

namespace signalbox::rules {
namespace {

constexpr std::array ownOperations { std::string_view("take-lease"),
    std::string_view("renew-lease"), std::string_view("end-lease"),
    std::string_view("revoke-lease"), std::string_view("change-password"),
    std::string_view("bootstrap") };

template <class List, class Value> bool holds(const List &list, const Value &value)
{
    return std::find(list.begin(), list.end(), value) != list.end();
}

bool blank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace

OperationClass classOf(const Change &change)
{
    if (!change.flow)
        return operationClass(change.service, change.operation);
    const Operation *service = findFlowService(change.service);
    return service ? service->operationClass : OperationClass::Write;
}

std::string_view scopeOf(const Change &change)
{
    if (change.flow)
        return findFlowService(change.service) ? leaseMessages : std::string_view();
    if (isResource(change.service))
        return resourceScope(change.service, change.operation);
    if (change.service == "chat") // of the console, see operationClass()
        return leaseMessages;
    if (!findOperation(change.service, change.operation))
        return {};
    if (change.service == "flow")
        return leaseFlows;
    if (change.service == "iam")
        return leaseAccess;
    return change.service == "fabric" ? leaseMessages : leaseConfig;
}

bool covers(const schema::Lease &lease, const Change &change)
{
    const std::string_view scope = scopeOf(change);
    if (scope.empty())
        return lease.workspace.empty()
            && std::all_of(leaseScopes.begin(), leaseScopes.end(),
                [&](std::string_view each) { return holds(lease.scopes, each); });
    if (!holds(lease.scopes, scope)
        || (classOf(change) == OperationClass::Destroy && !holds(lease.scopes, leaseDestroy)))
        return false;
    if (lease.workspace.empty())
        return true;
    return scope != leaseAccess && change.workspace == lease.workspace;
}

bool needsNoLease(const Change &change)
{
    return !change.flow && change.service == "iam" && holds(ownOperations, change.operation);
}

std::optional<std::string> leaseFault(const schema::Lease &asked)
{
    if (asked.scopes.empty())
        return "a lease needs at least one scope";
    for (const std::string &scope : asked.scopes)
        if (!holds(leaseScopes, scope))
            return "unknown scope '" + scope + "'";
    if (asked.scopes.size() > leaseScopes.size())
        return "a scope is named twice";
    if (asked.scopes.size() == 1 && asked.scopes.front() == leaseDestroy)
        return "'destroy' goes with another scope";
    if (!holds(leaseMinutes, asked.minutes))
        return "minutes must be 5, 15, 30 or 60";
    if (blank(asked.reason) || asked.reason.size() > longestReason)
        return "a reason of 1 to " + std::to_string(longestReason) + " bytes is needed";
    return std::nullopt;
}

} // namespace signalbox::rules
