// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/chattalk.h"
#include "views/pages/chatframes.h"
#include "views/pages/chattestreplay.h"
#include "views/pages/chattestruns.h"
#include "views/pages/transcriptmodel.h"

#include <QPointer>

namespace signalbox {

/// One turn of a chat as a line of times.
class ChatTurnRow {
    Q_GADGET
    QML_VALUE_TYPE(chatTurnRow)
    Q_PROPERTY(QString said MEMBER said FINAL)
    Q_PROPERTY(QString state MEMBER state FINAL)
    Q_PROPERTY(bool failed MEMBER failed FINAL)
    Q_PROPERTY(bool open MEMBER open FINAL)
    Q_PROPERTY(QStringList names MEMBER names FINAL) ///< accepted, first chunk, tools, done
    Q_PROPERTY(QStringList times MEMBER times FINAL) ///< of each, since it was sent
    Q_PROPERTY(QList<double> shares MEMBER shares FINAL) ///< of each, 0 … 1 of the whole
public:
    QString said;
    QString state;
    bool failed = false;
    bool open = false;
    QStringList names;
    QStringList times;
    QList<double> shares;
};

/// The Chat test page: talk to an agent and see every step it takes, break the connection on
/// purpose, keep the conversation as a test, ask a recorded one again. All that comes of a tenant
/// passes the isolation prover; evidence stops the page. GUI thread.
class ChatTestPage : public QObject {
    Q_OBJECT
    QML_NAMED_ELEMENT(ChatTestPageModel)
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(signalbox::Session *session READ session WRITE setSession NOTIFY sessionChanged
            REQUIRED FINAL)
    Q_PROPERTY(signalbox::TranscriptModel *transcript READ transcript CONSTANT FINAL)
    Q_PROPERTY(signalbox::ChatFrames *frames READ frames CONSTANT FINAL)
    Q_PROPERTY(signalbox::ChatTestRuns *runs READ runs CONSTANT FINAL)
    Q_PROPERTY(signalbox::ChatTestReplay *replay READ replay CONSTANT FINAL)
    Q_PROPERTY(bool offered READ offered NOTIFY changed FINAL)
    Q_PROPERTY(QStringList tenants READ tenants NOTIFY changed FINAL) ///< names
    Q_PROPERTY(int tenant READ tenant WRITE setTenant NOTIFY changed FINAL)
    Q_PROPERTY(QStringList agents READ agents NOTIFY changed FINAL)
    Q_PROPERTY(int agent READ agent WRITE setAgent NOTIFY changed FINAL)
    /// What a chat can claim to be; the first is what the person is there, a far end refuses others
    Q_PROPERTY(QStringList roles READ roles NOTIFY changed FINAL)
    Q_PROPERTY(int role READ role WRITE setRole NOTIFY changed FINAL)
    Q_PROPERTY(QString evidence READ evidence NOTIFY changed FINAL) ///< the prover stopped it
    Q_PROPERTY(QString truncated READ truncated NOTIFY changed FINAL) ///< not all are in the lists
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL) ///< of reading tenants and agents
    Q_PROPERTY(bool talking READ talking NOTIFY changed FINAL)
    Q_PROPERTY(QString stateText READ stateText NOTIFY changed FINAL)
    Q_PROPERTY(QString startDenied READ startDenied NOTIFY changed FINAL)
    /// Of tests and replays: they name their own agent, or ask a draft.
    Q_PROPERTY(QString runDenied READ runDenied NOTIFY changed FINAL)
    Q_PROPERTY(QString sayDenied READ sayDenied NOTIFY changed FINAL)
    Q_PROPERTY(QString typingText READ typingText NOTIFY changed FINAL)
    Q_PROPERTY(bool slow READ slow WRITE setSlow NOTIFY changed FINAL)
    Q_PROPERTY(QString pending READ pending NOTIFY changed FINAL) ///< call that waits, or ""
    Q_PROPERTY(QString decideDenied READ decideDenied NOTIFY changed FINAL) ///< why not, of it
    Q_PROPERTY(QVariantList turns READ turns NOTIFY changed FINAL) ///< ChatTurnRow, newest first
public:
    static constexpr std::size_t listLimit = 10000; ///< tenants, and agents of one

    explicit ChatTestPage(QObject *parent = nullptr);
    ~ChatTestPage() override;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    TranscriptModel *transcript() const { return m_transcript; }
    ChatFrames *frames() const { return m_frames; }
    ChatTestRuns *runs() const { return m_runs; }
    ChatTestReplay *replay() const { return m_replay; }
    bool offered() const;
    QStringList tenants() const;
    int tenant() const { return m_tenant; }
    void setTenant(int tenant);
    QStringList agents() const;
    int agent() const { return m_agent; }
    void setAgent(int agent);
    QStringList roles() const;
    int role() const { return m_role; }
    void setRole(int role);
    QString evidence() const;
    QString truncated() const;
    QString error() const { return m_error; }
    bool talking() const { return m_talk && m_talk->state() != ChatTalk::Closed; }
    QString stateText() const;
    QString startDenied() const;
    QString runDenied() const;
    QString sayDenied() const;
    QString typingText() const;
    bool slow() const { return m_talk && m_talk->slow(); }
    void setSlow(bool slow);
    QString pending() const;
    QString decideDenied() const;
    QVariantList turns() const;

    Q_INVOKABLE void watch(bool watching); ///< reads tenants when they are not known
    Q_INVOKABLE void start(); ///< a fresh conversation with the chosen agent
    Q_INVOKABLE void stop();
    Q_INVOKABLE bool say(const QString &text);
    Q_INVOKABLE bool sayTwice(const QString &text);
    Q_INVOKABLE void dropSocket();
    Q_INVOKABLE void decide(bool approve);
    /// What was said as a test, JSON; expectations are made of what was answered.
    Q_INVOKABLE QString asTest(const QString &name) const;
    Q_INVOKABLE void replayRecorded() { m_replay->begin(m_transcript->transcript().entries()); }
    /// Takes a conversation of any channel ("tenant/thread") to be asked again; its tenant and
    /// agent are chosen for it.
    Q_INVOKABLE void replayThread(const QString &key);
    Q_INVOKABLE void resume(); ///< a person has seen the evidence: all is read again
    Q_INVOKABLE void newTest(); ///< in writing, for the tenant and agent chosen

signals:
    void sessionChanged();
    void changed();

private:
    void forget();
    void caught();
    void look();
    void readTenants();
    void readAgents();
    void takeTenants(std::vector<schema::Tenant> tenants);
    void takeAgents(std::vector<schema::Agent> agents);
    void takeWanted();
    [[nodiscard]] std::string ownRole() const;
    [[nodiscard]] std::string claimedRole() const;
    [[nodiscard]] std::string tenantId() const;
    [[nodiscard]] QString halted() const; ///< why tenant and agent chosen say nothing, or ""
    [[nodiscard]] QString denied(const char *service, const char *operation) const;

    QPointer<Session> m_session;
    std::unique_ptr<TenantScope> m_scope; ///< of the tenant chosen
    std::unique_ptr<TenantScope> m_all; ///< of the list of tenants
    TranscriptModel *m_transcript;
    ChatFrames *m_frames;
    ChatTestRuns *m_runs;
    ChatTestReplay *m_replay;
    ChatTalk *m_talk = nullptr;
    std::vector<schema::Tenant> m_tenants;
    std::vector<schema::Agent> m_agents;
    schema::PortalIdentity m_me;
    std::string m_wantedTenant; ///< of a conversation to be replayed
    std::string m_wantedAgent;
    std::string m_wantedThread;
    QString m_wantedName;
    QString m_error;
    int m_tenant = -1;
    int m_agent = -1;
    int m_role = 0;
    int m_round = 0;
    bool m_watched = false;
    bool m_known = false;
    bool m_more = false; ///< tenants or agents beyond listLimit
};

} // namespace signalbox
