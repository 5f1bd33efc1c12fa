// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/roles.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>

using namespace signalbox::rules;

TEST(Access, everyOperationOfTheContractIsKnownOnce)
{
    std::set<std::pair<std::string_view, std::string_view>> seen;
    std::map<std::string_view, int> counts;
    for (const Operation &operation : allOperations()) {
        EXPECT_TRUE(seen.insert({ operation.service, operation.operation }).second)
            << operation.operation;
        EXPECT_EQ(findOperation(operation.service, operation.operation), &operation);
        ++counts[operation.service];
        const bool needsRole = !operation.capability.empty() && operation.capability != "public";
        EXPECT_TRUE(!needsRole || roleHas("admin", operation.capability)) << operation.capability;
    }
    EXPECT_EQ(counts["iam"], 44); // 38 of the contract, six for leases
    EXPECT_EQ(counts["config"], 7);
    EXPECT_EQ(counts["flow"], 9); // eight of the contract, list-edited-flows
    EXPECT_EQ(counts["librarian"], 16);
    EXPECT_EQ(counts["knowledge"], 11);
    EXPECT_EQ(counts["collection-management"], 3);
    EXPECT_EQ(counts["fabric"], 13);
}

TEST(Access, capabilitiesAsTheTableSays)
{
    const auto capability = [](const char *service, const char *operation) {
        const Operation *found = findOperation(service, operation);
        return found ? found->capability : std::string_view("unknown");
    };
    EXPECT_EQ(capability("config", "put"), "config:write");
    EXPECT_EQ(capability("flow", "list-flows"), "flows:read");
    EXPECT_EQ(capability("iam", "whoami"), "");
    EXPECT_EQ(capability("iam", "login"), "public");
    EXPECT_EQ(capability("iam", "list-users"), "users:read");
    EXPECT_EQ(capability("fabric", "purge"), "fabric:admin");
    EXPECT_EQ(capability("config", "getkeys-all-ws"), "unknown");
    EXPECT_EQ(capability("iam", "authorise"), "unknown");
    EXPECT_EQ(capability("nowhere", "get"), "unknown");
}

TEST(Access, flowServicesAndThePassThrough)
{
    EXPECT_EQ(findFlowService("graph-rag")->capability, "graph-rag:read");
    EXPECT_EQ(findFlowService("structured-diag")->capability, "structured-query:read");
    EXPECT_NE(findFlowService("thru/anything"), nullptr);
    EXPECT_EQ(findFlowService("thru/"), nullptr);
    EXPECT_EQ(findFlowService("text-load"), nullptr);
}

TEST(Access, unknownOperationsCountAsWrites)
{
    EXPECT_EQ(operationClass("config", "invent"), OperationClass::Write);
    EXPECT_EQ(operationClass("config", "get"), OperationClass::Read);
    EXPECT_EQ(operationClass("flow", "stop-flow"), OperationClass::Destroy);
    EXPECT_EQ(operationClass("fabric", "move"), OperationClass::Destroy);
    EXPECT_EQ(operationClass("fabric", "peek"), OperationClass::Read);
    EXPECT_EQ(operationClass("triples", ""), OperationClass::Read);
    EXPECT_EQ(operationClass("thru/x", ""), OperationClass::Write);
}

TEST(Access, rolesReachTheirWorkspaces)
{
    EXPECT_TRUE(allowed({ "reader" }, "a", "config:read", "a"));
    EXPECT_FALSE(allowed({ "reader" }, "a", "config:read", "b"));
    EXPECT_TRUE(allowed({ "reader" }, "a", "config:read", ""));
    EXPECT_FALSE(allowed({ "writer" }, "a", "config:write", "a"));
    EXPECT_TRUE(allowed({ "writer" }, "a", "documents:write", "a"));
    EXPECT_TRUE(allowed({ "reader", "admin" }, "a", "flows:write", "b"));
    EXPECT_FALSE(allowed({ "emperor" }, "a", "config:read", "a"));
    EXPECT_TRUE(allowed({}, "a", "", "a"));
    EXPECT_FALSE(roleHas("writer", "metrics:read"));
}

TEST(Access, idsThatMayGoIntoQueueNames)
{
    for (const char *id : { "a", "0", "f-1_x", "default" })
        EXPECT_TRUE(validId(id)) << id;
    for (const char *id : { "", "-a", "_a", "A", "a b", "a:b", "a.b", "\xc3\xbc", "a/b" })
        EXPECT_FALSE(validId(id)) << id;
    EXPECT_TRUE(validId(std::string(64, 'a')));
    EXPECT_FALSE(validId(std::string(65, 'a')));
}

TEST(Access, rolesGrowAndEveryRightIsShown)
{
    EXPECT_EQ(std::vector(allRoles().begin(), allRoles().end()),
        (std::vector<std::string_view> { "reader", "writer", "admin" }));
    const auto all = allCapabilities();
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    EXPECT_EQ(capabilitiesOf({ "admin" }), all);
    EXPECT_EQ(capabilitiesOf({ "emperor" }).size(), 0u);
    const auto reader = capabilitiesOf({ "reader" });
    const auto writer = capabilitiesOf({ "emperor", "writer" });
    EXPECT_TRUE(std::includes(writer.begin(), writer.end(), reader.begin(), reader.end()));
    EXPECT_LT(reader.size(), writer.size());
    EXPECT_LT(writer.size(), all.size());
}

TEST(Access, aRightTellsWhatItOpens)
{
    const auto needing = operationsNeeding("flows:write");
    ASSERT_EQ(needing.size(), 4u);
    EXPECT_EQ(needing.front()->operation, "put-blueprint");
    const auto asking = operationsNeeding("llm");
    ASSERT_EQ(asking.size(), 2u);
    EXPECT_EQ(asking.front()->service, "text-completion");
    EXPECT_EQ(socketsNeeding("triples:write"), std::vector<std::string> { "import triples" });
    EXPECT_EQ(socketsNeeding("triples:read"), std::vector<std::string> { "export triples" });
    EXPECT_EQ(socketsNeeding("rows:write"), std::vector<std::string> { "import rows" });
    EXPECT_TRUE(socketsNeeding("rows:read").empty()) << "rows are only imported";
    EXPECT_TRUE(operationsNeeding("graph:read").empty()) << "held by roles, asked for by nothing";
}
