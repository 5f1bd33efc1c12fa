// SPDX-License-Identifier: GPL-3.0-only
// Models that are asked elsewhere: stubs that speak Ollama's and OpenAI's streaming interfaces, and
// the flow of a tenant's workspace.
#include "tests/integration/chat/desk.h"
#include "tests/integration/chat/httpstub.h"

#include <fstream>

namespace signalbox::integration {
namespace {

/// Answers each POST with the same lines, one chunk of HTTP each.
class ModelStub : public HttpStub {
public:
    explicit ModelStub(std::vector<std::string> lines, int status = 200)
        : HttpStub([reply = replyOf(std::move(lines), status)](const Asked &) { return reply; })
    {
    }
    [[nodiscard]] std::vector<Json> asked() const
    {
        std::vector<Json> bodies;
        for (const Asked &each : requests())
            bodies.push_back(Json::parse(each.body));
        return bodies;
    }
    /// Of the last one, as it came.
    [[nodiscard]] std::string head() const { return requests().back().head; }

private:
    static Reply replyOf(std::vector<std::string> lines, int status)
    {
        for (std::string &line : lines)
            line += '\n';
        return { status, std::move(lines), {} };
    }
};

/// A desk whose gateway asks a stub.
class Llm : public ::testing::Test {
protected:
    support::TemporaryFolder folder;
    static Json tryAgent(const support::GatewayProcess &gateway, const std::string &model,
        int status = 200, const Json &more = Json::object())
    {
        const auto post = [&](const std::string &path, const Json &body) {
            return support::http(
                gateway.port(), "POST", "/api/portal" + path, body.dump(), gateway.key());
        };
        post("/tenants", { { "id", "acme" }, { "name", "Acme" }, { "slug", "acme" } });
        Json wanted { { "name", "Ada" }, { "model_preference", model } };
        wanted.update(more);
        const Json agent = Json::parse(post("/tenants/acme/agents", wanted).body);
        const auto reply = post("/tenants/acme/agents/" + agent["id"].get<std::string>() + "/test",
            { { "text", "hello" } });
        EXPECT_EQ(reply.status, status) << reply.body;
        return Json::parse(reply.body);
    }
};

TEST_F(Llm, OllamaStreamsAndItsTokensAreCounted)
{
    ModelStub stub({ R"({"message":{"role":"assistant","content":"Hel"},"done":false})",
        R"({"message":{"role":"assistant","content":"lo."},"done":false})",
        R"({"message":{"content":""},"done":true,"prompt_eval_count":11,"eval_count":2})" });
    support::GatewayProcess gateway(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", { "--ollama", stub.url() });
    const Json result = tryAgent(gateway, "ollama/llama3");
    EXPECT_EQ(result["text"], "Hello.");
    EXPECT_EQ(result["turn"]["provider"], "ollama");
    EXPECT_EQ(result["turn"]["prompt_tokens"], 11);
    EXPECT_EQ(result["turn"]["completion_tokens"], 2);
    ASSERT_EQ(stub.asked().size(), 1u);
    const Json asked = stub.asked().front();
    EXPECT_EQ(asked["model"], "llama3");
    EXPECT_EQ(asked["stream"], true);
    EXPECT_EQ(asked["messages"][0]["role"], "system");
    EXPECT_EQ(asked["messages"][1]["content"], "hello");
}

TEST_F(Llm, WhatAModelCostsIsWhatItsWorkspaceSays)
{
    ModelStub stub({ R"({"message":{"content":"Hi."},"done":false})",
        R"({"message":{"content":""},"done":true,"prompt_eval_count":1000,"eval_count":100})" });
    support::GatewayProcess gateway(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", { "--ollama", stub.url() });
    const Json put {
        { "operation", "put" }, { "workspace", "default" },
        { "values",
            Json::array({ { { "type", "token-cost" }, { "key", "llama3" },
                { "value",
                    R"({"model_name":"llama3","input_price":2e-06,"output_price":1e-05})" } } }) }
    };
    const auto kept =
        support::http(gateway.port(), "POST", "/api/v1/config", put.dump(), gateway.key());
    ASSERT_EQ(kept.status, 200) << kept.body;
    EXPECT_NEAR(tryAgent(gateway, "ollama/llama3")["turn"]["cost_usd"].get<double>(), 0.003, 1e-9);
}

TEST_F(Llm, TheNextProviderAnswersWhenOneFailsBeforeItSaidAnything)
{
    ModelStub stub({ R"({"error":"model not found"})" }, 404);
    support::GatewayProcess gateway(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", { "--ollama", stub.url() });
    EXPECT_EQ(tryAgent(gateway, "ollama/none, scripted")["turn"]["provider"], "scripted");
    const Json fault = tryAgent(gateway, "ollama/none, openai/none", 502);
    EXPECT_NE(fault["error"]["message"].get<std::string>().find("404"), std::string::npos) << fault;
}

TEST_F(Llm, AnAnswerThatEndsInTheMiddleIsNoAnswer)
{
    ModelStub stub({ R"({"message":{"content":"Hel"},"done":false})" });
    support::GatewayProcess gateway(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", { "--ollama", stub.url() });
    // It had begun: no other one begins anew.
    const Json fault = tryAgent(gateway, "ollama/llama3, scripted", 502);
    EXPECT_NE(fault["error"]["message"].get<std::string>().find("in the middle"), std::string::npos)
        << fault;
}

std::string eventOf(const Json &part)
{
    return "data: " + part.dump() + "\n";
}

std::string pieceOf(const Json &delta)
{
    return eventOf({ { "choices", Json::array({ { { "index", 0 }, { "delta", delta } } }) } });
}

/// A gateway that asks a stub as it would ask OpenAI, with a key from a file.
class OpenAi : public Llm {
protected:
    std::vector<std::string> options(const ModelStub &stub) const
    {
        std::ofstream(folder.path() + "/key") << "sk-of-a-test\n";
        return { "--openai", stub.url() + "/v1", "--openai-key-file", folder.path() + "/key" };
    }
};

TEST_F(OpenAi, AnAnswerComesInEventsAndItsTokensAreCounted)
{
    const ModelStub stub({ ": a comment", pieceOf({ { "role", "assistant" }, { "content", "" } }),
        pieceOf({ { "content", "Hel" } }), pieceOf({ { "content", "lo." } }),
        eventOf({ { "choices", Json::array() },
            { "usage", { { "prompt_tokens", 21 }, { "completion_tokens", 3 } } } }),
        "data: [DONE]\n" });
    const support::GatewayProcess gateway(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", options(stub));
    const Json result = tryAgent(gateway, "openai/gpt-x");
    EXPECT_EQ(result["text"], "Hello.");
    EXPECT_EQ(result["turn"]["provider"], "openai");
    EXPECT_EQ(result["turn"]["model"], "gpt-x");
    EXPECT_EQ(result["turn"]["prompt_tokens"], 21);
    EXPECT_EQ(result["turn"]["completion_tokens"], 3);
    ASSERT_EQ(stub.asked().size(), 1u);
    EXPECT_EQ(stub.asked()[0]["model"], "gpt-x");
    EXPECT_EQ(stub.asked()[0]["stream"], true);
    EXPECT_TRUE(stub.head().starts_with("POST /v1/chat/completions ")) << stub.head();
    EXPECT_NE(stub.head().find("Authorization: Bearer sk-of-a-test"), std::string::npos);
    EXPECT_EQ(gateway.log().find("sk-of-a-test"), std::string::npos);
}

TEST_F(OpenAi, ACallInPiecesIsOneCall)
{
    const auto piece = [](const Json &function) {
        return pieceOf(
            { { "tool_calls", Json::array({ { { "index", 0 }, { "function", function } } }) } });
    };
    const ModelStub stub({ piece({ { "name", "calendar_lookup" }, { "arguments", "{\"da" } }),
        piece({ { "arguments", "y\":\"Tues" } }), piece({ { "arguments", "day\"}" } }),
        "data: [DONE]\n" });
    const support::GatewayProcess gateway(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", options(stub));
    // It calls again and again: the turn ends with a word about that, and every call was run.
    const Json fault =
        tryAgent(gateway, "openai/gpt-x", 502, { { "tool_assignments", { "calendar_lookup" } } });
    EXPECT_NE(fault["error"]["message"].get<std::string>().find("said nothing"), std::string::npos)
        << fault;
    const auto asked = stub.asked();
    ASSERT_GT(asked.size(), 1u);
    EXPECT_EQ(asked[0]["tools"][0]["function"]["name"], "calendar_lookup");
    const std::string result = asked[1]["messages"].back()["content"];
    EXPECT_NE(result.find("\"day\":\"Tuesday\""), std::string::npos) << result;
}

TEST_F(OpenAi, AnErrorInTheMiddleIsTold)
{
    const ModelStub stub({ pieceOf({ { "content", "Hel" } }),
        eventOf(
            { { "error", { { "type", "server_error" }, { "message", "out of marmalade" } } } }) });
    const support::GatewayProcess gateway(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", options(stub));
    const Json fault = tryAgent(gateway, "openai/gpt-x, scripted", 502);
    EXPECT_NE(
        fault["error"]["message"].get<std::string>().find("out of marmalade"), std::string::npos)
        << fault;
}

TEST_F(Llm, OllamaCallsAToolAndGoesOnWithItsResult)
{
    const ModelStub stub({ Json {
        { "message",
            { { "content", "" },
                { "tool_calls",
                    Json::array({ { { "function",
                        { { "name", "calendar_lookup" },
                            { "arguments", { { "day", "Friday" } } } } } } }) } } },
        { "done", true } }.dump() });
    const support::GatewayProcess gateway(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", { "--ollama", stub.url() });
    tryAgent(gateway, "ollama/llama3", 502, { { "tool_assignments", { "calendar_lookup" } } });
    const auto asked = stub.asked();
    ASSERT_GT(asked.size(), 1u);
    const std::string result = asked[1]["messages"].back()["content"];
    EXPECT_NE(result.find("Friday"), std::string::npos) << result;
}

/// A gateway whose demo line answers for a flow.
class FlowModel : public Llm {
protected:
    support::GatewayProcess gateway { SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data",
        { "--demo" } };
    static constexpr const char *flow = "timetable-answers";

    [[nodiscard]] bool runs() const
    {
        const auto deadline = std::chrono::steady_clock::now() + support::patience;
        while (std::chrono::steady_clock::now() < deadline) {
            const Json got = answer(gateway, "/api/v1/flow",
                { { "operation", "get-flow" }, { "workspace", "default" }, { "flow-id", flow } },
                gateway.key());
            if (got.value("ready", false))
                return true;
        }
        return false;
    }
    [[nodiscard]] std::int64_t published() const
    {
        const Json rows = done(gateway, "/api/v1/fabric",
            { { "operation", "list-queues" }, { "workspace", "default" }, { "limit", 5000 } });
        std::int64_t sum = 0;
        for (const Json &row : rows["queues"]) {
            const std::string topic = row["topic"];
            if (topic.starts_with("request:tg:text-completion:") && topic.ends_with(flow))
                sum += row["published"].get<std::int64_t>();
        }
        return sum;
    }
};

TEST_F(FlowModel, AFlowAnswersOverItsQueueAndIsNamed)
{
    ASSERT_TRUE(runs());
    const std::int64_t before = published();
    const Json result = tryAgent(gateway, std::string("flow:") + flow);
    EXPECT_FALSE(result["text"].get<std::string>().empty());
    EXPECT_EQ(result["turn"]["provider"], std::string("flow:") + flow);
    EXPECT_GT(result["turn"]["prompt_tokens"], 0);
    EXPECT_GT(published(), before);
}

TEST_F(FlowModel, AFlowThatIsNotThereIsToldOrReplaced)
{
    const Json fault = tryAgent(gateway, "flow:nowhere", 502);
    EXPECT_NE(fault["error"]["message"].get<std::string>().find("there is no flow nowhere"),
        std::string::npos)
        << fault;
    EXPECT_EQ(tryAgent(gateway, "flow:nowhere, scripted")["turn"]["provider"], "scripted");
}

/// Stands before the desk, whose gateway is told its address.
struct ModelSide {
    ModelStub model { { R"({"message":{"content":"Hi."},"done":false})",
        R"({"message":{"content":""},"done":true,"prompt_eval_count":1000,"eval_count":100})" } };
};

class Prices : protected ModelSide, public Desk {
protected:
    Prices()
        : Desk({ "--ollama", model.url() })
    {
        makeTenant("acme");
    }
    void turn(const std::string &preference, const Json &more = Json::object()) const
    {
        Json wanted { { "model_preference", preference } };
        wanted.update(more);
        auto socket = chat("acme", talk("acme", makeAgent("acme", wanted)));
        say(socket, "hello");
        until(socket, "done");
    }
    void price(const char *name, const char *text) const
    {
        const Json put { { "operation", "put" }, { "workspace", "default" },
            { "values",
                Json::array(
                    { { { "type", "token-cost" }, { "key", name }, { "value", text } } }) } };
        EXPECT_EQ(support::http(gateway.port(), "POST", "/api/v1/config", put.dump(), gateway.key())
                      .status,
            200);
    }
};

TEST_F(Prices, WhatNobodyHasPricedIsUnknownInEverySum)
{
    turn("ollama/unpriced", { { "budget_limit_usd", 5 } });
    Json summary = want(200, "GET", "/usage/acme/summary");
    EXPECT_TRUE(summary["cost_usd"].is_null()) << summary;
    EXPECT_EQ(summary["unpriced_turns"], 1);
    EXPECT_TRUE(summary["days"][0]["cost_usd"].is_null());
    const Json alert = want(200, "GET", "/usage/acme/budget-alerts")[0];
    EXPECT_EQ(alert["level"], "unknown");
    EXPECT_EQ(alert["unpriced_turns"], 1);
    const Json rows = want(200, "GET", "/ops/conversations?tenant=acme")["items"];
    const std::string thread = rows[0]["id"];
    const Json said = want(200, "GET", "/ops/threads/acme/" + thread + "/messages")["items"];
    EXPECT_TRUE(said.back()["turn"]["cost_usd"].is_null()) << said.back();

    price("paid", R"({"model_name":"paid","input_price":2e-06,"output_price":1e-05})");
    turn("ollama/paid");
    summary = want(200, "GET", "/usage/acme/summary");
    EXPECT_NEAR(summary["cost_usd"].get<double>(), 0.003, 1e-9);
    EXPECT_EQ(summary["turns"], 2);
    EXPECT_EQ(summary["unpriced_turns"], 1);
    for (const Json &used : want(200, "GET", "/usage/acme/by-provider"))
        EXPECT_EQ(used["cost_usd"].is_null(), used["model"] == "unpriced") << used;
}

TEST_F(Prices, WhatCostsNothingIsKnownToCostNothing)
{
    EXPECT_EQ(want(200, "GET", "/usage/acme/summary")["cost_usd"], 0)
        << "nobody has asked anything";
    price("free", R"({"model_name":"free","input_price":0,"output_price":0})");
    turn("ollama/free", { { "budget_limit_usd", 5 } });
    const Json summary = want(200, "GET", "/usage/acme/summary");
    EXPECT_EQ(summary["cost_usd"], 0);
    EXPECT_FALSE(summary.contains("unpriced_turns")) << summary;
    EXPECT_TRUE(want(200, "GET", "/usage/acme/budget-alerts").empty());
}

} // namespace
} // namespace signalbox::integration
