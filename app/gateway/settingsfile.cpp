// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/settingsfile.h"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>

namespace signalbox::gateway {

namespace {

std::string trimmed(const std::string &text)
{
    constexpr const char *blank = " \t\r";
    const std::size_t from = text.find_first_not_of(blank);
    if (from == std::string::npos)
        return {};
    return text.substr(from, text.find_last_not_of(blank) - from + 1);
}

/// What an option without a variable does (print, end with the parent) is no setting.
Expected<std::string, std::string> variableOf(const CLI::App &app, const std::string &name)
{
    const CLI::Option *option = app.get_option_no_throw("--" + name);
    if (!option || option->get_envname().empty() || name == "config")
        return unexpected("unknown setting " + name);
    return option->get_envname();
}

/// As if it stood on the command line.
Expected<Done, std::string> check(const std::function<void(CLI::App &)> &describe,
    const std::string &name, const std::string &value)
{
    CLI::App app;
    describe(app);
    try {
        app.parse(std::vector<std::string> { "--" + name + '=' + value });
    } catch (const CLI::ParseError &error) {
        return unexpected(std::string(error.what()));
    }
    return Done {};
}

} // namespace

Expected<Done, std::string> takeSettings(
    const std::string &file, const std::function<void(CLI::App &)> &describe)
{
    std::ifstream stream(file);
    if (!stream)
        return unexpected(file + ": " + std::strerror(errno));
    CLI::App known;
    describe(known);
    std::map<std::string, int> seen;
    int number = 0;
    for (std::string raw; std::getline(stream, raw);) {
        const std::string at = file + ':' + std::to_string(++number) + ": ";
        const std::string line = trimmed(raw);
        if (line.empty() || line.front() == '#')
            continue;
        const std::size_t equals = line.find('=');
        if (equals == std::string::npos)
            return unexpected(at + "expected name = value");
        const std::string name = trimmed(line.substr(0, equals));
        const std::string value = trimmed(line.substr(equals + 1));
        const auto variable = variableOf(known, name);
        if (!variable)
            return unexpected(at + variable.error());
        if (const auto [first, isNew] = seen.emplace(name, number); !isNew)
            return unexpected(
                at + name + " is set in line " + std::to_string(first->second) + " already");
        if (const auto good = check(describe, name, value); !good)
            return unexpected(at + good.error());
        const char *present = std::getenv(variable->c_str());
        if (!present || !*present)
            setenv(variable->c_str(), value.c_str(), 1);
    }
    return Done {};
}

} // namespace signalbox::gateway
