// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/reconcile.h"
#include "models/stores/table.h"

#include <QPointer>
#include <QSet>

namespace signalbox {

class Session;
struct LiveFlows;

/// Something that does not belong together, in words.
struct ReconcileRow {
    QString key; ///< stable from one look to the next
    rules::Finding finding;
    Cell::Aspect aspect = Cell::Warning;
    QString what; ///< "orphaned queue"
    QString why; ///< one sentence
    rules::RepairStep::Kind repair = rules::RepairStep::ByHand; ///< what can be asked for
};

QString mismatchText(rules::Mismatch kind);
QString mismatchWhy(const rules::Finding &finding);
QString repairText(rules::RepairStep::Kind kind);
/// What a person does where the back end cannot: one sentence, commands included.
QString byHandText(const rules::Finding &finding);

/// Flow records, processor entries and queues of the whole platform, compared when somebody asks.
/// GUI thread; the comparison runs on another.
class ReconcileStore : public QObject {
    Q_OBJECT
public:
    /// So many workspaces are read for their processor entries; of more, only the one looked at.
    static constexpr int workspacesRead = 12;

    explicit ReconcileStore(Session *session, QObject *parent = nullptr);
    ~ReconcileStore() override;

    void look(); ///< reads what is missing and compares; nothing while it is at it
    bool busy() const { return m_busy; }
    bool looked() const { return m_looked; }
    QString error() const { return m_error; }
    QString summary() const; ///< what was compared, with counts
    QStringList limits() const; ///< what could not be compared, and why
    const std::vector<ReconcileRow> &rows() const { return m_rows; }
    int rowOf(const QString &key) const;
    rules::RepairMeans means() const; ///< of the back end at hand
    TableModel *newTable(QObject *parent);
    Session *session() const;

signals:
    void changed();
    void reset();

private:
    void readBindings();
    void takeBindings(bool fine);
    void readEntries();
    void entriesRead();
    void compare(const LiveFlows &live);
    void take(const rules::Reconciliation &result);
    void fail(const QString &error);
    void addEntries(rules::Platform &platform) const;

    QPointer<Session> m_session;
    bool m_busy = false;
    bool m_looked = false;
    int m_bindingsWanted = -1; ///< QueueStore::bindingsRead() that is waited for; -1 none is
    bool m_bindingsTold = false;
    int m_round = 0; ///< an answer of an older one is void
    QString m_error;
    QSet<QString> m_waiting; ///< workspaces whose configuration is being read
    QStringList m_unserved; ///< workspaces whose flows could not be compared
    QStringList m_unread; ///< those with flows whose record could not be read
    QStringList m_entriesOf; ///< workspaces whose entries are compared
    rules::Reconciliation m_result;
    std::vector<ReconcileRow> m_rows;
};

} // namespace signalbox
