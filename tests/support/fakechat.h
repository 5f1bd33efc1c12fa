// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/chatframe.h"
#include "models/schema/chatline.h"
#include "models/schema/portal.h"
#include "models/schema/tenant.h"
#include "tests/support/fakegateway.h"

#include <map>

namespace signalbox {

/// Web chats of a FakeGateway: tenants and agents to choose from, conversations, and an agent that
/// answers by the words it is told: `tool` calls one, `confirm` asks a person (resolve() answers),
/// `person` hands over, `silence` says nothing, `long` streams many pieces, `fault` fails; all else
/// is answered "You said: …". GUI thread; a frame leaves with each turn of the event loop unless
/// hold() is on.
class FakeChat : public QObject {
public:
    explicit FakeChat(FakeGateway &gateway); ///< answers `portal` and `chat` from now on

    void hold(bool held); ///< frames wait
    bool step(); ///< one frame leaves, heard or not; false: none waits
    void cut(); ///< the socket is lost
    /// What waits for a person is decided (approve, deny) and answered.
    void resolve(const std::string &decision, const std::string &by);
    bool listening() const { return !m_stream.isNull(); }

    std::vector<schema::WebConversationMessage> history;
    std::vector<std::string> removed; ///< conversations
    std::vector<std::string> sentIds; ///< of messages, each time
    bool ids = true; ///< frames tell the ids of messages
    bool refusesChat = false;
    std::map<std::string, std::string> states; ///< of subscriptions, by tenant
    std::string resting; ///< name of an agent that is not active
    std::string role = "platform_admin"; ///< of who asks; a chat that claims another is refused
    std::string claimed; ///< by the last first frame
    /// What speaks of the tenant "intruder": agents, made, history, frame or try; "" nothing.
    std::string hostile;
    std::string answer = "You said: %1";

private:
    std::optional<Reply> portal(const Request &request);
    std::optional<Reply> chat(const Request &request);
    void take(const std::string &text, const std::string &id);
    void queue(schema::ChatFrame frame);
    void queueAnswer(const std::string &whole, const std::string &id, std::size_t piece);
    void store(const std::string &role, const std::string &text, const std::string &id);

    FakeGateway &m_gateway;
    QPointer<FakeStream> m_stream;
    std::deque<schema::ChatFrame> m_frames;
    std::optional<schema::ChatFrame> m_parked;
    QTimer m_clock;
    int m_next = 1;
    int m_conversations = 0;
    std::string m_tenant; ///< of the conversation
    bool m_held = false;
};

} // namespace signalbox
