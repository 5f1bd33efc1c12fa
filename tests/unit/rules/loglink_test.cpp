// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/loglink.h"

#include <gtest/gtest.h>

using namespace signalbox::rules;

using Kind = LogLinkFault::Kind;

namespace {

std::optional<Kind> faultOf(std::string_view pattern)
{
    const auto fault = logLinkFault(pattern);
    return fault ? std::optional(fault->kind) : std::nullopt;
}

} // namespace

TEST(LogLink, ValuesAreEncodedSoThatNoneAddsToTheAddress)
{
    const auto link =
        logLink("https://logs.example.org/{workspace}/{flow}?q=%7Bapp%7D&p={processor}#{queue}",
            { "a/../b", "f?x=1&y", "p r\u00f6", "q#%7B" });
    EXPECT_FALSE(link.fault);
    EXPECT_EQ(link.address,
        "https://logs.example.org/a%2F..%2Fb/f%3Fx%3D1%26y?q=%7Bapp%7D&p=p%20r%C3%B6#q%23%257B");
}

TEST(LogLink, OnlyTheWebIsLedTo)
{
    for (const char *pattern : { "file:///etc/passwd", "javascript:alert(1)", "logs.example.org/x",
             "ftp://h/{flow}", " https://h", "httpss://h" })
        EXPECT_EQ(faultOf(pattern), Kind::NotWeb) << pattern;
    for (const char *pattern : { "", "https://h", "HTTP://h:9000/{flow}", "http://[::1]/x" })
        EXPECT_EQ(faultOf(pattern), std::nullopt) << pattern;
}

TEST(LogLink, NoNameFromOutsideDecidesWhomOneAsks)
{
    EXPECT_EQ(faultOf("https://{workspace}.example.org/"), Kind::PlaceholderInHost);
    EXPECT_EQ(faultOf("https://user:pw@h/"), Kind::Account);
    EXPECT_EQ(faultOf("https:///x"), Kind::NoHost);
    EXPECT_EQ(faultOf("https://:80/x"), Kind::NoHost);
    EXPECT_EQ(
        faultOf("https://h\\@other/{flow}"), std::nullopt); // the host ends where browsers end it
}

TEST(LogLink, MistakesAreNamed)
{
    EXPECT_EQ(logLinkFault("https://h/{Flow}"), (LogLinkFault { Kind::Unknown, "Flow" }));
    EXPECT_EQ(faultOf("https://h/{flow"), Kind::Brace);
    EXPECT_EQ(faultOf("https://h/flow}"), Kind::Brace);
    EXPECT_EQ(faultOf("https://h/a b"), Kind::Character);
    const auto link = logLink("https://h/{flow}/{processor}", { "w", "f" });
    EXPECT_EQ(link.fault, (LogLinkFault { Kind::Missing, "processor" }));
    EXPECT_TRUE(link.address.empty());
    EXPECT_TRUE(logLink("", {}).address.empty());
    EXPECT_FALSE(logLink("", {}).fault);
}
