// SPDX-License-Identifier: GPL-3.0-only
// Sign-in against the running program: passwords, tokens, rotation, revocation on open sockets, and
// the mode in which nobody signs in (contract TG §2; traps 32, 34, 39, 40 of §8 as mended).
#include "tests/integration/gateway/session.h"

#include <gtest/gtest.h>

namespace signalbox::integration {
namespace {

using namespace std::chrono_literals;
using support::GatewayProcess;
using support::TemporaryFolder;
using support::WebSocketClient;

const std::string program = SIGNALBOX_GATEWAY_PROGRAM;
const Json whoami { { "operation", "whoami" } };

class Iam : public ::testing::Test {
protected:
    TemporaryFolder folder;
    std::unique_ptr<GatewayProcess> gateway;

    void SetUp() override { start(); }
    void start(const std::vector<std::string> &options = {})
    {
        gateway.reset();
        gateway = std::make_unique<GatewayProcess>(program, folder.path() + "/data", options);
    }
    Json iam(const Json &body) { return done(*gateway, "/api/v1/iam", body); }
    std::string token(
        const std::string &user, const std::string &password, const std::string &workspace = {})
    {
        Json body { { "username", user }, { "password", password } };
        if (!workspace.empty())
            body["workspace"] = workspace;
        const auto reply =
            support::http(gateway->port(), "POST", "/api/v1/auth/login", body.dump());
        return reply.status == 200 ? Json::parse(reply.body).value("jwt", "") : std::string();
    }
    int statusOf(const std::string &bearer, const Json &body = whoami)
    {
        return support::http(gateway->port(), "POST", "/api/v1/iam", body.dump(), bearer).status;
    }
    /// How long a stream goes on after `end`, and the frame that ended it.
    std::pair<std::chrono::steady_clock::duration, Json> endOfTail(
        const std::string &bearer, const std::function<void()> &end)
    {
        done(*gateway, "/api/v1/flow",
            { { "operation", "put-blueprint" }, { "blueprint-name", "small" },
                { "blueprint-definition", smallBlueprint() } });
        startFlow(*gateway, "line");
        WebSocketClient socket(gateway->port(), "/api/v1/socket");
        EXPECT_EQ(signIn(socket, bearer).at("type"), "auth-ok");
        const Json tail { { "operation", "tail" }, { "topic", "flow:tg:feed:default:line" } };
        send(socket, { { "id", "t" }, { "service", "fabric" }, { "request", tail } });
        send(socket, { { "id", "ready" }, { "service", "iam" }, { "request", whoami } });
        const auto complete = [](const Json &frame) { return frame.value("complete", false); };
        EXPECT_EQ(nextWhere(socket, complete).at("id"), "ready") << "the tail goes on";
        end();
        const auto begin = std::chrono::steady_clock::now();
        Json last = nextWhere(socket, complete);
        return { std::chrono::steady_clock::now() - begin, last };
    }
};

TEST_F(Iam, PasswordsAreChangedByTheirOwnerAndResetByTheAdmin)
{
    const Reader bob = makeUser(*gateway, "bob", "reader");
    const std::string old = token("bob", "bob");
    ASSERT_FALSE(old.empty());
    const Json change { { "current_password", "bob" }, { "new_password", "better" } };
    const std::string path = "/api/v1/auth/change-password";
    EXPECT_EQ(support::http(gateway->port(), "POST", path, change.dump(), old).status, 200);
    EXPECT_EQ(support::http(gateway->port(), "POST", path, change.dump(), old).status, 401)
        << "no longer the current one";
    EXPECT_TRUE(token("bob", "bob").empty());
    EXPECT_FALSE(token("bob", "better").empty());
    const Json reset = iam({ { "operation", "reset-password" }, { "user_id", bob.user } });
    EXPECT_TRUE(token("bob", "better").empty());
    const std::string temporary = reset.at("temporary_password");
    const Json who = answer(*gateway, "/api/v1/iam", whoami, token("bob", temporary));
    EXPECT_EQ(who.at("user").at("must_change_password"), true);
}

TEST_F(Iam, RotatingTheSigningKeyLocksNobodyOutNorDoesARestart)
{
    makeUser(*gateway, "bob", "reader");
    const std::string before = token("bob", "bob");
    iam({ { "operation", "rotate-signing-key" } });
    const std::string after = token("bob", "bob");
    ASSERT_FALSE(after.empty());
    EXPECT_EQ(statusOf(before), 200);
    EXPECT_EQ(statusOf(after), 200) << "trap 32";
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    EXPECT_EQ(signIn(socket, after).at("type"), "auth-ok");
    start();
    EXPECT_EQ(statusOf(before), 200);
    EXPECT_EQ(statusOf(after), 200);
}

TEST_F(Iam, ARevokedKeyEndsWhatRunsOnAnOpenSocketWithinASecond)
{
    const Reader reader = makeUser(*gateway, "tess", "reader");
    const auto [time, frame] = endOfTail(reader.key, [&] {
        iam({ { "operation", "revoke-api-key" }, { "key_id", reader.keyId } });
    });
    EXPECT_LT(time, 1s) << "trap 34";
    EXPECT_EQ(frame.at("error").at("type"), "auth-required");
}

TEST_F(Iam, ADisabledUsersTokenEndsWhatRunsOnAnOpenSocketWithinASecond)
{
    const Reader reader = makeUser(*gateway, "tom", "reader");
    const auto [time, frame] = endOfTail(token("tom", "tom"), [&] {
        iam({ { "operation", "disable-user" }, { "user_id", reader.user } });
    });
    EXPECT_LT(time, 1s) << "trap 34";
    EXPECT_EQ(frame.at("error").at("type"), "access-denied");
}

TEST_F(Iam, ALostRoleIsSeenWithinASecond)
{
    const Reader chief = makeUser(*gateway, "chief", "admin");
    const std::string bearer = token("chief", "chief");
    const Json list { { "operation", "list-users" } };
    ASSERT_EQ(statusOf(bearer, list), 200);
    iam({ { "operation", "update-user" }, { "user_id", chief.user },
        { "user",
            { { "roles", { "reader" } }, { "enabled", true },
                { "must_change_password", false } } } });
    EXPECT_EQ(statusOf(bearer, list), 403) << "at once, for the gateway made the change itself";
}

TEST_F(Iam, IamAnswersOnASocketWhoseDefaultWorkspaceIsGone)
{
    iam({ { "operation", "create-workspace" }, { "workspace_record", { { "id", "brief" } } } });
    makeUser(*gateway, "chief", "admin");
    const std::string bearer = token("chief", "chief", "brief");
    ASSERT_FALSE(bearer.empty());
    iam({ { "operation", "disable-workspace" }, { "workspace_record", { { "id", "brief" } } } });
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    EXPECT_EQ(signIn(socket, bearer).at("default_workspace"), "brief");
    EXPECT_TRUE(ask(socket, 1, "iam", whoami).contains("response")) << "trap 40";
    const Json flows = ask(socket, 2, "flow", { { "operation", "list-flows" } });
    EXPECT_EQ(flows.at("error").at("type"), "workspace-not-found");
}

TEST_F(Iam, AnonymousModeLetsEverybodyInAndSaysSo)
{
    const auto version = [&] {
        return Json::parse(support::http(gateway->port(), "GET", "/api/v1/version").body)
            .at("capabilities");
    };
    const Json offered = version();
    EXPECT_EQ(std::count(offered.begin(), offered.end(), "anonymous"), 0);
    EXPECT_EQ(statusOf(""), 401);
    start({ "--anonymous" });
    const Json now = version();
    EXPECT_EQ(std::count(now.begin(), now.end(), "anonymous"), 1);
    const Json nobody = answer(*gateway, "/api/v1/iam", whoami, "");
    EXPECT_EQ(nobody.at("user").at("id"), "anonymous");
    EXPECT_EQ(nobody.at("user").at("roles"), Json({ "admin" }));
    EXPECT_EQ(answer(*gateway, "/api/v1/iam", whoami, "tg_whatever"), nobody);
    EXPECT_EQ(statusOf("neither-key-nor-token"), 401);
    EXPECT_EQ(
        answer(*gateway, "/api/v1/iam", whoami, gateway->key()).at("user").at("username"), "admin")
        << "who signs in is himself";
    const Json put { { "operation", "put" },
        { "values", { { { "type", "t" }, { "key", "k" }, { "value", "v" } } } } };
    EXPECT_FALSE(answer(*gateway, "/api/v1/config", put, "").contains("error"));
}

TEST_F(Iam, AnonymousModeNeedsNoSignInOnASocketEither)
{
    start({ "--anonymous" });
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    EXPECT_EQ(ask(socket, 1, "iam", whoami).at("response").at("user").at("id"), "anonymous")
        << "trap 39";
    const Json in = signIn(socket, "");
    EXPECT_EQ(in.at("type"), "auth-ok");
    EXPECT_EQ(in.at("default_workspace"), "default");
    WebSocketClient other(gateway->port(), "/api/v1/socket");
    EXPECT_EQ(signIn(other, "tg_x").at("type"), "auth-ok");
    EXPECT_EQ(signIn(other, "no-key").at("type"), "auth-failed");
    const Json listed = ask(other, 2, "iam", { { "operation", "list-workspaces" } });
    EXPECT_EQ(listed.at("response").at("workspaces").size(), 1u) << "trap 39: lists are whole";
}

} // namespace
} // namespace signalbox::integration
