// SPDX-License-Identifier: GPL-3.0-only
// The real gateway as a child process, and small blocking clients on plain sockets. Every wait has
// a deadline; faults throw std::runtime_error, which fails the test with its text.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace signalbox::support {

constexpr std::chrono::milliseconds patience { 20000 };

/// A folder below the temporary directory that goes with its owner.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;
    [[nodiscard]] const std::string &path() const { return m_path; }

private:
    std::string m_path;
};

/// A port of the loopback address that is free now.
int freePort();

class GatewayProcess {
public:
    /// Starts `program` on a free port with `--data folder --print-endpoint` and waits for the
    /// endpoint line.
    GatewayProcess(const std::string &program, const std::string &folder,
        std::vector<std::string> options = {});
    ~GatewayProcess(); ///< kills what still runs
    GatewayProcess(const GatewayProcess &) = delete;
    GatewayProcess &operator=(const GatewayProcess &) = delete;

    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] const std::string &key() const { return m_key; }
    [[nodiscard]] pid_t pid() const { return m_pid; }
    [[nodiscard]] std::chrono::microseconds startTime() const { return m_startTime; }
    void signal(int number) const;
    /// Exit status as of waitpid(); throws when it does not end in time.
    int wait(std::chrono::milliseconds timeout = patience);
    void kill(); ///< -9, and waits
    int stop(); ///< SIGTERM, and waits
    void closeInput(); ///< its standard input ends
    /// What it wrote to standard error since the start.
    [[nodiscard]] std::string log() const;

private:
    pid_t m_pid = -1;
    int m_output = -1;
    int m_input = -1;
    int m_port = 0;
    std::string m_key;
    std::string m_logFile;
    std::chrono::microseconds m_startTime { 0 };
};

/// Runs a program to its end; for exit codes and texts.
struct Finished {
    int code = -1;
    std::string output;
    std::string errors;
};
Finished runProgram(const std::string &program, const std::vector<std::string> &arguments);

/// A connected TCP socket with deadlines.
class TcpClient {
public:
    explicit TcpClient(int port, int receiveBuffer = 0);
    ~TcpClient();
    TcpClient(const TcpClient &) = delete;
    TcpClient &operator=(const TcpClient &) = delete;
    void send(std::string_view bytes);
    /// At least one byte, or "" at the end of the stream.
    std::string receive(std::chrono::milliseconds timeout = patience);
    [[nodiscard]] int handle() const { return m_handle; }

private:
    int m_handle = -1;
};

struct HttpReply {
    int status = 0;
    std::map<std::string, std::string> headers; ///< names in lower case
    std::string body;
};

/// One request on its own connection.
HttpReply http(int port, std::string_view method, std::string_view target,
    std::string_view body = {}, std::string_view key = {},
    std::chrono::milliseconds timeout = patience);
/// Verbatim bytes, for what no client would send.
HttpReply rawHttp(int port, std::string_view bytes, std::chrono::milliseconds timeout = patience);

/// A connection that is kept between requests.
class HttpClient {
public:
    explicit HttpClient(int port);
    HttpReply request(std::string_view method, std::string_view target, std::string_view body = {},
        std::string_view key = {}, std::chrono::milliseconds timeout = patience);

private:
    TcpClient m_tcp;
    std::string m_rest;
};

class WebSocketClient {
public:
    /// Throws when the handshake is refused; `status()` of the exception text says why.
    WebSocketClient(int port, const std::string &target, int receiveBuffer = 0);
    void sendText(std::string_view text);
    void sendBinary(std::string_view bytes);
    void sendPing(std::string_view payload);
    /// The next text frame; nullopt when the socket was closed. Throws at the deadline.
    std::optional<std::string> receive(std::chrono::milliseconds timeout = patience);
    /// True when nothing comes within `time`.
    bool silentFor(std::chrono::milliseconds time);
    /// Code of the close frame once receive() has returned nullopt; 0 = without one.
    [[nodiscard]] int closeCode() const { return m_closeCode; }
    [[nodiscard]] const std::string &closeReason() const { return m_closeReason; }
    [[nodiscard]] const std::vector<std::string> &pongs() const { return m_pongs; }
    [[nodiscard]] int handle() const { return m_tcp.handle(); }

private:
    void sendFrame(int opcode, std::string_view payload);
    bool fill(std::size_t bytes, std::chrono::steady_clock::time_point deadline);

    TcpClient m_tcp;
    std::string m_buffer;
    int m_closeCode = 0;
    std::string m_closeReason;
    std::vector<std::string> m_pongs;
};

} // namespace signalbox::support
