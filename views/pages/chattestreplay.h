// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/transcript.h"
#include "models/rules/worddiff.h"
#include "models/schema/portal.h"
#include "models/stores/tenantscope.h"

#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// A stretch of words of a comparison.
class ReplayPiece {
    Q_GADGET
    QML_VALUE_TYPE(replayPiece)
    Q_PROPERTY(QString text MEMBER text FINAL)
    Q_PROPERTY(int kind MEMBER kind FINAL) ///< 0 both, 1 only before, 2 only now
public:
    QString text;
    int kind = 0;
};

/// One question of a recorded conversation: what was answered then, and what the draft answers.
class ReplayRow {
    Q_GADGET
    QML_VALUE_TYPE(replayRow)
    Q_PROPERTY(QString said MEMBER said FINAL)
    Q_PROPERTY(QString before MEMBER before FINAL)
    Q_PROPERTY(QString after MEMBER after FINAL)
    Q_PROPERTY(QString facts MEMBER facts FINAL) ///< tools, time, tokens of the draft's answer
    Q_PROPERTY(QString error MEMBER error FINAL)
    Q_PROPERTY(QVariantList pieces MEMBER pieces FINAL) ///< ReplayPiece
    Q_PROPERTY(bool same MEMBER same FINAL)
public:
    QString said;
    QString before;
    QString after;
    QString facts;
    QString error;
    QVariantList pieces;
    bool same = false;
};

/// Asks a changed agent what a recorded conversation asked, question by question, each after what
/// its agent had really heard before it (rules::heardOrder), and lays the answers beside each
/// other. The conversation is the chat on the page, or one of any channel that read() brought.
/// Nothing is stored at the far end (tenant-platform §5, `/agents/{id}/test`). GUI thread.
///
/// Bound: the newest `recordedLimit` messages of a conversation; `source` says when it has more.
class ChatTestReplay : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatTestPageModel")
    Q_PROPERTY(QString draft READ draft WRITE setDraft NOTIFY draftChanged FINAL) ///< JSON
    Q_PROPERTY(QString draftFault READ draftFault NOTIFY draftChanged FINAL)
    Q_PROPERTY(QString agentKey READ agentKey NOTIFY agentChanged FINAL) ///< "" none, "tenant/id"
    Q_PROPERTY(QString stored READ stored NOTIFY agentChanged FINAL) ///< what the draft begins as
    Q_PROPERTY(bool recorded READ recorded NOTIFY changed FINAL) ///< not the chat on the page
    Q_PROPERTY(QString source READ source NOTIFY changed FINAL) ///< which one that is, for people
    Q_PROPERTY(bool reading READ reading NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL) ///< why it could not be read
    Q_PROPERTY(bool running READ running NOTIFY changed FINAL)
    Q_PROPERTY(QString progress READ progress NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList rows READ rows NOTIFY changed FINAL) ///< ReplayRow
public:
    static constexpr int recordedLimit = 2000;

    explicit ChatTestReplay(QObject *parent);
    ~ChatTestReplay() override;

    void setScope(TenantScope *scope) { m_scope = scope; } ///< of the page
    void setAgent(const schema::Agent &agent); ///< the draft begins as what is stored
    void forgetAgent();
    QString draft() const { return m_draft; }
    void setDraft(const QString &text);
    QString draftFault() const { return m_draftFault; }
    QString agentKey() const;
    QString stored() const { return m_stored; }
    bool recorded() const { return m_recorded; }
    QString source() const;
    bool reading() const { return m_reading; }
    QString error() const { return m_error; }
    bool running() const { return m_running; }
    QString progress() const;
    QVariantList rows() const { return m_rows; }
    /// Brings a conversation of any channel; `name` is how people know it.
    void read(const std::string &tenant, const std::string &thread, const QString &name);
    void refuse(const QString &name, const QString &why); ///< it cannot be brought
    Q_INVOKABLE void release(); ///< back to the chat on the page
    /// Asks again what is recorded, else what `page` holds.
    void begin(const std::vector<rules::ChatEntry> &page);
    Q_INVOKABLE void stop();

signals:
    void changed();
    void draftChanged();
    /// Its draft is the stored one by now. Told again when the same one was read anew.
    void agentChanged();

private:
    struct Question {
        std::string text;
        std::string answer;
        std::vector<schema::PromptMessage> history;
    };
    void readBefore(const std::string &path, const std::string &before);
    void ask(const std::vector<rules::ChatRecord> &said);
    void next();
    void take(const Question &question, const Answer<schema::AgentTryResult> &answer);

    QPointer<TenantScope> m_scope;
    schema::Agent m_agent;
    QString m_draft;
    QString m_stored;
    QString m_draftFault;
    QString m_name;
    QString m_error;
    std::vector<rules::ChatRecord> m_said; ///< oldest first
    std::vector<Question> m_questions;
    QVariantList m_rows;
    std::size_t m_at = 0;
    int m_round = 0;
    bool m_recorded = false;
    bool m_reading = false;
    bool m_older = false; ///< there are messages before those held
    bool m_running = false;
};

} // namespace signalbox
