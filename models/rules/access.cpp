// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/resource.h"
#include "models/rules/roles.h"

#include <algorithm>
#include <array>

namespace signalbox::rules {

namespace {

constexpr auto Read = OperationClass::Read;
constexpr auto Write = OperationClass::Write;
constexpr auto Destroy = OperationClass::Destroy;

// TG §9 and §2.3, then our own service (signalbox-gateway §6). "" = any signed-in caller.
constexpr std::array operations {
    Operation { "iam", "whoami", "", Read },
    Operation { "iam", "list-my-workspaces", "", Read },
    Operation { "iam", "change-password", "", Write },
    Operation { "iam", "login", "public", Read },
    Operation { "iam", "bootstrap", "public", Write },
    Operation { "iam", "bootstrap-status", "public", Read },
    Operation { "iam", "create-user", "users:admin", Write },
    Operation { "iam", "list-users", "users:read", Read },
    Operation { "iam", "get-user", "users:read", Read },
    Operation { "iam", "update-user", "users:write", Write },
    Operation { "iam", "disable-user", "users:admin", Destroy },
    Operation { "iam", "enable-user", "users:admin", Write },
    Operation { "iam", "delete-user", "users:admin", Destroy },
    Operation { "iam", "reset-password", "users:admin", Write },
    Operation { "iam", "create-api-key", "keys:admin", Write },
    Operation { "iam", "list-api-keys", "keys:admin", Read },
    Operation { "iam", "revoke-api-key", "keys:admin", Destroy },
    Operation { "iam", "create-workspace", "workspaces:admin", Write },
    Operation { "iam", "list-workspaces", "workspaces:admin", Read },
    Operation { "iam", "get-workspace", "workspaces:admin", Read },
    Operation { "iam", "update-workspace", "workspaces:admin", Write },
    Operation { "iam", "disable-workspace", "workspaces:admin", Destroy },
    Operation { "iam", "rotate-signing-key", "iam:admin", Destroy },
    Operation { "iam", "create-group", "iam:admin", Write },
    Operation { "iam", "get-group", "iam:admin", Read },
    Operation { "iam", "list-groups", "iam:admin", Read },
    Operation { "iam", "update-group", "iam:admin", Write },
    Operation { "iam", "delete-group", "iam:admin", Destroy },
    Operation { "iam", "add-group-member", "iam:admin", Write },
    Operation { "iam", "remove-group-member", "iam:admin", Destroy },
    Operation { "iam", "list-group-members", "iam:admin", Read },
    Operation { "iam", "add-group-grant", "iam:admin", Write },
    Operation { "iam", "remove-group-grant", "iam:admin", Destroy },
    Operation { "iam", "list-group-grants", "iam:admin", Read },
    Operation { "iam", "add-user-grant", "iam:admin", Write },
    Operation { "iam", "remove-user-grant", "iam:admin", Destroy },
    Operation { "iam", "list-user-grants", "iam:admin", Read },
    Operation { "iam", "resolve-effective-permissions", "iam:admin", Read },
    Operation { "iam", "take-lease", "", Write },
    Operation { "iam", "renew-lease", "", Write },
    Operation { "iam", "end-lease", "", Write },
    Operation { "iam", "list-my-leases", "", Read },
    Operation { "iam", "list-leases", "iam:admin", Read },
    Operation { "iam", "revoke-lease", "iam:admin", Write },
    Operation { "config", "get", "config:read", Read },
    Operation { "config", "list", "config:read", Read },
    Operation { "config", "getvalues", "config:read", Read },
    Operation { "config", "config", "config:read", Read },
    Operation { "config", "getvalues-all-ws", "config:read", Read },
    Operation { "config", "put", "config:write", Write },
    Operation { "config", "delete", "config:write", Destroy },
    Operation { "flow", "list-blueprints", "flows:read", Read },
    Operation { "flow", "get-blueprint", "flows:read", Read },
    Operation { "flow", "put-blueprint", "flows:write", Write },
    Operation { "flow", "delete-blueprint", "flows:write", Destroy },
    Operation { "flow", "list-flows", "flows:read", Read },
    Operation { "flow", "list-edited-flows", "flows:read", Read },
    Operation { "flow", "get-flow", "flows:read", Read },
    Operation { "flow", "start-flow", "flows:write", Write },
    Operation { "flow", "stop-flow", "flows:write", Destroy },
    Operation { "librarian", "list-documents", "documents:read", Read },
    Operation { "librarian", "get-document-metadata", "documents:read", Read },
    Operation { "librarian", "get-document-content", "documents:read", Read },
    Operation { "librarian", "stream-document", "documents:read", Read, true },
    Operation { "librarian", "list-processing", "documents:read", Read },
    Operation { "librarian", "list-uploads", "documents:read", Read },
    Operation { "librarian", "get-upload-status", "documents:read", Read },
    Operation { "librarian", "add-document", "documents:write", Write },
    Operation { "librarian", "update-document", "documents:write", Write },
    Operation { "librarian", "remove-document", "documents:write", Destroy },
    Operation { "librarian", "add-processing", "documents:write", Write },
    Operation { "librarian", "remove-processing", "documents:write", Destroy },
    Operation { "librarian", "begin-upload", "documents:write", Write },
    Operation { "librarian", "upload-chunk", "documents:write", Write },
    Operation { "librarian", "complete-upload", "documents:write", Write },
    Operation { "librarian", "abort-upload", "documents:write", Destroy },
    Operation { "knowledge", "list-kg-cores", "knowledge:read", Read },
    Operation { "knowledge", "list-de-cores", "knowledge:read", Read },
    Operation { "knowledge", "get-kg-core", "knowledge:read", Read, true },
    Operation { "knowledge", "get-de-core", "knowledge:read", Read, true },
    Operation { "knowledge", "put-kg-core", "knowledge:write", Write },
    Operation { "knowledge", "put-de-core", "knowledge:write", Write },
    Operation { "knowledge", "delete-kg-core", "knowledge:write", Destroy },
    Operation { "knowledge", "delete-de-core", "knowledge:write", Destroy },
    Operation { "knowledge", "load-kg-core", "knowledge:write", Write },
    Operation { "knowledge", "load-de-core", "knowledge:write", Write },
    Operation { "knowledge", "unload-kg-core", "knowledge:write", Destroy },
    Operation { "collection-management", "list-collections", "collections:read", Read },
    Operation { "collection-management", "update-collection", "collections:write", Write },
    Operation { "collection-management", "delete-collection", "collections:write", Destroy },
    Operation { "fabric", "list-queues", "fabric:read", Read },
    Operation { "fabric", "get-queue", "fabric:read", Read },
    Operation { "fabric", "list-topics", "fabric:read", Read },
    Operation { "fabric", "list-consumers", "fabric:read", Read },
    Operation { "fabric", "list-processors", "fabric:read", Read },
    Operation { "fabric", "tail", "fabric:read", Read, true },
    Operation { "fabric", "peek", "fabric:read", Read },
    Operation { "fabric", "get-payload", "fabric:read", Read },
    Operation { "fabric", "publish", "fabric:write", Write },
    Operation { "fabric", "purge", "fabric:admin", Destroy },
    Operation { "fabric", "delete-queue", "fabric:admin", Destroy },
    Operation { "fabric", "move", "fabric:admin", Destroy },
    Operation { "fabric", "line-control", "fabric:admin", Write },
};

// TG §4.7. Asking a model is a read: nothing that an operator set is changed by it; a tool call may
// change the world.
constexpr std::array flowServices {
    Operation { "agent", "", "agent", Write, true },
    Operation { "text-completion", "", "llm", Read, true },
    Operation { "prompt", "", "llm", Read, true },
    Operation { "mcp-tool", "", "mcp", Write, false },
    Operation { "graph-rag", "", "graph-rag:read", Read, true },
    Operation { "document-rag", "", "document-rag:read", Read, true },
    Operation { "embeddings", "", "embeddings", Read, false },
    Operation { "graph-embeddings", "", "graph-embeddings:read", Read, false },
    Operation { "document-embeddings", "", "document-embeddings:read", Read, false },
    Operation { "triples", "", "triples:read", Read, true },
    Operation { "rows", "", "rows:read", Read, false },
    Operation { "nlp-query", "", "nlp-query:read", Read, false },
    Operation { "structured-query", "", "structured-query:read", Read, false },
    Operation { "structured-diag", "", "structured-query:read", Read, false },
    Operation { "row-embeddings", "", "row-embeddings:read", Read, false },
    Operation { "sparql", "", "sparql:read", Read, true },
    Operation { "reranker", "", "reranker", Read, false },
    Operation { "image-to-text", "", "image-to-text", Read, false },
};
constexpr Operation passThrough { "thru/", "", "", Write, true };

// TG §2.4, and fabric:* of signalbox-gateway §6.
constexpr std::array readerCapabilities {
    std::string_view("agent"),
    std::string_view("graph:read"),
    std::string_view("triples:read"),
    std::string_view("sparql:read"),
    std::string_view("graph-rag:read"),
    std::string_view("graph-embeddings:read"),
    std::string_view("documents:read"),
    std::string_view("document-rag:read"),
    std::string_view("document-embeddings:read"),
    std::string_view("entity-contexts:read"),
    std::string_view("rows:read"),
    std::string_view("nlp-query:read"),
    std::string_view("structured-query:read"),
    std::string_view("row-embeddings:read"),
    std::string_view("llm"),
    std::string_view("embeddings"),
    std::string_view("reranker"),
    std::string_view("image-to-text"),
    std::string_view("mcp"),
    std::string_view("config:read"),
    std::string_view("flows:read"),
    std::string_view("collections:read"),
    std::string_view("knowledge:read"),
    std::string_view("keys:self"),
    std::string_view("fabric:read"),
};
constexpr std::array writerCapabilities {
    std::string_view("graph:write"),
    std::string_view("triples:write"),
    std::string_view("graph-embeddings:write"),
    std::string_view("document-embeddings:write"),
    std::string_view("entity-contexts:write"),
    std::string_view("documents:write"),
    std::string_view("rows:write"),
    std::string_view("collections:write"),
    std::string_view("knowledge:write"),
    std::string_view("fabric:write"),
};
constexpr std::array adminCapabilities {
    std::string_view("config:write"),
    std::string_view("flows:write"),
    std::string_view("users:read"),
    std::string_view("users:write"),
    std::string_view("users:admin"),
    std::string_view("keys:admin"),
    std::string_view("workspaces:admin"),
    std::string_view("iam:admin"),
    std::string_view("metrics:read"),
    std::string_view("fabric:admin"),
};

template <class Table> bool holds(const Table &table, std::string_view capability)
{
    return std::find(table.begin(), table.end(), capability) != table.end();
}

} // namespace

const Operation *findOperation(std::string_view service, std::string_view operation)
{
    const auto found =
        std::find_if(operations.begin(), operations.end(), [&](const Operation &known) {
            return known.service == service && known.operation == operation;
        });
    return found == operations.end() ? nullptr : &*found;
}

const Operation *findFlowService(std::string_view kind)
{
    if (kind.size() > passThrough.service.size() && kind.starts_with(passThrough.service))
        return &passThrough;
    const auto found = std::find_if(flowServices.begin(), flowServices.end(),
        [&](const Operation &known) { return known.service == kind; });
    return found == flowServices.end() ? nullptr : &*found;
}

OperationClass operationClass(std::string_view service, std::string_view operation)
{
    if (isResource(service))
        return resourceClass(operation);
    // A web chat inside the console (models/schema/chatline.h): no far end has it, so it is in no
    // table by which a request is let in.
    if (service == "chat" && (operation == "open" || operation == "drop"))
        return OperationClass::Read;
    if (const Operation *known = findOperation(service, operation))
        return known->operationClass;
    if (operation.empty())
        if (const Operation *known = findFlowService(service))
            return known->operationClass;
    return OperationClass::Write;
}

std::span<const Operation> allOperations()
{
    return operations;
}

std::span<const std::string_view> allRoles()
{
    static constexpr std::array roles { std::string_view("reader"), std::string_view("writer"),
        std::string_view("admin") };
    return roles;
}

std::vector<std::string_view> allCapabilities()
{
    std::vector<std::string_view> all;
    const auto add = [&](std::string_view capability) {
        if (!capability.empty() && capability != "public")
            all.push_back(capability);
    };
    std::for_each(readerCapabilities.begin(), readerCapabilities.end(), add);
    std::for_each(writerCapabilities.begin(), writerCapabilities.end(), add);
    std::for_each(adminCapabilities.begin(), adminCapabilities.end(), add);
    for (const Operation &operation : operations)
        add(operation.capability);
    for (const Operation &service : flowServices)
        add(service.capability);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

std::vector<const Operation *> operationsNeeding(std::string_view capability)
{
    std::vector<const Operation *> found;
    const auto add = [&](const Operation &operation) {
        if (operation.capability == capability)
            found.push_back(&operation);
    };
    std::for_each(operations.begin(), operations.end(), add);
    std::for_each(flowServices.begin(), flowServices.end(), add);
    return found;
}

std::vector<std::string> socketsNeeding(std::string_view capability)
{
    std::vector<std::string> found;
    for (const std::string_view kind :
        { "triples", "graph-embeddings", "document-embeddings", "entity-contexts", "rows" }) {
        const std::string name(kind);
        if (capability == name + ":write")
            found.push_back("import " + name);
        else if (capability == name + ":read" && name != "rows") // rows are only imported
            found.push_back("export " + name);
    }
    return found;
}

std::vector<std::string_view> capabilitiesOf(const std::vector<std::string> &roles)
{
    std::vector<std::string_view> held = allCapabilities();
    std::erase_if(held, [&](std::string_view capability) {
        return std::none_of(roles.begin(), roles.end(),
            [&](const std::string &role) { return roleHas(role, capability); });
    });
    return held;
}

bool roleHas(std::string_view role, std::string_view capability)
{
    if (role == "reader")
        return holds(readerCapabilities, capability);
    if (role == "writer")
        return holds(readerCapabilities, capability) || holds(writerCapabilities, capability);
    if (role == "admin")
        return holds(readerCapabilities, capability) || holds(writerCapabilities, capability)
            || holds(adminCapabilities, capability);
    return false;
}

bool roleSpansWorkspaces(std::string_view role)
{
    return role == "admin";
}

bool allowed(const std::vector<std::string> &roles, std::string_view home,
    std::string_view capability, std::string_view workspace)
{
    if (capability.empty() || capability == "public")
        return true;
    return std::any_of(roles.begin(), roles.end(), [&](const std::string &role) {
        return roleHas(role, capability)
            && (workspace.empty() || roleSpansWorkspaces(role) || workspace == home);
    });
}

bool mayChange(const std::vector<std::string> &roles)
{
    return roles.empty()
        || std::any_of(operations.begin(), operations.end(), [&](const Operation &operation) {
               return operation.operationClass != Read && !operation.capability.empty()
                   && operation.capability != "public"
                   && std::any_of(roles.begin(), roles.end(), [&](const std::string &role) {
                          return roleHas(role, operation.capability);
                      });
           });
}

bool validId(std::string_view id)
{
    constexpr std::size_t longest = 64;
    const auto first = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return !id.empty() && id.size() <= longest && first(id.front())
        && std::all_of(
            id.begin(), id.end(), [&](char c) { return first(c) || c == '_' || c == '-'; });
}

} // namespace signalbox::rules
