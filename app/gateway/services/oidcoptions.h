// SPDX-License-Identifier: GPL-3.0-only
// How the gateway accepts the tokens of an OpenID provider.
#pragma once

#include "models/schema/expected.h"

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox::gateway {

/// The body that `url` answers with status 200, or why there is none. Blocks for a few seconds at
/// most, ends early when asked to stop. Called on the issuer's thread only.
using Fetch = std::function<Expected<std::string, std::string>(
    const std::string &url, const std::stop_token &stop)>;

struct OidcOptions {
    std::string issuer; ///< "" = none is accepted; exactly as its discovery document and tokens say
    std::vector<std::string> audiences; ///< a token must name one of them
    std::string userClaim = "preferred_username"; ///< else `email`, else `sub`
    std::string roleClaim = "roles"; ///< text or list; may be a path, see schema::claimTexts
    /// Value of the role claim → role. Empty: the roles' own names.
    std::vector<std::pair<std::string, std::string>> roles;
    std::string workspaceClaim = "workspace"; ///< text or list: the first known one is the home
    std::string workspace = "default"; ///< home of who has no such claim
    std::chrono::seconds leeway { 60 }; ///< between the issuer's clock and ours
    std::chrono::milliseconds keyAge { 600000 }; ///< keys are read again after so long
    std::chrono::milliseconds keyLife { 86400000 }; ///< and not believed longer than this without
    /// Between two readings that tokens with unknown keys bring about, once `keyBurst` are used up.
    std::chrono::milliseconds keyPause { 10000 };
    int keyBurst = 3;
    Fetch fetch;
};

/// May this address be asked for keys and tokens: https, or http to this very machine.
bool trustworthyUrl(std::string_view url);

} // namespace signalbox::gateway
