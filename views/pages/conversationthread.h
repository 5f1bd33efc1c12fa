// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/formdraft.h"
#include "views/pages/transcriptmodel.h"

#include "models/stores/conversationstore.h"
#include "models/stores/tenantscope.h"

#include <QPointer>
#include <QTimer>

namespace signalbox {

/// One conversation looked at: what was said (live), what waits for a person in it, and what a
/// person may do: answer a confirmation, take it over, write, give it back, close it. An answer
/// that somebody else gave first is told with who it was. GUI thread.
class ConversationThread : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ConversationsPageModel")
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(QString key READ key NOTIFY changed FINAL) ///< "" none
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL)
    Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed FINAL) ///< tenant, channel, agent
    Q_PROPERTY(signalbox::TranscriptModel *transcript READ transcript CONSTANT FINAL)
    Q_PROPERTY(bool loading READ loading NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL) ///< of reading
    Q_PROPERTY(QString typingText READ typingText NOTIFY changed FINAL)
    // confirmation
    Q_PROPERTY(bool confirming READ confirming NOTIFY changed FINAL)
    Q_PROPERTY(QString confirmId READ confirmId NOTIFY changed FINAL) ///< of the call, "" none
    Q_PROPERTY(QString confirmTool READ confirmTool NOTIFY changed FINAL)
    Q_PROPERTY(QStringList confirmNames READ confirmNames NOTIFY changed FINAL)
    Q_PROPERTY(QStringList confirmValues READ confirmValues NOTIFY changed FINAL)
    Q_PROPERTY(QString confirmLeft READ confirmLeft NOTIFY ticked FINAL) ///< "0:48 left"
    Q_PROPERTY(bool confirmExpired READ confirmExpired NOTIFY ticked FINAL)
    Q_PROPERTY(QString confirmDenied READ confirmDenied NOTIFY changed FINAL)
    // hand-over
    Q_PROPERTY(bool waits READ waits NOTIFY changed FINAL) ///< escalated, nobody has it
    Q_PROPERTY(QString reason READ reason NOTIFY changed FINAL) ///< of the escalation
    Q_PROPERTY(QString holder READ holder NOTIFY changed FINAL) ///< who has it, "" nobody
    Q_PROPERTY(bool mine READ mine NOTIFY changed FINAL)
    Q_PROPERTY(bool closed READ closed NOTIFY changed FINAL)
    Q_PROPERTY(QString takeDenied READ takeDenied NOTIFY changed FINAL) ///< why not, "" = may
    Q_PROPERTY(QString writeDenied READ writeDenied NOTIFY changed FINAL)
    // sending again what did not come to another channel
    Q_PROPERTY(bool againOffered READ againOffered NOTIFY changed FINAL) ///< the far end can
    Q_PROPERTY(QString againDenied READ againDenied NOTIFY changed FINAL)
    Q_PROPERTY(QString againQuestion READ againQuestion NOTIFY changed FINAL) ///< "" none is asked
    Q_PROPERTY(QString draft READ draft WRITE setDraft NOTIFY draftChanged FINAL)
    Q_PROPERTY(QString draftRestored READ draftRestored NOTIFY draftChanged FINAL)
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    Q_PROPERTY(QString fault READ fault NOTIFY changed FINAL) ///< of the last act
public:
    static constexpr int pageSize = 100; ///< messages asked for at once
    static constexpr int typingEndsMs = 10000; ///< without another sign

    explicit ConversationThread(QObject *parent = nullptr);
    ~ConversationThread() override;

    void setSession(Session *session);
    void show(const QString &key);
    void tick(); ///< once a second while somebody looks

    QString key() const { return m_key; }
    QString title() const;
    QString subtitle() const;
    TranscriptModel *transcript() const { return m_transcript; }
    bool loading() const { return m_loading; }
    QString error() const;
    QString typingText() const;
    bool confirming() const { return m_confirmation.has_value(); }
    QString confirmId() const;
    QString confirmTool() const;
    QStringList confirmNames() const;
    QStringList confirmValues() const;
    QString confirmLeft() const;
    bool confirmExpired() const;
    QString confirmDenied() const { return denied("POST /confirmations/t/t"); }
    bool waits() const;
    QString reason() const { return m_reason; }
    QString holder() const;
    bool mine() const;
    bool closed() const;
    QString takeDenied() const;
    QString writeDenied() const;
    bool againOffered() const;
    QString againDenied() const { return denied("POST /threads/t/t/messages/m/send"); }
    QString againQuestion() const;
    QString draft() const { return m_text; }
    void setDraft(const QString &text);
    QString draftRestored() const { return m_draft->restored(); }
    bool busy() const { return m_busy; }
    QString fault() const { return m_fault; }
    const ConversationItem *item() const;
    const std::string &tenant() const { return m_tenant; }
    const std::string &thread() const { return m_thread; }
    std::string workspace() const;
    /// What is asked goes through the isolation prover of this conversation's tenant.
    TenantScope *scope() const { return m_scope.get(); }

    Q_INVOKABLE void loadOlder();
    Q_INVOKABLE void approve() { decide("approve", {}); }
    Q_INVOKABLE void deny(const QString &reason) { decide("deny", reason); }
    Q_INVOKABLE void takeOver() { escalate("take", {}); }
    Q_INVOKABLE void giveBack(const QString &note) { escalate("return", note); }
    Q_INVOKABLE void close(const QString &note) { escalate("close", note); }
    Q_INVOKABLE void send(); ///< the draft, as a person
    /// Asks about a row of the transcript that was not sent; sendAgain() answers yes.
    Q_INVOKABLE void askAgain(int row);
    Q_INVOKABLE void sendAgain();
    Q_INVOKABLE void leaveAgain();
    Q_INVOKABLE void dismissFault();

signals:
    void changed();
    void ticked();
    void draftChanged();
    void settled(); ///< the far end changed something in this thread: lens and keys are old

private:
    void load();
    void askWaiting();
    void take(const std::string &tenant, const schema::TenantEvent &event);
    void takeConfirmation(const schema::PendingConfirmation &confirmation);
    void takeTyping(const schema::TypingState &typing);
    void decide(const char *decision, const QString &reason);
    void escalate(const char *action, const QString &note);
    void act(const std::string &path, std::string body, std::function<void()> done);
    QString whoWasFirst(const GatewayError &error);
    [[nodiscard]] QString denied(const char *operation) const;
    [[nodiscard]] std::string messagesPath(const std::string &before) const;

    QPointer<Session> m_session;
    QPointer<ConversationStore> m_store;
    std::unique_ptr<TenantScope> m_scope;
    TranscriptModel *m_transcript;
    FormDraft *m_draft;
    QString m_key;
    std::string m_tenant;
    std::string m_thread;
    QString m_text;
    QString m_error;
    QString m_fault;
    QString m_reason;
    QString m_typist; ///< a person who types
    qint64 m_typistUntilMs = 0;
    std::optional<schema::PendingConfirmation> m_confirmation;
    std::string m_again; ///< id of the message that a person is asked about
    std::string m_sendId; ///< of the message being sent: told twice it is written once
    std::string m_olderCursor; ///< where older messages go on; "" before the oldest id
    int m_round = 0; ///< grows with every show(): answers of an earlier one are void
    bool m_loading = false;
    bool m_loadingOlder = false;
    bool m_busy = false;
};

} // namespace signalbox
