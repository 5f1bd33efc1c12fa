// SPDX-License-Identifier: GPL-3.0-only
// Turns beside and after one another, and those that come to nothing.
#include "tests/integration/chat/desk.h"
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

TEST_F(Turns, AreSaidToBeOverAfterACrash)
{
    const std::string conversation = begin("acme", { { "model_preference", "openai/held" } });
    auto socket = chat("acme", conversation);
    say(socket, "are you there?");
    model.untilAsked(1);
    gateway.kill();
    const support::GatewayProcess again(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", options);
    const auto reply = support::http(again.port(), "GET",
        "/api/portal/ops/threads/acme/" + conversation + "/messages", {}, again.key());
    const Json shown = Json::parse(reply.body)["items"];
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
