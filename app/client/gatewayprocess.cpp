// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/gatewayprocess.h"

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

extern char **environ;

namespace signalbox {
namespace {

struct Pipe {
    int read = -1;
    int write = -1;
    bool open()
    {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
            return false;
        read = ends[0];
        write = ends[1];
        return true;
    }
    void close()
    {
        for (int *end : { &read, &write })
            if (*end >= 0)
                ::close(std::exchange(*end, -1));
    }
};

void sleepMs(long ms)
{
    const timespec time { ms / 1000, (ms % 1000) * 1000000 };
    nanosleep(&time, nullptr);
}

/// posix_spawn with the child's standard streams set; 0 or errno.
int spawn(pid_t *pid, const std::string &program, const std::vector<std::string> &arguments,
    const Pipe &in, const Pipe &out, const std::string &logFile)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.read, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.write, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO,
        logFile.empty() ? "/dev/null" : logFile.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // Its own group: Ctrl+C in a terminal ends the console, which then ends it in order.
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    sigset_t defaults;
    sigemptyset(&defaults);
    for (int number : { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD })
        sigaddset(&defaults, number);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    std::vector<char *> argv;
    for (const auto &argument : arguments)
        argv.push_back(const_cast<char *>(argument.c_str()));
    argv.push_back(nullptr);
    const int error =
        posix_spawnp(pid, program.c_str(), &actions, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

} // namespace

std::string GatewayProcess::find(const std::string &name)
{
    char path[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    if (length <= 0)
        return {};
    std::string beside(path, std::size_t(length));
    beside.resize(beside.find_last_of('/') + 1);
    beside += name;
    return access(beside.c_str(), X_OK) == 0 ? beside : std::string();
}

std::unique_ptr<GatewayProcess> GatewayProcess::start(const Options &options, std::string *error)
{
    std::string program = options.program.empty() ? find("signalbox-gateway") : options.program;
    if (program.empty())
        program = "signalbox-gateway";
    std::vector<std::string> arguments { program, "--port", "0", "--print-endpoint",
        "--exit-with-parent" };
    if (options.demo)
        arguments.emplace_back("--demo");
    if (!options.dataDir.empty())
        arguments.insert(arguments.end(), { "--data", options.dataDir });
    Pipe in;
    Pipe out;
    pid_t pid = -1;
    int failure = 0;
    if (!in.open() || !out.open())
        failure = errno;
    else
        failure = spawn(&pid, program, arguments, in, out, options.logFile);
    if (failure != 0) {
        if (error)
            *error = program + ": " + std::strerror(failure);
        in.close();
        out.close();
        return nullptr;
    }
    std::unique_ptr<GatewayProcess> process(new GatewayProcess);
    process->m_pid = pid;
    process->m_input = std::exchange(in.write, -1);
    process->m_output = std::exchange(out.read, -1);
    in.close();
    out.close();
    fcntl(process->m_output, F_SETFL, O_NONBLOCK);
    return process;
}

bool GatewayProcess::running()
{
    if (m_pid <= 0)
        return false; // never hand 0 or -1 to kill(): they mean whole groups of processes
    const pid_t ended = waitpid(m_pid, &m_status, WNOHANG);
    if (ended == 0)
        return true;
    m_pid = -1;
    return false;
}

void GatewayProcess::stop(int graceMs)
{
    if (m_input >= 0)
        close(std::exchange(m_input, -1));
    if (running()) {
        kill(m_pid, SIGTERM);
        for (int waited = 0; running(); waited += 5) {
            if (waited >= graceMs && m_pid > 0) {
                kill(m_pid, SIGKILL);
                waitpid(m_pid, &m_status, 0);
                m_pid = -1;
                break;
            }
            sleepMs(5);
        }
    }
    if (m_output >= 0)
        close(std::exchange(m_output, -1));
}

GatewayProcess::~GatewayProcess()
{
    stop();
}

} // namespace signalbox
