// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/transcript.h"
#include "models/schema/chatframe.h"
#include "models/schema/chatline.h"
#include "models/schema/ops.h"
#include "models/schema/portal.h"
#include "models/stores/session.h"
#include "models/stores/tenantscope.h"

#include <QTimer>

namespace signalbox {

/// One web chat as its user has it: makes a conversation, holds the socket, sends, hears, and puts
/// everything into a transcript. A lost socket is opened again and the history read: nothing is
/// lost or shown twice. What comes is checked by the owner's isolation prover: a foreign frame is
/// not shown and ends the chat. GUI thread; scope and transcript belong to the owner and live
/// longer.
class ChatTalk : public QObject {
    Q_OBJECT
public:
    enum State { Closed, Opening, Open, Lost };
    Q_ENUM(State)
    static constexpr int readyWithinMs =
        1500; ///< a far end that does not say `ready` is taken as is
    static constexpr int reopenMs = 400;
    static constexpr int reopenTries = 8;
    static constexpr int handedOverMs = 2000; ///< without a word after `escalated`
    static constexpr int pageSize = 200;

    ChatTalk(Session *session, TenantScope &scope, rules::Transcript &transcript, QObject *parent);
    ~ChatTalk() override;

    /// A fresh conversation with a test user of its own (signalbox-gateway §7).
    /// `role` is what its first frame claims, "" = the one that the caller has: a far end refuses
    /// any other (§4).
    void start(const std::string &tenant, const std::string &agent, const std::string &role = {});
    void say(const std::string &text, bool twice = false); ///< twice: the same frame, same id
    void drop(); ///< cuts the socket as a bad network does
    void setSlow(bool slow); ///< reads slowly from the next opening on
    void decide(bool approve, const std::string &reason);
    /// Closes, and removes the conversation at the far end, which answers when it is gone.
    QFuture<Reply> finish();

    State state() const { return m_state; }
    const QString &error() const { return m_error; } ///< why it is not open
    bool slow() const { return m_slow; }
    const std::string &conversation() const { return m_conversation.id; }
    const std::string &tenant() const { return m_tenant; }
    /// What waits for a yes or no, if anything does.
    const std::optional<schema::ChatFrame> &pending() const { return m_pending; }

signals:
    void changed();
    void turnEnded(); ///< an answer, a failure, or a question to a person
    void framed(bool sent, const std::string &text, qint64 atMs);

private:
    void fail(const QString &why);
    void stop(const QString &why);
    void make();
    void connectNow();
    void opened();
    void readHistory();
    void lost(const GatewayError &error);
    void take(const schema::ChatPart &part);
    void takeFrame(const schema::ChatFrame &frame, qint64 nowMs);
    void send(const std::string &operation, const std::string &text, const std::string &id);
    void setState(State state, const QString &error = {});

    Session *m_session;
    TenantScope &m_scope;
    rules::Transcript &m_transcript;
    std::unique_ptr<Subscription> m_stream;
    schema::WebConversation m_conversation;
    schema::PortalIdentity m_me;
    std::string m_tenant;
    std::string m_agent;
    std::string m_role;
    std::optional<schema::ChatFrame> m_pending;
    QTimer m_ready;
    QTimer m_reopen;
    QTimer m_handedOver;
    QTimer m_clock;
    QString m_error;
    State m_state = Closed;
    int m_tries = 0;
    int m_round = 0; ///< answers of an earlier conversation are void
    bool m_slow = false;
};

/// The role that this person has for a tenant: what the first frame of a chat may claim.
std::string roleIn(const schema::PortalIdentity &me, const std::string &tenant);

} // namespace signalbox
