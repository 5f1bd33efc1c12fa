// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/conversationthread.h"

namespace signalbox {

/// One line of what is known about a thread.
class LensRow {
    Q_GADGET
    QML_VALUE_TYPE(lensRow)
    Q_PROPERTY(QString name MEMBER name FINAL)
    Q_PROPERTY(QString value MEMBER value FINAL)
    Q_PROPERTY(QString detail MEMBER detail FINAL) ///< whole text, for the tip
    Q_PROPERTY(bool marked MEMBER marked FINAL) ///< wants a look: falls out next, waits
public:
    QString name;
    QString value;
    QString detail;
    bool marked = false;
};

/// What the agent will be told next (memory lens), the state of the thread and its keys with their
/// time to live. Read when somebody looks and when something in the thread has changed, at most
/// every two seconds; a key that has run out meanwhile is not shown. GUI thread.
class ConversationLens : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ConversationsPageModel")
    Q_PROPERTY(bool known READ known NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(QString shares READ shares NOTIFY changed FINAL) ///< "system 22 % · memory 41 %"
    Q_PROPERTY(double systemShare READ systemShare NOTIFY changed FINAL) ///< 0 … 1 of all tokens
    Q_PROPERTY(double memoryShare READ memoryShare NOTIFY changed FINAL)
    Q_PROPERTY(double recalledShare READ recalledShare NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList parts READ parts NOTIFY changed FINAL) ///< LensRow: the next prompt
    Q_PROPERTY(QVariantList state READ state NOTIFY changed FINAL) ///< LensRow
    Q_PROPERTY(QVariantList keys READ keys NOTIFY changed FINAL) ///< LensRow
    Q_PROPERTY(QString keysError READ keysError NOTIFY changed FINAL)
public:
    static constexpr int readEveryMs = 2000;

    explicit ConversationLens(ConversationThread *thread);
    ~ConversationLens() override;

    void setSession(Session *session);
    void watch(bool watching);
    void tick() { emit changed(); }

    bool known() const { return m_prompt.has_value(); }
    QString error() const { return m_error; }
    QString keysError() const { return m_keysError; }
    QString summary() const;
    QString shares() const;
    double systemShare() const;
    double memoryShare() const;
    double recalledShare() const;
    QVariantList parts() const;
    QVariantList state() const;
    QVariantList keys() const;

signals:
    void changed();

private:
    void read();
    void readKeys(const std::string &cursor, std::vector<schema::KeyRow> held);
    [[nodiscard]] bool ofThread(const schema::KeyRow &row) const;
    void noteAnswered();
    [[nodiscard]] bool ranOut(const schema::KeyRow &row) const;
    [[nodiscard]] QString left(const schema::KeyRow &row) const;
    [[nodiscard]] std::int64_t tokensOf(const std::vector<schema::PromptPart> &parts) const;

    QPointer<Session> m_session;
    ConversationThread *m_thread;
    QString m_key; ///< of the thread that is known
    std::optional<schema::PromptView> m_prompt;
    std::vector<schema::KeyRow> m_keys;
    qint64 m_keysAtMs = 0;
    bool m_keysWhole = true; ///< none of the tenant's was left out
    QString m_error;
    QString m_keysError;
    QTimer m_soon;
    bool m_watching = false;
    bool m_confirming = false; ///< the thread waited for a person when it was last looked at
    int m_round = 0;
};

} // namespace signalbox
