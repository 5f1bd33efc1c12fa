// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "tests/integration/gateway/session.h"

#include <gtest/gtest.h>

namespace signalbox::integration {

/// A web chat, signed in as the administrator and subscribed.
class ChatSocket : public support::WebSocketClient {
public:
    ChatSocket(int port, const std::string &conversation, const Json &auth)
        : WebSocketClient(port, "/chat/ws/" + conversation)
    {
        send(*this, auth);
        EXPECT_EQ(next(*this)["type"], "ready");
    }
};

/// A gateway of its own with a tenant and an agent.
class Desk : public ::testing::Test {
protected:
    explicit Desk(std::vector<std::string> with = {})
        : options(std::move(with))
    {
    }

    const std::vector<std::string> options;
    support::TemporaryFolder folder;
    support::GatewayProcess gateway { SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", options };

    struct Got {
        int status = 0;
        Json body;
    };
    /// Below `/api/portal`; as the administrator unless a key is given.
    Got call(const std::string &method, const std::string &path, const Json &body = nullptr,
        const std::string &key = {}) const;
    /// Fails the test unless the status is that.
    Json want(int status, const std::string &method, const std::string &path,
        const Json &body = nullptr, const std::string &key = {}) const;

    void makeTenant(const std::string &id) const;
    /// Returns its id.
    std::string makeAgent(const std::string &tenant, Json more = Json::object()) const;
    /// The administrator's conversation, or a fresh test's.
    std::string talk(
        const std::string &tenant, const std::string &agent, const std::string &key = {}) const;
    /// Signed in and subscribed.
    ChatSocket chat(const std::string &tenant, const std::string &conversation,
        const std::string &dialect = {}) const;
    /// Frames up to the one of that type, this one last.
    static std::vector<Json> until(support::WebSocketClient &socket, const std::string &type);
    static void say(
        support::WebSocketClient &socket, const std::string &text, const std::string &id = {});
    /// On another gateway, as after a restart.
    static ChatSocket chatAgain(const support::GatewayProcess &again, const std::string &tenant,
        const std::string &conversation);
    Json me() const { return want(200, "GET", "/auth/me"); }
    Json history(const std::string &conversation) const
    {
        return want(200, "GET", "/chat/conversations/" + conversation + "/messages")["items"];
    }
};

} // namespace signalbox::integration
