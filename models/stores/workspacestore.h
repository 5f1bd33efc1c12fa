// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/iam.h"
#include "models/stores/table.h"

namespace signalbox {

class Session;

/// One workspace and the totals over its flows and queues.
struct WorkspaceRow {
    QString id;
    QString name;
    bool enabled = true;
    int flows = 0;
    int flowsStopping = 0;
    int flowsInTrouble = 0; ///< signal at stop or warning
    int flowsUnjudged = 0; ///< whose signal is not known, stopping ones aside
    bool flowsKnown = false; ///< its flows have been read
    /// nullopt: nothing is known of any of its flows
    std::optional<int> trouble() const
    {
        const bool none =
            flowsInTrouble == 0 && flowsUnjudged > 0 && flowsUnjudged + flowsStopping >= flows;
        return flowsKnown && !none ? std::optional(flowsInTrouble) : std::nullopt;
    }
    std::optional<int> queues;
    std::optional<qint64> backlog; ///< ready in the queues its flows consume, each queue once
    int uncounted = 0; ///< of them those that the backlog leaves out: not told, or too long ago
    std::optional<double> errorPercent;
    std::optional<double> rate;
    bool rateOfSome = false; ///< some of its queues have told none: at least so many
    Cell::Aspect aspect = Cell::Unknown;
    QString why;
    QList<qreal> series {}; ///< backlog, last 10 minutes, at most 60 points; NaN: not known then
};

/// Workspaces the caller may see (list-my-workspaces, else list-workspaces, else the default one).
/// GUI thread.
class WorkspaceStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Session")
    Q_PROPERTY(QStringList ids READ ids NOTIFY changed FINAL) ///< enabled ones, sorted
    Q_PROPERTY(bool loaded READ loaded NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
public:
    explicit WorkspaceStore(Session *session);
    ~WorkspaceStore() override;
    const std::vector<WorkspaceRow> &rows() const;
    QStringList ids() const;
    bool loaded() const;
    QString error() const;
    Q_INVOKABLE signalbox::TableModel *newTable(QObject *parent) const;
    void fetch();
    void follow(); ///< called once by Session when every store exists

signals:
    void changed();
    void loadedAnew(); ///< the list was fetched: what hangs on it is fetched now
    void rowsChanged(const std::vector<int> &rows);
    void rowsInserted(int first, int last);
    void reset();

private:
    void ask(const std::string &operation);
    void take(const std::vector<schema::Workspace> &workspaces);
    void sum();

    struct Data;
    std::unique_ptr<Data> d;
};

} // namespace signalbox
