// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/prometheusprocess.h"

#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace signalbox::support {

namespace {

constexpr auto startTime = std::chrono::seconds(60);

bool isReady(int port)
{
    try {
        return http(port, "GET", "/-/ready").status == 200;
    } catch (const std::runtime_error &) {
        return false;
    }
}

std::string text(const std::string &file)
{
    std::ostringstream all;
    all << std::ifstream(file).rdbuf();
    return all.str();
}

} // namespace

PrometheusProcess::PrometheusProcess(const std::string &scrapes)
    : m_port(freePort())
{
    const std::string config = m_folder.path() + "/prometheus.yml";
    const std::string log = m_folder.path() + "/log";
    std::ofstream(config) << "global:\n  scrape_interval: 250ms\n  scrape_timeout: 250ms\n"
                          << "scrape_configs:\n"
                          << scrapes;
    const std::string listen = "--web.listen-address=127.0.0.1:" + std::to_string(m_port);
    const std::string storage = "--storage.tsdb.path=" + m_folder.path() + "/data";
    const std::string file = "--config.file=" + config;
    m_pid = fork();
    if (m_pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int output = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
        dup2(output, STDOUT_FILENO);
        dup2(output, STDERR_FILENO);
        execlp("prometheus", "prometheus", file.c_str(), storage.c_str(), listen.c_str(), nullptr);
        _exit(127);
    }
    const auto deadline = std::chrono::steady_clock::now() + startTime;
    while (!isReady(m_port)) {
        const bool ended = waitpid(m_pid, nullptr, WNOHANG) == m_pid;
        if (ended)
            m_pid = -1;
        if (ended || std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error(
                "Prometheus did not start (package `prometheus`): " + text(log));
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

PrometheusProcess::~PrometheusProcess()
{
    if (m_pid <= 0)
        return;
    ::kill(m_pid, SIGKILL); // its data go with the folder
    waitpid(m_pid, nullptr, 0);
}

} // namespace signalbox::support
