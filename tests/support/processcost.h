// SPDX-License-Identifier: GPL-3.0-only
// What a process has cost so far, by /proc.
#pragma once

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <sys/types.h>
#include <unistd.h>

namespace signalbox::support {

/// Processor time of the whole process, in seconds.
inline double processorSeconds(pid_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string field;
    double ticks = 0;
    for (int i = 3; fields >> field; ++i)
        if (i == 14 || i == 15)
            ticks += std::stod(field);
    return ticks / double(sysconf(_SC_CLK_TCK));
}

/// Its share of what is in memory; `process` is an id or "self". -1 when that is not told.
inline double pssMiB(const std::string &process = "self")
{
    std::ifstream rollup("/proc/" + process + "/smaps_rollup");
    for (std::string word; rollup >> word;) {
        double kib = 0;
        if (word == "Pss:" && rollup >> kib)
            return kib / 1024;
    }
    return -1;
}

} // namespace signalbox::support
