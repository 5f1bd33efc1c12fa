// SPDX-License-Identifier: GPL-3.0-only
// Models that are asked elsewhere: stubs that speak Ollama's and OpenAI's streaming interfaces, and
// the flow of a tenant's workspace.
#include "tests/integration/chat/desk.h"

#include <arpa/inet.h>
#include <fstream>
#include <mutex>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace signalbox::integration {
namespace {

/// Answers each POST with the same lines, one chunk of HTTP each.
class ModelStub {
public:
    explicit ModelStub(std::vector<std::string> lines, int status = 200)
        : m_lines(std::move(lines))
        , m_status(status)
        , m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto *const plain = reinterpret_cast<sockaddr *>(&address);
        EXPECT_EQ(::bind(m_listener, plain, size), 0);
        EXPECT_EQ(::listen(m_listener, 8), 0);
        EXPECT_EQ(::getsockname(m_listener, plain, &size), 0);
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this] { run(); });
    }
    ~ModelStub()
    {
        ::shutdown(m_listener, SHUT_RDWR);
        m_thread.join();
        ::close(m_listener);
    }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }
    [[nodiscard]] std::vector<Json> asked() const
    {
        const std::lock_guard lock(m_mutex);
        return m_asked;
    }
    /// Of the last one, as it came.
    [[nodiscard]] std::string head() const
    {
        const std::lock_guard lock(m_mutex);
        return m_head;
    }

private:
    void run()
    {
        for (;;) {
            const int client = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0)
                return;
            serve(client);
            ::close(client);
        }
    }
    void serve(int client)
    {
        std::string request;
        std::size_t head = std::string::npos;
        std::size_t length = 0;
        char buffer[4096];
        while (head == std::string::npos || request.size() < head + 4 + length) {
            const ssize_t got = ::recv(client, buffer, sizeof buffer, 0);
            if (got <= 0)
                return;
            request.append(buffer, std::size_t(got));
            head = request.find("\r\n\r\n");
            const std::size_t at = request.find("Content-Length: ");
            if (head != std::string::npos && at < head)
                length = std::stoul(request.substr(at + 16));
        }
        {
            const std::lock_guard lock(m_mutex);
            m_asked.push_back(Json::parse(request.substr(head + 4)));
            m_head = request.substr(0, head);
        }
        say(client,
            "HTTP/1.1 " + std::to_string(m_status)
                + " X\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        for (const std::string &line : m_lines) {
            char size[20];
            std::snprintf(size, sizeof size, "%zx\r\n", line.size() + 1);
            say(client, size + line + "\n\r\n");
        }
        say(client, "0\r\n\r\n");
    }
    static void say(int client, const std::string &text)
    {
        // Who has heard enough may have gone.
        static_cast<void>(::send(client, text.data(), text.size(), MSG_NOSIGNAL));
    }

    const std::vector<std::string> m_lines;
    const int m_status;
    const int m_listener;
    int m_port = 0;
    mutable std::mutex m_mutex;
    std::vector<Json> m_asked;
    std::string m_head;
    std::thread m_thread;
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

} // namespace
} // namespace signalbox::integration
