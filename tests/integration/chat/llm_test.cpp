// SPDX-License-Identifier: GPL-3.0-only
// Models that answer over HTTP: a stub that speaks Ollama's streaming interface.
#include "tests/integration/chat/desk.h"

#include <arpa/inet.h>
#include <atomic>
#include <mutex>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace signalbox::integration {
namespace {

/// Answers each POST with the same lines, one chunk of HTTP each.
class OllamaStub {
public:
    explicit OllamaStub(std::vector<std::string> lines, int status = 200)
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
    ~OllamaStub()
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
        EXPECT_EQ(::send(client, text.data(), text.size(), MSG_NOSIGNAL), ssize_t(text.size()));
    }

    const std::vector<std::string> m_lines;
    const int m_status;
    const int m_listener;
    int m_port = 0;
    mutable std::mutex m_mutex;
    std::vector<Json> m_asked;
    std::thread m_thread;
};

/// A desk whose gateway asks a stub.
class Llm : public ::testing::Test {
protected:
    support::TemporaryFolder folder;
    static Json tryAgent(
        const support::GatewayProcess &gateway, const std::string &model, int status = 200)
    {
        const auto post = [&](const std::string &path, const Json &body) {
            return support::http(
                gateway.port(), "POST", "/api/portal" + path, body.dump(), gateway.key());
        };
        post("/tenants", { { "id", "acme" }, { "name", "Acme" }, { "slug", "acme" } });
        const Json agent = Json::parse(
            post("/tenants/acme/agents", { { "name", "Ada" }, { "model_preference", model } })
                .body);
        const auto reply = post("/tenants/acme/agents/" + agent["id"].get<std::string>() + "/test",
            { { "text", "hello" } });
        EXPECT_EQ(reply.status, status) << reply.body;
        return Json::parse(reply.body);
    }
};

TEST_F(Llm, OllamaStreamsAndItsTokensAreCounted)
{
    OllamaStub stub({ R"({"message":{"role":"assistant","content":"Hel"},"done":false})",
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

TEST_F(Llm, TheNextProviderAnswersWhenOneFailsBeforeItSaidAnything)
{
    OllamaStub stub({ R"({"error":"model not found"})" }, 404);
    support::GatewayProcess gateway(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", { "--ollama", stub.url() });
    EXPECT_EQ(tryAgent(gateway, "ollama/none, scripted")["turn"]["provider"], "scripted");
    const Json fault = tryAgent(gateway, "ollama/none, openai/none", 502);
    EXPECT_NE(fault["error"]["message"].get<std::string>().find("404"), std::string::npos) << fault;
}

TEST_F(Llm, AnAnswerThatEndsInTheMiddleIsNoAnswer)
{
    OllamaStub stub({ R"({"message":{"content":"Hel"},"done":false})" });
    support::GatewayProcess gateway(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", { "--ollama", stub.url() });
    // It had begun: no other one begins anew.
    const Json fault = tryAgent(gateway, "ollama/llama3, scripted", 502);
    EXPECT_NE(fault["error"]["message"].get<std::string>().find("in the middle"), std::string::npos)
        << fault;
}

} // namespace
} // namespace signalbox::integration
