// SPDX-License-Identifier: GPL-3.0-only
// Servers of the loopback address that a gateway asks.
#pragma once

#include "tests/integration/gateway/session.h"

#include <functional>
#include <mutex>
#include <thread>

namespace signalbox::integration {

/// A port that somebody listens at.
class LoopbackPort {
public:
    explicit LoopbackPort(int flags = 0);
    ~LoopbackPort();
    LoopbackPort(const LoopbackPort &) = delete;
    LoopbackPort &operator=(const LoopbackPort &) = delete;
    [[nodiscard]] int handle() const { return m_handle; }
    [[nodiscard]] std::string port() const { return std::to_string(m_port); }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + port(); }

private:
    int m_handle;
    int m_port = 0;
};

/// Hears whether anybody comes.
class QuietListener : public LoopbackPort {
public:
    QuietListener();
    [[nodiscard]] bool wasAsked() const;
};

/// Answers one POST after the other on a thread of its own.
class HttpStub : public LoopbackPort {
public:
    struct Asked {
        std::string head;
        std::string body;
        /// Of a header, "" = it has none. The name as it was sent.
        [[nodiscard]] std::string header(const std::string &name) const;
    };
    struct Reply {
        int status = 200;
        std::vector<std::string> pieces {}; ///< each one chunk of HTTP
        std::string headers {}; ///< further lines, each with its end
    };
    using Answer = std::function<Reply(const Asked &asked)>;
    explicit HttpStub(Answer answer);
    ~HttpStub();
    [[nodiscard]] std::vector<Asked> requests() const;
    /// Once there are so many; fails the test when they do not come.
    [[nodiscard]] std::vector<Asked> requests(std::size_t count) const;

private:
    void run();
    void serve(int client);

    const Answer m_answer;
    mutable std::mutex m_mutex;
    std::vector<Asked> m_asked;
    std::thread m_thread;
};

} // namespace signalbox::integration
