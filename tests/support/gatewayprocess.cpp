// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/gatewayprocess.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <netinet/tcp.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace signalbox::support {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

[[noreturn]] void fail(const std::string &what)
{
    throw std::runtime_error(what);
}

/// True when readable (or at its end) before the deadline.
bool readable(int handle, Clock::time_point deadline)
{
    for (;;) {
        const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now()).count();
        pollfd watched { handle, POLLIN, 0 };
        const int ready = poll(&watched, 1, static_cast<int>(std::max<long long>(0, left)));
        if (ready > 0)
            return true;
        if (ready == 0)
            return false;
    }
}

std::string text(const std::string &file)
{
    std::ifstream stream(file);
    std::ostringstream all;
    all << stream.rdbuf();
    return all.str();
}

std::vector<char *> argumentVector(std::vector<std::string> &arguments)
{
    std::vector<char *> vector;
    for (std::string &argument : arguments)
        vector.push_back(argument.data());
    vector.push_back(nullptr);
    return vector;
}

struct Child {
    pid_t pid;
    int input;
    int output;
};

/// `errors` becomes the child's standard error.
Child spawn(std::vector<std::string> arguments, int errors)
{
    int input[2];
    int output[2];
    if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0)
        fail("no pipe");
    auto vector = argumentVector(arguments);
    const pid_t pid = fork();
    if (pid == 0) {
        dup2(input[0], STDIN_FILENO);
        dup2(output[1], STDOUT_FILENO);
        dup2(errors, STDERR_FILENO);
        execv(vector[0], vector.data());
        _exit(127);
    }
    close(input[0]);
    close(output[1]);
    if (pid < 0)
        fail("no child process");
    return { pid, input[1], output[0] };
}

std::string lineFrom(int handle, Clock::time_point deadline)
{
    std::string line;
    char c = 0;
    while (readable(handle, deadline)) {
        if (read(handle, &c, 1) != 1)
            fail("ended before it was ready");
        if (c == '\n')
            return line;
        line += c;
    }
    fail("did not become ready in time");
}

} // namespace

TemporaryFolder::TemporaryFolder()
{
    std::string pattern = (std::filesystem::temp_directory_path() / "signalbox-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
        fail("no temporary folder");
    m_path = pattern;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

int freePort()
{
    const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = bind(handle, reinterpret_cast<sockaddr *>(&address), size) == 0
        && getsockname(handle, reinterpret_cast<sockaddr *>(&address), &size) == 0;
    close(handle);
    if (!bound)
        throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

GatewayProcess::GatewayProcess(
    const std::string &program, const std::string &folder, std::vector<std::string> options)
{
    std::vector<std::string> arguments { program, "--port", "0", "--data", folder,
        "--print-endpoint" };
    arguments.insert(arguments.end(), options.begin(), options.end());
    m_logFile = folder + ".log";
    const int errors = open(m_logFile.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    const auto begin = Clock::now();
    const Child child = spawn(arguments, errors);
    close(errors);
    m_pid = child.pid;
    m_input = child.input;
    m_output = child.output;
    try {
        const auto endpoint = nlohmann::json::parse(lineFrom(m_output, begin + patience));
        m_startTime = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
        const std::string url = endpoint.at("url");
        m_port = std::stoi(url.substr(url.rfind(':') + 1));
        m_key = endpoint.at("api_key");
    } catch (const std::exception &fault) {
        const std::string said = log();
        kill();
        fail("signalbox-gateway " + std::string(fault.what()) + "\n" + said);
    }
}

GatewayProcess::~GatewayProcess()
{
    if (m_pid > 0)
        kill();
    close(m_output);
    closeInput();
    std::error_code ignored;
    std::filesystem::remove(m_logFile, ignored);
}

void GatewayProcess::signal(int number) const
{
    ::kill(m_pid, number);
}

int GatewayProcess::wait(milliseconds timeout)
{
    const auto deadline = Clock::now() + timeout;
    // Its standard output closes when it ends: a wait without polling.
    char waste[256];
    while (readable(m_output, deadline)) {
        if (read(m_output, waste, sizeof waste) > 0)
            continue;
        int status = 0;
        waitpid(m_pid, &status, 0);
        m_pid = -1;
        return status;
    }
    fail("signalbox-gateway did not end in time\n" + log());
}

void GatewayProcess::kill()
{
    signal(SIGKILL);
    int status = 0;
    waitpid(m_pid, &status, 0);
    m_pid = -1;
}

int GatewayProcess::stop()
{
    signal(SIGTERM);
    return wait();
}

void GatewayProcess::closeInput()
{
    if (m_input >= 0)
        close(m_input);
    m_input = -1;
}

std::string GatewayProcess::log() const
{
    return text(m_logFile);
}

Finished runProgram(const std::string &program, const std::vector<std::string> &arguments)
{
    TemporaryFolder folder;
    const std::string errorFile = folder.path() + "/errors";
    const int errors = open(errorFile.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    std::vector<std::string> all { program };
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Child child = spawn(all, errors);
    close(errors);
    close(child.input);
    Finished finished;
    const auto deadline = Clock::now() + patience;
    char part[4096];
    bool ended = false;
    while (!ended && readable(child.output, deadline)) {
        const ssize_t count = read(child.output, part, sizeof part);
        ended = count <= 0;
        if (!ended)
            finished.output.append(part, static_cast<std::size_t>(count));
    }
    close(child.output);
    if (!ended)
        ::kill(child.pid, SIGKILL);
    int status = 0;
    waitpid(child.pid, &status, 0);
    finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    finished.errors = text(errorFile);
    return finished;
}

TcpClient::TcpClient(int port, int receiveBuffer)
    : m_handle(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    if (receiveBuffer > 0)
        setsockopt(m_handle, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
    const int yes = 1;
    setsockopt(m_handle, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(m_handle, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) {
        close(m_handle);
        fail("cannot connect to port " + std::to_string(port) + ": " + std::strerror(errno));
    }
}

TcpClient::~TcpClient()
{
    close(m_handle);
}

void TcpClient::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::send(m_handle, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0)
            fail(std::string("cannot send: ") + std::strerror(errno));
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string TcpClient::receive(milliseconds timeout)
{
    if (!readable(m_handle, Clock::now() + timeout))
        fail("nothing received in time");
    std::string part(65536, '\0');
    const ssize_t count = recv(m_handle, part.data(), part.size(), 0);
    part.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return part;
}

namespace {

std::string requestText(
    std::string_view method, std::string_view target, std::string_view body, std::string_view key)
{
    std::string request = std::string(method) + " " + std::string(target)
        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
    if (!key.empty())
        request += "Authorization: Bearer " + std::string(key) + "\r\n";
    if (!body.empty() || method == "POST")
        request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return request + "\r\n" + std::string(body);
}

void readHeader(std::string_view header, HttpReply &reply)
{
    if (!header.starts_with("HTTP/1.1 ") || header.size() < 12)
        fail("not an HTTP answer: " + std::string(header.substr(0, 80)));
    reply.status = std::stoi(std::string(header.substr(9, 3)));
    std::size_t at = header.find("\r\n");
    while (at < header.size()) {
        const std::size_t end = header.find("\r\n", at + 2);
        const std::string_view line = header.substr(at + 2, end - at - 2);
        const std::size_t colon = line.find(": ");
        if (colon != std::string_view::npos) {
            std::string name(line.substr(0, colon));
            std::transform(name.begin(), name.end(), name.begin(),
                [](unsigned char c) { return std::tolower(c); });
            reply.headers[name] = line.substr(colon + 2);
        }
        at = end;
    }
}

/// The next `size` bytes; `buffer` holds what was received already.
std::string take(TcpClient &tcp, std::string &buffer, std::size_t size, milliseconds timeout)
{
    while (buffer.size() < size) {
        const std::string part = tcp.receive(timeout);
        if (part.empty())
            fail("the connection ended within an answer");
        buffer += part;
    }
    std::string taken = buffer.substr(0, size);
    buffer.erase(0, size);
    return taken;
}

/// Without trailers: who sends some is no program of these tests.
std::string readChunks(TcpClient &tcp, std::string &buffer, milliseconds timeout)
{
    std::string body;
    for (;;) {
        std::string line;
        while (!line.ends_with("\r\n"))
            line += take(tcp, buffer, 1, timeout);
        const std::size_t size = std::stoul(line, nullptr, 16);
        body += take(tcp, buffer, size, timeout);
        take(tcp, buffer, 2, timeout); // the line's end
        if (size == 0)
            return body;
    }
}

HttpReply readReply(TcpClient &tcp, std::string &buffer, milliseconds timeout)
{
    HttpReply reply;
    std::size_t end = 0;
    while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
        const std::string part = tcp.receive(timeout);
        if (part.empty())
            fail("the connection ended before an answer");
        buffer += part;
    }
    readHeader(std::string_view(buffer).substr(0, end + 2), reply);
    buffer.erase(0, end + 4);
    if (reply.status == 100)
        return readReply(tcp, buffer, timeout);
    const auto length = reply.headers.find("content-length");
    if (length == reply.headers.end() && reply.headers.contains("transfer-encoding")) {
        reply.body = readChunks(tcp, buffer, timeout);
        return reply;
    }
    const std::size_t size = length == reply.headers.end() ? 0 : std::stoul(length->second);
    reply.body = take(tcp, buffer, size, timeout);
    return reply;
}

} // namespace

HttpReply rawHttp(int port, std::string_view bytes, milliseconds timeout)
{
    TcpClient tcp(port);
    tcp.send(bytes);
    std::string buffer;
    return readReply(tcp, buffer, timeout);
}

HttpReply http(int port, std::string_view method, std::string_view target, std::string_view body,
    std::string_view key, milliseconds timeout)
{
    return rawHttp(port, requestText(method, target, body, key), timeout);
}

HttpClient::HttpClient(int port)
    : m_tcp(port)
{
}

HttpReply HttpClient::request(std::string_view method, std::string_view target,
    std::string_view body, std::string_view key, milliseconds timeout)
{
    m_tcp.send(requestText(method, target, body, key));
    return readReply(m_tcp, m_rest, timeout);
}

namespace {
constexpr int opText = 1;
constexpr int opBinary = 2;
constexpr int opClose = 8;
constexpr int opPing = 9;
constexpr int opPong = 10;
} // namespace

WebSocketClient::WebSocketClient(int port, const std::string &target, int receiveBuffer)
    : m_tcp(port, receiveBuffer)
{
    m_tcp.send("GET " + target
        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    std::size_t end = 0;
    while ((end = m_buffer.find("\r\n\r\n")) == std::string::npos) {
        const std::string part = m_tcp.receive();
        if (part.empty())
            fail("the connection ended in the handshake");
        m_buffer += part;
    }
    if (!m_buffer.starts_with("HTTP/1.1 101 "))
        fail("handshake refused: " + m_buffer);
    m_buffer.erase(0, end + 4);
}

void WebSocketClient::sendFrame(int opcode, std::string_view payload)
{
    constexpr char mask[4] = { 0x11, 0x22, 0x33, 0x44 };
    std::string frame(1, static_cast<char>(0x80 | opcode));
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else {
        const int bytes = payload.size() < 65536 ? 2 : 8;
        frame += static_cast<char>(0x80 | (bytes == 2 ? 126 : 127));
        for (int i = bytes - 1; i >= 0; --i)
            frame += static_cast<char>((payload.size() >> (8 * i)) & 0xff);
    }
    frame.append(mask, 4);
    const std::size_t begin = frame.size();
    frame += payload;
    for (std::size_t i = begin; i < frame.size(); ++i)
        frame[i] = static_cast<char>(frame[i] ^ mask[(i - begin) % 4]);
    m_tcp.send(frame);
}

void WebSocketClient::sendText(std::string_view text)
{
    sendFrame(opText, text);
}
void WebSocketClient::sendBinary(std::string_view bytes)
{
    sendFrame(opBinary, bytes);
}
void WebSocketClient::sendPing(std::string_view payload)
{
    sendFrame(opPing, payload);
}

/// False at the end of the stream.
bool WebSocketClient::fill(std::size_t bytes, Clock::time_point deadline)
{
    while (m_buffer.size() < bytes) {
        const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
        const std::string part = m_tcp.receive(std::max(left, milliseconds(0)));
        if (part.empty())
            return false;
        m_buffer += part;
    }
    return true;
}

std::optional<std::string> WebSocketClient::receive(milliseconds timeout)
{
    const auto deadline = Clock::now() + timeout;
    const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(m_buffer[i]); };
    for (;;) {
        if (!fill(2, deadline))
            return std::nullopt;
        const int opcode = byte(0) & 0x0f;
        std::size_t size = byte(1) & 0x7f;
        std::size_t head = 2;
        if (size >= 126) {
            const std::size_t wide = size == 126 ? 2 : 8;
            if (!fill(2 + wide, deadline))
                return std::nullopt;
            size = 0;
            for (std::size_t i = 0; i < wide; ++i)
                size = size << 8 | byte(2 + i);
            head += wide;
        }
        if (!fill(head + size, deadline))
            return std::nullopt;
        std::string payload = m_buffer.substr(head, size);
        m_buffer.erase(0, head + size);
        if (opcode == opText)
            return payload;
        if (opcode == opPing)
            sendFrame(opPong, payload);
        if (opcode == opPong)
            m_pongs.push_back(payload);
        if (opcode == opClose) {
            if (payload.size() >= 2) {
                m_closeCode = static_cast<unsigned char>(payload[0]) << 8
                    | static_cast<unsigned char>(payload[1]);
                m_closeReason = payload.substr(2);
            }
            return std::nullopt;
        }
    }
}

bool WebSocketClient::silentFor(milliseconds time)
{
    return m_buffer.empty() && !readable(m_tcp.handle(), Clock::now() + time);
}

} // namespace signalbox::support
