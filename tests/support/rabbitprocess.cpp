// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/rabbitprocess.h"

#include "tests/support/prometheusprocess.h"

#include <fcntl.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace signalbox::support {

namespace {

constexpr auto startTime = std::chrono::seconds(90);
const std::string binaries = "/usr/lib/rabbitmq/bin/";
const std::string guest = "Basic Z3Vlc3Q6Z3Vlc3Q="; // guest:guest, whom RabbitMQ lets in from here

std::string fileText(const std::string &file)
{
    std::ostringstream all;
    all << std::ifstream(file).rdbuf();
    return all.str();
}

[[noreturn]] void become(const std::vector<std::string> &command,
    const std::vector<std::string> &environment, int output)
{
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    std::vector<char *> arguments;
    for (const auto &one : command)
        arguments.push_back(const_cast<char *>(one.c_str()));
    arguments.push_back(nullptr);
    std::vector<char *> variables;
    for (const auto &one : environment)
        variables.push_back(const_cast<char *>(one.c_str()));
    variables.push_back(nullptr);
    execvpe(arguments.front(), arguments.data(), variables.data());
    _exit(127);
}

std::string percent(const std::string &text)
{
    std::string out;
    for (const char c : text) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_'
            || c == '.' || c == '~';
        char coded[4];
        std::snprintf(coded, sizeof coded, "%%%02X", unsigned(static_cast<unsigned char>(c)));
        out += plain ? std::string(1, c) : std::string(coded);
    }
    return out;
}

} // namespace

RabbitProcess::RabbitProcess()
    : m_amqp(freePort())
    , m_distribution(freePort())
    , m_management(freePort())
    , m_metrics(freePort())
    , m_epmdPort(freePort())
{
    start();
}

RabbitProcess::~RabbitProcess()
{
    stop();
    endEpmd();
}

std::vector<std::string> RabbitProcess::environment() const
{
    const std::string &folder = m_folder.path();
    return { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=" + folder,
        "ERL_EPMD_ADDRESS=127.0.0.1", "ERL_EPMD_PORT=" + std::to_string(m_epmdPort),
        "RABBITMQ_NODENAME=test" + std::to_string(m_amqp) + "@localhost",
        "RABBITMQ_NODE_IP_ADDRESS=127.0.0.1", "RABBITMQ_NODE_PORT=" + std::to_string(m_amqp),
        "RABBITMQ_DIST_PORT=" + std::to_string(m_distribution),
        "RABBITMQ_MNESIA_BASE=" + folder + "/mnesia", "RABBITMQ_LOG_BASE=" + folder + "/log",
        "RABBITMQ_PID_FILE=" + folder + "/pid", "RABBITMQ_CONF_ENV_FILE=/dev/null",
        "RABBITMQ_CONFIG_FILE=" + folder + "/rabbitmq.conf",
        "RABBITMQ_ENABLED_PLUGINS_FILE=" + folder + "/plugins",
        "RABBITMQ_GENERATED_CONFIG_DIR=" + folder + "/config",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-start_epmd false -kernel inet_dist_use_interface "
        "{127,0,0,1}",
        // The machine itself becomes our child, without a script between: it ends when we do.
        "RUNNING_UNDER_SYSTEMD=true" };
}

void RabbitProcess::start()
{
    const std::string &folder = m_folder.path();
    std::ofstream(folder + "/plugins") << "[rabbitmq_management,rabbitmq_prometheus].\n";
    std::ofstream(folder + "/rabbitmq.conf")
        << "listeners.tcp.1 = 127.0.0.1:" << m_amqp << "\nmanagement.tcp.ip = 127.0.0.1\n"
        << "management.tcp.port = " << m_management << "\nprometheus.tcp.ip = 127.0.0.1\n"
        << "prometheus.tcp.port = " << m_metrics
        << "\nprometheus.return_per_object_metrics = true\n"
        << "collect_statistics_interval = 1000\n";
    // An epmd of our own, told to stay here, in the foreground: its end is ours to make.
    const std::string log = folder + "/output";
    const int output = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    const auto variables = environment();
    m_epmd = fork();
    if (m_epmd == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        become({ "epmd", "-address", "127.0.0.1", "-port", std::to_string(m_epmdPort) }, variables,
            output);
    }
    waitForEpmd();
    m_pid = fork();
    if (m_pid == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        become({ binaries + "rabbitmq-server" }, variables, output);
    }
    setpgid(m_pid, m_pid);
    close(output);
    const auto deadline = std::chrono::steady_clock::now() + startTime;
    while (!answers()) {
        const bool ended = waitpid(m_pid, nullptr, WNOHANG) == m_pid;
        if (ended)
            m_pid = -1;
        if (ended || std::chrono::steady_clock::now() > deadline) {
            stop();
            endEpmd();
            throw std::runtime_error(
                "RabbitMQ did not start (package `rabbitmq-server`): " + fileText(log));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
}

void RabbitProcess::waitForEpmd() const
{
    const auto deadline = std::chrono::steady_clock::now() + startTime;
    for (;;) {
        try {
            const TcpClient reached(m_epmdPort);
            return;
        } catch (const std::runtime_error &) {
            if (std::chrono::steady_clock::now() > deadline)
                throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }
}

bool RabbitProcess::answers() const
{
    try {
        // Everything is there once a queue can be made.
        manage("GET", "/api/overview");
        manage("GET", "/api/queues/%2F?page=1&page_size=1");
        return true;
    } catch (const std::runtime_error &) {
        return false;
    }
}

void RabbitProcess::stop()
{
    if (m_pid <= 0)
        return;
    // The script has made a group of its own: the machine, its helpers, nobody else.
    ::kill(-m_pid, SIGKILL);
    waitpid(std::exchange(m_pid, -1), nullptr, 0);
}

void RabbitProcess::endEpmd()
{
    if (m_epmd <= 0)
        return;
    ::kill(m_epmd, SIGKILL);
    waitpid(std::exchange(m_epmd, -1), nullptr, 0);
}

std::string RabbitProcess::manage(
    const std::string &method, const std::string &path, const std::string &body) const
{
    const auto answer = rawHttp(m_management,
        method + ' ' + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            + "Authorization: " + guest + "\r\nContent-Type: application/json\r\nContent-Length: "
            + std::to_string(body.size()) + "\r\n\r\n" + body);
    if (answer.status < 200 || answer.status > 299)
        throw std::runtime_error(
            method + ' ' + path + ": " + std::to_string(answer.status) + ' ' + answer.body);
    return answer.body;
}

void RabbitProcess::declareExchange(const std::string &name) const
{
    manage("PUT", "/api/exchanges/%2F/" + percent(name), R"({"type":"fanout","durable":true})");
}

void RabbitProcess::declareQueue(const std::string &name, bool durable) const
{
    manage("PUT", "/api/queues/%2F/" + percent(name),
        durable ? R"({"durable":true})" : R"({"durable":false})");
}

void RabbitProcess::bindQueue(const std::string &queue, const std::string &exchange) const
{
    manage("POST", "/api/bindings/%2F/e/" + percent(exchange) + "/q/" + percent(queue),
        nlohmann::json { { "routing_key", queue } }.dump());
}

void RabbitProcess::publish(const std::string &exchange, const std::string &payload) const
{
    const nlohmann::json message { { "properties", { { "headers", { { "id", "id-1" } } } } },
        { "routing_key", "" }, { "payload", payload }, { "payload_encoding", "string" } };
    manage("POST", "/api/exchanges/%2F/" + percent(exchange) + "/publish", message.dump());
}

std::vector<RabbitProcess::Counts> RabbitProcess::queues() const
{
    std::vector<Counts> all;
    const auto list = nlohmann::json::parse(
        manage("GET", "/api/queues/%2F?columns=name,messages_ready,consumers"));
    for (const auto &row : list)
        all.push_back(
            { row.at("name"), row.value("messages_ready", -1), row.value("consumers", -1) });
    return all;
}

} // namespace signalbox::support
