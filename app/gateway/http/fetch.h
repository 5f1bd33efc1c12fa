// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/oidcoptions.h"

namespace signalbox::gateway {

struct FetchLimits {
    std::chrono::milliseconds time { 4000 }; ///< in all; less than a caller waits for its sign-in
    std::size_t bodyBytes = std::size_t(1) << 20;
};

/// GET over http or https. The server's certificate is checked against the system's authorities, or
/// against those of the PEM file `authorities` alone. Redirects are not followed: a document lies
/// where its owner said. The error says why the file cannot be used.
Expected<Fetch, std::string> makeFetch(
    const std::string &authorities, const FetchLimits &limits = {});

} // namespace signalbox::gateway
