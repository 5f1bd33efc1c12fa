// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "tests/support/gatewayprocess.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace signalbox::integration {

using Json = nlohmann::json;

/// The next frame as JSON; throws when the socket closed instead.
Json next(support::WebSocketClient &socket);
/// Skips frames until one satisfies `wanted`; throws at the deadline.
Json nextWhere(support::WebSocketClient &socket, const std::function<bool(const Json &)> &wanted);
void send(support::WebSocketClient &socket, const Json &frame);
/// Signs in and returns the answer.
Json signIn(support::WebSocketClient &socket, const std::string &key);
/// One mux request, answered.
Json ask(support::WebSocketClient &socket, const Json &id, const std::string &service,
    const Json &request);

/// POST as somebody; throws unless the answer is 200 and no error.
Json done(const support::GatewayProcess &gateway, const std::string &path, const Json &body);
/// The answer whatever it is; `null` when it is not JSON.
Json answer(const support::GatewayProcess &gateway, const std::string &path, const Json &body,
    const std::string &key);

/// A blueprint with one worker entry of its own, `request` answered by nobody but who listens.
std::string smallBlueprint(const std::string &kind = "text-completion");
void startFlow(const support::GatewayProcess &gateway, const std::string &flow,
    const std::string &blueprint = "small");
void stopFlow(const support::GatewayProcess &gateway, const std::string &flow);

struct Reader {
    std::string user;
    std::string keyId;
    std::string key;
};
/// A fresh user with the role, at home in `workspace`.
Reader makeUser(const support::GatewayProcess &gateway, const std::string &name,
    const std::string &role, const std::string &workspace = "default");

} // namespace signalbox::integration
