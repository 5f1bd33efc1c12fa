// SPDX-License-Identifier: GPL-3.0-only
// Turns beside and after one another, and those that come to nothing.
#include "tests/integration/chat/ground.h"
#include "tests/integration/chat/heldmodel.h"

#include <algorithm>

namespace signalbox::integration {
namespace {

struct WithHeldModel {
    HeldModel model;
};

class Turns : protected WithHeldModel, public Desk {
protected:
    Turns()
        : Desk(with({ "--chat-turns", "2" }))
    {
    }
    std::string begin(const std::string &tenant, const Json &more = Json::object())
    {
        makeTenant(tenant);
        agent = makeAgent(tenant, more);
        return talk(tenant, agent);
    }
    Json messages(const std::string &conversation) const
    {
        return want(200, "GET", "/ops/threads/acme/" + conversation + "/messages")["items"];
    }
    std::string agent;

private:
    std::vector<std::string> with(std::vector<std::string> more) const
    {
        const auto held = model.options();
        more.insert(more.end(), held.begin(), held.end());
        return more;
    }
};

TEST_F(Turns, OfOneConversationKeepTheirOrderAndKeepNobodyElseWaiting)
{
    const std::string busy = begin("acme", { { "model_preference", "openai/held" } });
    const std::string other = begin("beta");
    auto socket = chat("acme", busy);
    auto theirs = chat("beta", other);
    for (int i = 0; i < 6; ++i)
        say(socket, "message " + std::to_string(i));
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(next(socket)["type"], "typing"); // each is on its way
    model.untilAsked(1);
    say(theirs, "hello");
    until(theirs, "done");
    model.open();
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(until(socket, "done").back()["text"], "message " + std::to_string(i));
    const Json lens = want(200, "GET", "/ops/threads/acme/" + busy + "/prompt")["memory"];
    ASSERT_EQ(lens.size(), 12u);
    for (std::size_t i = 0; i < lens.size(); ++i) {
        EXPECT_EQ(lens[i]["role"], i % 2 == 0 ? "user" : "assistant");
        EXPECT_EQ(lens[i]["content"], "message " + std::to_string(i / 2));
    }
}

TEST_F(Turns, AreOverWhenTheirAgentWasDeleted)
{
    const std::string conversation = begin("acme");
    auto socket = chat("acme", conversation);
    want(200, "DELETE", "/tenants/acme/agents/" + agent);
    say(socket, "anybody there?");
    const Json error = until(socket, "error").back();
    EXPECT_EQ(error["code"], "no-answer");
    EXPECT_EQ(error["message"], "the agent of this conversation was deleted");
    EXPECT_EQ(messages(conversation).back()["role"], "notice");
}

TEST_F(Turns, OfATenantThatIsHaltedMeanwhileAreRefused)
{
    const std::string conversation = begin("acme", { { "model_preference", "openai/held" } });
    auto socket = chat("acme", conversation);
    say(socket, "the first");
    model.untilAsked(1);
    say(socket, "the second");
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(next(socket)["type"], "typing");
    Json tenant = want(200, "GET", "/tenants/acme");
    tenant["subscription_state"] = "suspended";
    want(200, "PUT", "/tenants/acme", tenant);
    model.open();
    // The one that is under way ends; the one behind it is refused, by the router or after it.
    bool answered = false;
    std::vector<Json> errors;
    while (!answered || errors.empty()) {
        const Json frame = next(socket);
        ASSERT_FALSE(frame.is_null());
        answered = answered || frame["type"] == "done";
        if (frame["type"] == "error")
            errors.push_back(frame);
    }
    EXPECT_EQ(errors[0]["message"], "the tenant Tenant acme is suspended");
    // What is said from now on is not taken: the error is all there is.
    say(socket, "the third");
    const Json refused = next(socket);
    EXPECT_EQ(refused["type"], "error");
    EXPECT_EQ(refused["code"], "tenant-inactive");
    EXPECT_EQ(refused["message"], "the tenant Tenant acme is suspended");
    const Json all = messages(conversation); // reading goes on
    int said = 0;
    int notices = 0;
    for (const Json &each : all) {
        said += each["role"] == "user";
        notices += each["content"] == "No answer: the tenant Tenant acme is suspended";
    }
    EXPECT_EQ(said, 2);
    EXPECT_EQ(notices, 1);
    tenant["version"] = 0;
    tenant["subscription_state"] = "active";
    want(200, "PUT", "/tenants/acme", tenant);
    say(socket, "the fourth");
    EXPECT_EQ(until(socket, "done").back()["text"], "the fourth");
}

TEST_F(Turns, OfAnAgentThatIsSwitchedOffAreRefusedUntilAPersonHasThem)
{
    const std::string conversation = begin("acme");
    auto socket = chat("acme", conversation);
    Json switched = want(200, "GET", "/tenants/acme/agents/" + agent);
    switched["is_active"] = false;
    want(200, "PUT", "/tenants/acme/agents/" + agent, switched);
    say(socket, "anybody there?");
    const Json error = until(socket, "error").back();
    EXPECT_EQ(error["code"], "agent-inactive");
    EXPECT_EQ(error["message"], "the agent Ada is switched off");
    EXPECT_EQ(messages(conversation).back()["content"], "No answer: the agent Ada is switched off");
    // A person who has the conversation is reached all the same.
    want(200, "POST", "/ops/escalations/acme/" + conversation, { { "action", "take" } });
    say(socket, "and now?");
    until(socket, "escalated");
    EXPECT_EQ(messages(conversation).back()["content"], "and now?");
}

class CutTurns : protected WithHeldModel, public DeskOnGround {
protected:
    CutTurns()
        : DeskOnGround(model.options())
    {
    }
    static Json shownBy(const support::GatewayProcess &of, const std::string &conversation)
    {
        const auto reply = support::http(of.port(), "GET",
            "/api/portal/ops/threads/acme/" + conversation + "/messages", {}, of.key());
        return Json::parse(reply.body)["items"];
    }
};

INSTANTIATE_TEST_SUITE_P(On, CutTurns, bothGrounds(), groundName);

TEST_P(CutTurns, AreSaidToBeOverAfterACrashByTheGatewayThatTookThem)
{
    makeTenant("acme");
    const std::string agent = makeAgent("acme", { { "model_preference", "openai/held" } });
    const std::string conversation = talk("acme", agent);
    auto socket = chat("acme", conversation);
    say(socket, "are you there?");
    model.untilAsked(1);
    if (GetParam() == Ground::PostgresAndRedis) {
        // One that starts beside it leaves alone what may still be under way.
        const support::GatewayProcess other(
            SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/other", options);
        EXPECT_EQ(shownBy(other, conversation).size(), 1u);
    }
    gateway.kill();
    const support::GatewayProcess again(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", options);
    const Json shown = shownBy(again, conversation);
    ASSERT_EQ(shown.size(), 2u) << shown;
    EXPECT_EQ(shown[1]["role"], "notice");
    EXPECT_EQ(shown[1]["content"], "No answer: the gateway was stopped before it came");
}

TEST_F(Turns, ACallThatIsRefusedIsToldBeforeItsResult)
{
    const std::string conversation = begin("acme", { { "tool_assignments", { "calendar_book" } } });
    auto socket = chat("acme", conversation);
    say(socket, "please book tuesday");
    until(socket, "confirmation_required");
    say(socket, "please book friday");
    const auto frames = until(socket, "done");
    const auto called = std::find_if(frames.begin(), frames.end(),
        [](const Json &frame) { return frame["type"] == "tool_call"; });
    ASSERT_NE(called, frames.end());
    const Json &result = *(called + 1);
    EXPECT_EQ(result["type"], "tool_result");
    EXPECT_EQ(result["call_id"], (*called)["call_id"]);
    EXPECT_EQ(result["message_id"], frames.back()["message_id"]);
    EXPECT_EQ(result["error"], "another call of this conversation waits for a person");
}

} // namespace
} // namespace signalbox::integration
