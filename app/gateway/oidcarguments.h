// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/oidcoptions.h"

namespace CLI {
class App;
}

namespace signalbox::gateway {

/// The part of the command line that is about an OpenID provider.
struct OidcArguments {
    OidcOptions options;
    std::vector<std::string> roles; ///< VALUE=ROLE
    std::string authorities; ///< PEM file, "" = the system's
    int leewaySeconds = 60;
};

void describe(CLI::App &app, OidcArguments &arguments);
/// Options that a platform can use, `issuer` empty when none is named; the error is for people.
Expected<OidcOptions, std::string> optionsOf(const OidcArguments &arguments);

} // namespace signalbox::gateway
