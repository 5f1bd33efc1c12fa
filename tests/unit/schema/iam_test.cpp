// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/iam.h"
#include "models/schema/iamedit.h"

#include <gtest/gtest.h>

using namespace signalbox::schema;

TEST(User, roundTripWithUnknownMembers)
{
    const std::string text =
        R"({"id":"u","default_workspace":"w","groups":["g"],"username":"n","name":"N","email":"",)"
        R"("roles":["admin"],"enabled":false,"must_change_password":true,"created":""})";
    const auto user = decode<User>(text);
    ASSERT_TRUE(user);
    EXPECT_FALSE(user->enabled);
    EXPECT_EQ(encode(*user), text);
}

TEST(User, theOlderNameOfTheHomeWorkspaceIsRead)
{
    const auto user = decode<User>(R"({"id":"u","workspace":"w"})");
    ASSERT_TRUE(user);
    EXPECT_EQ(user->defaultWorkspace, "w");
    EXPECT_EQ(encode(*user), R"({"id":"u","default_workspace":"w"})");
}

TEST(IamResponse, emptyListsAreLeftOutAndTheFlagIsAlwaysThere)
{
    EXPECT_EQ(encode(IamResponse()), R"({"bootstrap_available":false})");
    const auto response = decode<IamResponse>(R"({"bootstrap_available":true})");
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->bootstrapAvailable);
    EXPECT_TRUE(response->apiKeys.empty());
}

TEST(IamResponse, eachMemberRoundTrips)
{
    IamResponse response;
    response.user = User { "u", "w", "n", "N", "e", { "r" }, true, false, "c", {} };
    response.users = { *response.user };
    response.workspace = Workspace { "w", "W", false, "", {} };
    response.workspaces = { *response.workspace };
    response.apiKey = ApiKey { "k", "u", "n", "tg_abcd", "", "c", "", {} };
    response.apiKeys = { *response.apiKey };
    response.apiKeyPlaintext = "tg_x";
    response.temporaryPassword = "p";
    response.jwt = "j";
    response.jwtExpires = "t";
    response.bootstrapAdminUserId = "a";
    response.bootstrapAdminApiKey = "b";
    EXPECT_EQ(decode<IamResponse>(encode(response)).value(), response);
}

TEST(IamRequest, partialRecordsAreKeptVerbatim)
{
    const auto request = decode<IamRequest>(
        R"({"operation":"update-user","user_id":"u","user":{"enabled":true,"x":[1,2]},"workspace_record":null})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->user->text, R"({"enabled":true,"x":[1,2]})");
    EXPECT_FALSE(request->workspaceRecord);
    EXPECT_EQ(encode(*request),
        R"({"operation":"update-user","user_id":"u","user":{"enabled":true,"x":[1,2]}})");
}

TEST(IamRequest, theAuthRouteNamesTheOldPasswordDifferently)
{
    const auto request = decode<IamRequest>(R"({"current_password":"a","new_password":"b"})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->password, "a");
    EXPECT_EQ(request->newPassword, "b");
    EXPECT_EQ(decode<IamRequest>(R"({"username":["a"]})").error().text(),
        "username: expected string, found array");
}

TEST(Workspace, aMissingFlagMeansEnabled)
{
    EXPECT_TRUE(decode<Workspace>(R"({"id":"w"})")->enabled);
    EXPECT_EQ(encode(decode<Workspace>(R"({"id":"w"})").value()), R"({"id":"w"})");
}

TEST(ApiKey, roundTrip)
{
    const std::string text =
        R"({"id":"k","user_id":"u","name":"n","prefix":"tg_abcd","expires":"","created":"c","last_used":""})";
    EXPECT_EQ(encode(decode<ApiKey>(text).value()), text);
}

TEST(UserChange, flagsAreAlwaysWrittenAndWhatIsEmptyIsLeftOut)
{
    EXPECT_EQ(encode(UserChange()), R"({"enabled":true,"must_change_password":false})");
    EXPECT_EQ(encode(UserChange { "N", "", { "reader" }, false, true }),
        R"({"name":"N","roles":["reader"],"enabled":false,"must_change_password":true})");
}

TEST(NewUser, saysAllThatAServerWouldGuess)
{
    EXPECT_EQ(encode(NewUser { "u", "p", "", "", {}, true, true }),
        R"({"username":"u","password":"p","roles":[],"enabled":true,"must_change_password":true})");
}

TEST(WorkspaceChange, saysWhetherItIsEnabled)
{
    EXPECT_EQ(encode(WorkspaceChange { "w", "", false }), R"({"id":"w","enabled":false})");
}
