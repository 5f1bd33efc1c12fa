// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/resource.h"

#include "models/rules/lease.h"

#include <gtest/gtest.h>

namespace signalbox::rules {
namespace {

TEST(Resource, ARequestLineIsTakenApart)
{
    const auto call = resourceCall("PUT /tenants/acme/agents/a%201?dry=1&x=a%2Fb");
    ASSERT_TRUE(call);
    EXPECT_EQ(call->method, "PUT");
    EXPECT_EQ(call->path, "/tenants/acme/agents/a%201");
    EXPECT_EQ(call->query, "dry=1&x=a%2Fb");
    EXPECT_EQ(
        call->segments(), (std::vector<std::string_view> { "tenants", "acme", "agents", "a%201" }));
}

TEST(Resource, WhatIsNoRequestLineIsNotSentAndCountsAsAWrite)
{
    for (const char *text :
        { "", "GET", "GET ", "GET tenants", "get /tenants", "PATCH /tenants", "HEAD /tenants",
            "GET /tenants/../iam", "GET /tenants/%2e%2E/x", "GET /tenants/./x", "GET //evil",
            "GET /tenants/", "GET /a b", "GET /a\r\nX: y", "GET /a#b", "GET /a%2", "GET /a%zz",
            "GET /a\\b", "GET /a?b c", "GET  /tenants", " GET /tenants", "GET /t\xC3\xBC" }) {
        EXPECT_FALSE(resourceCall(text)) << text;
        EXPECT_EQ(operationClass("portal", text), OperationClass::Write) << text;
        EXPECT_EQ(scopeOf({ "portal", text, false, {} }), "") << text;
    }
}

TEST(Resource, TheMethodTellsTheClass)
{
    EXPECT_EQ(operationClass("portal", "GET /tenants"), OperationClass::Read);
    EXPECT_EQ(operationClass("ops", "GET /keys?tenant=a"), OperationClass::Read);
    EXPECT_EQ(operationClass("portal", "POST /tenants"), OperationClass::Write);
    EXPECT_EQ(operationClass("portal", "PUT /tenants/a"), OperationClass::Write);
    EXPECT_EQ(operationClass("portal", "DELETE /tenants/a"), OperationClass::Destroy);
    EXPECT_EQ(operationClass("elsewhere", "GET /tenants"), OperationClass::Write);
}

TEST(Resource, LeasesCoverRequestLinesByWhatTheyAreAbout)
{
    const auto scope = [](const char *service, const char *line) {
        return scopeOf({ service, line, false, {} });
    };
    EXPECT_EQ(scope("portal", "POST /tenants"), leaseAccess);
    EXPECT_EQ(scope("portal", "DELETE /tenants/a"), leaseAccess);
    EXPECT_EQ(scope("portal", "POST /tenants/a/users"), leaseAccess);
    EXPECT_EQ(scope("portal", "DELETE /tenants/a/invitations/i"), leaseAccess);
    EXPECT_EQ(scope("portal", "PUT /tenants/a/agents/b"), leaseConfig);
    EXPECT_EQ(scope("portal", "POST /tenants/a/agents/from-template/t"), leaseConfig);
    EXPECT_EQ(scope("portal", "POST /tenants/a/kb"), leaseConfig);
    EXPECT_EQ(scope("portal", "POST /invitations/accept"), leaseAccess);
    EXPECT_EQ(resourceRole("portal", "POST /tenants"), "platform_admin");
    EXPECT_EQ(resourceRole("portal", "DELETE /tenants/a"), "platform_admin");
    EXPECT_EQ(resourceRole("portal", "POST /tenants/a/kb"), "customer_admin");
    EXPECT_EQ(resourceRole("portal", "PUT /tenants/a/agents/test"), "customer_admin");
    EXPECT_EQ(resourceRole("portal", "POST /tenants/a/agents/b/test"), "");
    EXPECT_EQ(resourceRole("portal", "GET /tenants/a/users"), "");
    EXPECT_EQ(resourceRole("portal", "POST /invitations/accept"), "");
    EXPECT_EQ(resourceRole("ops", "POST /escalations/a/b"), "");
    EXPECT_EQ(scope("portal", "POST /tenants/a/agents/b/test"), leaseMessages);
    EXPECT_EQ(scope("portal", "PUT /tenants/a/channels/c"), leaseConfig);
    EXPECT_EQ(scope("portal", "POST /chat/conversations"), leaseMessages);
    EXPECT_EQ(scope("ops", "POST /escalations/a/t"), leaseMessages);
    EXPECT_EQ(scope("ops", "POST /conversations/c/human-message"), leaseMessages);
    EXPECT_EQ(scope("ops", "POST /threads/t/c/messages/m/send"), leaseMessages);
    EXPECT_EQ(scope("ops", "POST /keys"), "");
    EXPECT_EQ(scope("portal", "POST /tenants/a/planets"), "");

    schema::Lease lease;
    lease.scopes = { "config" };
    lease.workspace = "acme";
    EXPECT_TRUE(covers(lease, { "portal", "PUT /tenants/a/agents/b", false, "acme" }));
    EXPECT_FALSE(covers(lease, { "portal", "PUT /tenants/a/agents/b", false, "beta" }));
    EXPECT_FALSE(covers(lease, { "portal", "DELETE /tenants/a/agents/b", false, "acme" }));
    EXPECT_FALSE(covers(lease, { "portal", "POST /tenants/a/planets", false, "acme" }));
}

TEST(Resource, PathsAreEncodedSegmentBySegment)
{
    EXPECT_EQ(resourcePath({ "tenants", "a/b?c", "agents", "\xC3\xBC" }),
        "/tenants/a%2Fb%3Fc/agents/%C3%BC");
    EXPECT_EQ(percentDecoded("a%2Fb%3Fc"), "a/b?c");
    EXPECT_EQ(percentDecoded("%4"), std::nullopt);
    // An id that climbs cannot be sent at all.
    EXPECT_FALSE(resourceCall("GET " + resourcePath({ "tenants", "..", "agents" })));
}

TEST(Resource, ThePathTellsTheTenant)
{
    EXPECT_EQ(resourceTenant("portal", "GET /tenants/a%20b/agents"), "a b");
    EXPECT_EQ(resourceTenant("portal", "GET /usage/acme/summary"), "acme");
    EXPECT_EQ(resourceTenant("ops", "GET /threads/acme/t1/messages"), "acme");
    EXPECT_EQ(resourceTenant("ops", "POST /confirmations/acme/t1"), "acme");
    EXPECT_EQ(resourceTenant("portal", "GET /tenants"), "");
    EXPECT_EQ(resourceTenant("portal", "GET /chat/conversations/c1"), "");
    EXPECT_EQ(resourceTenant("iam", "GET /tenants/acme"), "");
}

} // namespace
} // namespace signalbox::rules
