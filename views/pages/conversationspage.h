// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/conversationlist.h"
#include "views/pages/conversationlens.h"

namespace signalbox {

/// The Conversations page: the list in the order of need, the conversation looked at, and what its
/// agent will be told next. GUI thread.
class ConversationsPage : public QObject {
    Q_OBJECT
    QML_NAMED_ELEMENT(ConversationsPageModel)
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(signalbox::Session *session READ session WRITE setSession NOTIFY sessionChanged
            REQUIRED FINAL)
    Q_PROPERTY(signalbox::ConversationList *list READ list CONSTANT FINAL)
    Q_PROPERTY(signalbox::ConversationThread *thread READ thread CONSTANT FINAL)
    Q_PROPERTY(signalbox::ConversationLens *lens READ lens CONSTANT FINAL)
    Q_PROPERTY(
        QString currentKey READ currentKey WRITE setCurrentKey NOTIFY currentKeyChanged FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL) ///< "6 live of 1 204"
    Q_PROPERTY(QString waiting READ waiting NOTIFY changed FINAL) ///< "3 wait for a person · …"
    Q_PROPERTY(QString staleness READ staleness NOTIFY changed
            FINAL) ///< "shown as of 40 s ago", "" when fresh
    Q_PROPERTY(bool offered READ offered NOTIFY changed FINAL)
    Q_PROPERTY(bool loading READ loading NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString truncated READ truncated NOTIFY changed FINAL)
    Q_PROPERTY(QString emptyTitle READ emptyTitle NOTIFY changed FINAL)
    Q_PROPERTY(QString emptyText READ emptyText NOTIFY changed FINAL)
    Q_PROPERTY(QString searched READ searched NOTIFY changed FINAL) ///< what is searched for, or ""
    Q_PROPERTY(bool searching READ searching NOTIFY changed FINAL)
    Q_PROPERTY(QString searchError READ searchError NOTIFY changed FINAL)
public:
    explicit ConversationsPage(QObject *parent = nullptr);
    ~ConversationsPage() override;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    ConversationList *list() const { return m_list; }
    ConversationThread *thread() const { return m_thread; }
    ConversationLens *lens() const { return m_lens; }
    QString currentKey() const { return m_thread->key(); }
    void setCurrentKey(const QString &key);
    QString summary() const;
    QString waiting() const;
    QString staleness() const;
    bool offered() const;
    bool loading() const;
    QString error() const;
    QString truncated() const;
    QString emptyTitle() const;
    QString emptyText() const;
    QString searched() const { return m_searched; }
    bool searching() const { return m_searching; }
    QString searchError() const { return m_searchError; }

    Q_INVOKABLE void watch(bool watching); ///< somebody looks: clocks run, the list is read
    Q_INVOKABLE void tryAgain(); ///< after what stopped the list was seen
    /// Only conversations in which somebody said these words, as the far end finds them; "" all.
    Q_INVOKABLE void search(const QString &words);

signals:
    void sessionChanged();
    void changed();
    void currentKeyChanged();

private:
    QPointer<Session> m_session;
    QPointer<ConversationStore> m_store;
    ConversationList *m_list;
    ConversationThread *m_thread;
    ConversationLens *m_lens;
    QTimer m_clock;
    QString m_searched;
    QString m_searchError;
    std::optional<qint64> m_found; ///< by the search, all in all
    int m_searchRound = 0;
    bool m_searching = false;
};

} // namespace signalbox
