// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/serverprocess.h"

#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <pwd.h>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace signalbox::support {

namespace {

namespace fs = std::filesystem;
constexpr auto startTime = std::chrono::seconds(60);
constexpr const char *password = "only-of-this-test";

bool accepts(int port)
{
    try {
        const TcpClient client(port);
        return true;
    } catch (const std::runtime_error &) {
        return false;
    }
}

std::string contents(const std::string &file)
{
    std::ostringstream all;
    all << std::ifstream(file).rdbuf();
    return all.str();
}

void waitUntil(const std::function<bool()> &ready, ServerProcess &server, const std::string &log)
{
    const auto deadline = std::chrono::steady_clock::now() + startTime;
    while (!ready()) {
        if (server.ended() || std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("the server did not start: " + contents(log));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

/// Debian keeps the servers' programs out of the path, by version.
std::string postgresPrograms()
{
    std::string newest;
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator("/usr/lib/postgresql", ignored))
        if (fs::exists(entry.path() / "bin/initdb"))
            newest = std::max(newest, (entry.path() / "bin/").string());
    if (newest.empty())
        throw std::runtime_error("no PostgreSQL server (package `postgresql`)");
    return newest;
}

void runToEnd(const std::vector<std::string> &command)
{
    const Finished finished = runProgram(command.front(), { command.begin() + 1, command.end() });
    if (finished.code != 0)
        throw std::runtime_error(command.front() + " failed: " + finished.output + finished.errors);
}

} // namespace

void ServerProcess::start(const std::vector<std::string> &command, const std::string &log)
{
    m_pid = fork();
    if (m_pid != 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int output = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    std::vector<char *> arguments;
    for (const std::string &argument : command)
        arguments.push_back(const_cast<char *>(argument.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments.front(), arguments.data());
    _exit(127);
}

void ServerProcess::stop(int signal)
{
    if (m_pid <= 0)
        return;
    ::kill(m_pid, signal);
    waitpid(m_pid, nullptr, 0);
    m_pid = -1;
}

bool ServerProcess::ended()
{
    if (m_pid > 0 && waitpid(m_pid, nullptr, WNOHANG) == m_pid)
        m_pid = -1;
    return m_pid <= 0;
}

PostgresServer::PostgresServer()
    : m_programs(postgresPrograms())
    , m_port(freePort())
{
    if (geteuid() == 0) { // initdb refuses root
        const passwd *entry = getpwnam("postgres");
        if (!entry || chown(m_folder.path().c_str(), entry->pw_uid, entry->pw_gid) != 0)
            throw std::runtime_error("no user postgres (package `postgresql`)");
        m_as = { "/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups",
            "--pdeathsig=KILL" };
    }
    const std::string secret = m_folder.path() + "/password";
    std::ofstream(secret) << password << '\n';
    fs::permissions(secret, fs::perms::owner_read | fs::perms::others_read);
    runToEnd(asUser({ m_programs + "initdb", "--no-sync", "--locale=C.UTF-8", "--encoding=UTF8",
        "--username=postgres", "--auth=scram-sha-256", "--pwfile=" + secret,
        "--pgdata=" + m_folder.path() + "/data" }));
    serve();
    runToEnd({ m_programs + "psql", "-q", "-X", "-d", url("postgres", "postgres"), "-v",
        std::string("owner_password=") + password, "-v", std::string("app_password=") + password,
        "-f", std::string(SIGNALBOX_SOURCE_DIR) + "/installer/postgres/signalbox-roles.sql" });
}

std::vector<std::string> PostgresServer::asUser(std::vector<std::string> command) const
{
    command.insert(command.begin(), m_as.begin(), m_as.end());
    return command;
}

PostgresServer::~PostgresServer()
{
    m_server.stop(SIGQUIT); // at once; its processes end with it
}

void PostgresServer::serve()
{
    const std::string log = m_folder.path() + "/log";
    m_server.start(asUser({ m_programs + "postgres", "-D", m_folder.path() + "/data", "-h",
                       "127.0.0.1", "-p", std::to_string(m_port), "-c",
                       "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=40" }),
        log);
    const std::vector<std::string> ask { "-q", "-X", "-d", url("postgres", "postgres"), "-c",
        "SELECT 1" };
    waitUntil([&] { return runProgram(m_programs + "psql", ask).code == 0; }, m_server, log);
}

void PostgresServer::restart()
{
    m_server.stop(SIGINT);
    serve();
}

std::string PostgresServer::url(const std::string &user, const std::string &database) const
{
    return "postgres://" + user + ':' + password + "@127.0.0.1:" + std::to_string(m_port) + '/'
        + database;
}

void PostgresServer::psql(const std::string &statement)
{
    runToEnd({ m_programs + "psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", superUrl(), "-c",
        statement });
}

void PostgresServer::reset()
{
    psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE, CREATE ON SCHEMA public "
         "TO konstruct_owner; GRANT USAGE ON SCHEMA public TO konstruct_app");
}

RedisServer::RedisServer()
    : m_port(freePort())
{
    start();
}

RedisServer::~RedisServer()
{
    stop();
}

std::string RedisServer::url() const
{
    return std::string("redis://:") + password + "@127.0.0.1:" + std::to_string(m_port) + "/3";
}

void RedisServer::start()
{
    const std::string log = m_folder.path() + "/log";
    m_server.start(
        { "redis-server", "--bind", "127.0.0.1", "--port", std::to_string(m_port), "--save", "",
            "--appendonly", "no", "--dir", m_folder.path(), "--requirepass", password },
        log);
    waitUntil([this] { return accepts(m_port); }, m_server, log);
}

void RedisServer::stop()
{
    m_server.stop(SIGKILL);
}

} // namespace signalbox::support
