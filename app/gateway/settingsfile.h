// SPDX-License-Identifier: GPL-3.0-only
// --config FILE: lines `name = value` with the long options' names, '#' begins a comment line.
// What the command line says wins, then the environment, then the file.
#pragma once

#include "models/schema/expected.h"

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace signalbox::gateway {

/// Makes each setting of `file` the value of its environment variable, unless that has one, so that
/// a parse afterwards takes it last. `describe` adds all options to an empty App. Errors begin with
/// `FILE:LINE:`. Before there are threads.
Expected<Done, std::string> takeSettings(
    const std::string &file, const std::function<void(CLI::App &)> &describe);

} // namespace signalbox::gateway
