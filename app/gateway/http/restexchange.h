// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/http/answer.h"
#include "app/gateway/http/edge.h"
#include "app/gateway/http/routes.h"

#include <functional>
#include <memory>
#include <string>

namespace signalbox::gateway {

struct RestRequest {
    Route route;
    Target target;
    std::string authorization; ///< header, verbatim
    std::string method;
    /// Those that signed webhooks need, names in lower case.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

/// One REST request from route to answer, in the order of checks of TG §1.4 and §1.6.4. `reply` is
/// called exactly once, perhaps inline, on any thread.
void answerRest(Edge &edge, RestRequest request, std::function<void(Answer)> reply);

/// Before a WebSocket upgrade: the refusal, if any. Import and export sockets are authenticated
/// here (TG §1.7).
void checkUpgrade(
    Edge &edge, const RestRequest &request, std::function<void(std::optional<Answer>)> decided);

/// `{"product":…}` of signalbox-gateway §5.
std::string versionBody(const Edge &edge);

} // namespace signalbox::gateway
