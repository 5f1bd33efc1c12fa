// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/requestserver.h"
#include "app/gateway/services/tenantaccess.h"

#include <set>

namespace signalbox::gateway {

/// A message that came in by any channel, for a thread that is there.
struct ChatInput {
    std::string threadId;
    std::string text;
    std::string messageId; ///< what duplicates are told by; "" = a new one
    std::string senderId;
    std::string senderName;
    std::vector<schema::MediaAttachment> attachments;
    schema::Members<schema::JsonText> metadata; ///< of the channel
};

/// The web channel. On `request:tg:webchat`, from the edge only:
///   attach {tenant, conversation, userId, role, actor…}  subscribes, then answers with frames
///   until `detach` {id of the attach}; the first is `ready`, or an `error` with code `auth` send
///   {tenant, conversation, text, id?, actor…}       stores the user's row, then dispatches;
///   answers {"message_id"} or {"error":{…}}
/// A message is stored before it is dispatched, and the socket is subscribed before that.
class WebChat final : public RequestServer {
public:
    explicit WebChat(TenantCore &core);
    ~WebChat() override;

    /// Stores and dispatches to the router; returns the stored message's id. Thread-safe.
    Expected<std::string, std::string> accept(
        const rules::TenantId &tenant, const ChatInput &input);

    /// Sockets of who is no longer a member of the tenant hear nothing more. Thread-safe.
    void leaveOut(const rules::TenantId &tenant);

private:
    struct Attached {
        rules::TenantId tenant;
        TenantCaller caller;
        std::string topic; ///< of the request that is answered
        std::unique_ptr<CacheSubscription> subscription; ///< null: it was left out
    };
    Expected<Done, std::string> prepare() override;
    std::string handle(const Request &request) override;
    void ended() override;
    [[nodiscard]] std::string errorType() const override { return "webchat-error"; }
    std::string attach(const Request &request);
    std::string send(const Request &request);
    std::string detach(const Request &request);
    /// "" or why the caller has nothing to do with that conversation.
    std::string refusal(const Request &request, const rules::TenantId &tenant);
    bool isLeftOut(const TenantCaller &caller, const rules::TenantId &tenant);

    TenantCore &m_core;
    std::shared_ptr<Producer> m_router;
    std::mutex m_mutex;
    std::map<std::string, Attached> m_attached; ///< by request
    std::set<std::string> m_early; ///< detached before they were attached
};

} // namespace signalbox::gateway
