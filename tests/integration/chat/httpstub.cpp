// SPDX-License-Identifier: GPL-3.0-only
#include "tests/integration/chat/httpstub.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace signalbox::integration {

LoopbackPort::LoopbackPort(int flags)
    : m_handle(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0))
{
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *const plain = reinterpret_cast<sockaddr *>(&address);
    EXPECT_EQ(::bind(m_handle, plain, size), 0);
    EXPECT_EQ(::listen(m_handle, 8), 0);
    EXPECT_EQ(::getsockname(m_handle, plain, &size), 0);
    m_port = ntohs(address.sin_port);
}

LoopbackPort::~LoopbackPort()
{
    ::close(m_handle);
}

QuietListener::QuietListener()
    : LoopbackPort(SOCK_NONBLOCK)
{
}

bool QuietListener::wasAsked() const
{
    const int client = ::accept4(handle(), nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0)
        ::close(client);
    return client >= 0;
}

std::string HttpStub::Asked::header(const std::string &name) const
{
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos)
        return {};
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

HttpStub::HttpStub(Answer answer)
    : m_answer(std::move(answer))
    , m_thread([this] { run(); })
{
}

HttpStub::~HttpStub()
{
    ::shutdown(handle(), SHUT_RDWR);
    m_thread.join();
}

std::vector<HttpStub::Asked> HttpStub::requests() const
{
    const std::lock_guard lock(m_mutex);
    return m_asked;
}

std::vector<HttpStub::Asked> HttpStub::requests(std::size_t count) const
{
    const auto deadline = std::chrono::steady_clock::now() + support::patience;
    auto asked = requests();
    while (asked.size() < count && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
        asked = requests();
    }
    EXPECT_EQ(asked.size(), count);
    asked.resize(count); // a test that failed goes on to its end
    return asked;
}

void HttpStub::run()
{
    for (;;) {
        const int client = ::accept4(handle(), nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0)
            return;
        serve(client);
        ::close(client);
    }
}

void HttpStub::serve(int client)
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
    const Asked asked { request.substr(0, head), request.substr(head + 4) };
    const Reply reply = m_answer(asked);
    {
        const std::lock_guard lock(m_mutex);
        m_asked.push_back(asked);
    }
    // Who has heard enough may have gone.
    const auto say = [client](const std::string &text) {
        static_cast<void>(::send(client, text.data(), text.size(), MSG_NOSIGNAL));
    };
    say("HTTP/1.1 " + std::to_string(reply.status) + " X\r\nTransfer-Encoding: chunked\r\n"
        + reply.headers + "Connection: close\r\n\r\n");
    for (const std::string &piece : reply.pieces) {
        char size[20];
        std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
        say(size + piece + "\r\n");
    }
    say("0\r\n\r\n");
}

} // namespace signalbox::integration
