// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/gatekeeper.h"
#include "app/gateway/http/routes.h"

#include <gtest/gtest.h>

namespace signalbox::gateway {
namespace {

using Kind = Route::Kind;

Route route(std::string_view method, std::string_view target)
{
    const auto parsed = parseTarget(target);
    EXPECT_TRUE(parsed) << target;
    return routeOf(method, *parsed);
}

TEST(Routes, EveryPathOfTheTableHasItsKind)
{
    const std::tuple<const char *, const char *, Kind> table[] = {
        { "GET", "/api/v1/version", Kind::Version },
        { "POST", "/api/v1/auth/login", Kind::Login },
        { "POST", "/api/v1/auth/bootstrap", Kind::Bootstrap },
        { "POST", "/api/v1/auth/bootstrap-status", Kind::BootstrapStatus },
        { "POST", "/api/v1/auth/change-password", Kind::ChangePassword },
        { "POST", "/api/v1/iam", Kind::Iam },
        { "POST", "/api/v1/config", Kind::Workspace },
        { "POST", "/api/v1/socket", Kind::Workspace },
        { "GET", "/api/v1/socket", Kind::Socket },
        { "GET", "/api/v1/events", Kind::Events },
        { "POST", "/api/v1/flow/f/service/agent", Kind::FlowService },
        { "POST", "/api/v1/flow/f/service/thru/a/b", Kind::FlowService },
        { "GET", "/metrics", Kind::Scrape },
        { "GET", "/api/v1/flow/f/import/triples", Kind::Import },
        { "GET", "/api/v1/flow/f/export/triples", Kind::Export },
        { "POST", "/api/v1/import-core?id=x", Kind::ImportCore },
        { "GET", "/api/v1/export-core?id=x", Kind::ExportCore },
        { "GET", "/api/v1/document-stream", Kind::DocumentStream },
        { "GET", "/api/v1/i18n/packs/en", Kind::Pack },
        { "GET", "/api/metrics/label/x/values", Kind::Metrics },
    };
    for (const auto &[method, target, kind] : table)
        EXPECT_EQ(route(method, target).kind, kind) << method << " " << target;
    EXPECT_EQ(route("GET", "/api/metrics/label/x/values").name, "label/x/values");
    EXPECT_EQ(route("POST", "/api/v1/flow/f/service/thru/a/b").name, "thru/a/b");
}

TEST(Routes, WrongMethodsAreRefusedWithTheRightOne)
{
    EXPECT_EQ(route("GET", "/api/v1/config").refusal, methodNotAllowed("POST"));
    EXPECT_EQ(route("POST", "/api/v1/i18n/packs/en").refusal, methodNotAllowed("GET, HEAD"));
    EXPECT_EQ(route("DELETE", "/api/v1/flow/f/service/agent").refusal, methodNotAllowed("POST"));
}

TEST(Routes, HeadIsTakenWhereverAPageIsRead)
{
    for (const char *target : { "/api/v1/version", "/api/v1/i18n/packs/en", "/metrics",
             "/api/metrics/query", "/api/v1/export-core" })
        EXPECT_EQ(route("HEAD", target).kind, route("GET", target).kind) << target;
    EXPECT_EQ(route("HEAD", "/api/v1/config").refusal, methodNotAllowed("POST"));
    EXPECT_EQ(route("HEAD", "/api/v1/socket").refusal, methodNotAllowed("GET, POST"));
    EXPECT_EQ(route("HEAD", "/chat/ws/c1").refusal, methodNotAllowed("GET"));
}

TEST(Routes, ARefusalNamesEveryMethodOfThePath)
{
    EXPECT_EQ(route("PUT", "/api/v1/version").refusal, methodNotAllowed("GET, HEAD, POST"));
    EXPECT_EQ(route("OPTIONS", "/api/v1/iam").refusal, methodNotAllowed("POST"));
    EXPECT_EQ(route("DELETE", "/api/v1/auth/login").refusal, methodNotAllowed("POST"));
    EXPECT_EQ(route("POST", "/api/v1/flow/f/import/triples").refusal, methodNotAllowed("GET"));
}

TEST(Routes, UnknownPathsAreNotFound)
{
    for (const char *target : { "/", "/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/x",
             "/api/metrics", "/api/metrics/", "/api/v1/config/", "/api/v1/flow/f",
             "/api/v1/flow/f/service", "/api/v1/flow//service/agent",
             "/api/v1/flow/f/service/agent/x", "/api/v1/auth/nothing" })
        EXPECT_EQ(route("GET", target).refusal, notFound()) << target;
}

TEST(Targets, PathIsSplitBeforeItIsDecoded)
{
    const auto target = parseTarget("/api/v1/flow/a%2Fb/service/agent?x=1&y=a+b%26&flag&=z");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->segments[3], "a/b");
    EXPECT_EQ(target->queryValue("x"), "1");
    EXPECT_EQ(target->queryValue("y"), "a b&");
    EXPECT_EQ(target->queryValue("flag"), "");
    EXPECT_EQ(target->queryValue("z"), std::nullopt);
}

TEST(Targets, BrokenOnesAreNone)
{
    for (const char *text : { "", "x", "*", "/%", "/%4", "/%zz", "/%00", "/a?b=%x" })
        EXPECT_FALSE(parseTarget(text)) << text;
}

TEST(Bearer, SchemeIsExactAndOneSpace)
{
    EXPECT_EQ(bearerOf("Bearer tg_x"), "tg_x");
    EXPECT_EQ(bearerOf("bearer tg_x"), "");
    EXPECT_EQ(bearerOf("Bearer"), "");
    EXPECT_EQ(bearerOf("Basic tg_x"), "");
    EXPECT_EQ(bearerOf(""), "");
}

} // namespace
} // namespace signalbox::gateway
