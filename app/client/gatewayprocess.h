// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

namespace signalbox {

/// The signalbox-gateway child process. No Qt: it can be started as the first thing in main(), so
/// that it comes up while the window does. Ends with us: it watches its standard input and its
/// parent (--exit-with-parent). Start it on the main thread.
class GatewayProcess {
public:
    struct Options {
        std::string program; ///< "" = beside the running program, else on PATH
        std::string dataDir;
        bool demo = true;
        std::string logFile; ///< its standard error; "" = nowhere
    };
    /// nullptr when it cannot be started; `error` says why.
    static std::unique_ptr<GatewayProcess> start(const Options &options, std::string *error);
    ~GatewayProcess(); ///< stop()

    GatewayProcess(const GatewayProcess &) = delete;
    GatewayProcess &operator=(const GatewayProcess &) = delete;

    int output() const
    {
        return m_output;
    } ///< non-blocking end of its standard output: one JSON line, then end of file at its end
    pid_t pid() const { return m_pid; }
    bool running(); ///< reaps it when it has ended
    int exitStatus() const { return m_status; } ///< as of waitpid, once it has ended
    void stop(int graceMs = 3000); ///< asks it to end, then makes it; nothing is left behind

    static std::string find(
        const std::string &name); ///< beside the running program, else "" (then PATH is searched)

private:
    GatewayProcess() = default;

    pid_t m_pid = -1;
    int m_input = -1;
    int m_output = -1;
    int m_status = 0;
};

} // namespace signalbox
