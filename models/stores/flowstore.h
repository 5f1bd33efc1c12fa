// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/rules/plan.h"
#include "models/stores/table.h"

#include <QFuture>

namespace signalbox {

class Session;

/// A flow as the operator sees it. Numbers that are not known are nullopt and shown as unknown, never as 0.
struct FlowRow {
    QString workspace;
    QString id;
    QString blueprint;
    QString description;
    bool stopping = false;
    int processors = 0; ///< entries that the blueprint produces for it
    int queues = 0; ///< queues expected for it
    std::optional<qint64> backlog; ///< ready over its queues
    std::optional<double> rate; ///< messages acked per second over its queues
    std::optional<double> errorPercent; ///< of the messages handled in the last minute
    std::optional<int> processorsUp;
    std::optional<qint64> startedAtMs;
    Cell::Aspect aspect = Cell::Unknown;
    QString why; ///< one sentence that explains the aspect
    QList<qreal> series; ///< backlog, last 10 minutes, at most 60 points
    schema::FlowRecord record;
};

/// Flows of every workspace the caller may see, with their blueprints. GUI thread.
class FlowStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Session")
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(bool loaded READ loaded NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL) ///< last failed fetch, "" when fine
    Q_PROPERTY(qint64 ageMs READ ageMs NOTIFY changed FINAL)
public:
    explicit FlowStore(Session *session);
    ~FlowStore() override;

    const std::vector<FlowRow> &rows() const;
    const FlowRow *find(const QString &workspace, const QString &id) const;
    static QString key(const QString &workspace, const QString &id); ///< "workspace/id"
    int count() const;
    bool loaded() const; ///< every visible workspace has answered once
    QString error() const;
    qint64 ageMs() const;
    /// A table over this store with its own filter and order; several may exist.
    Q_INVOKABLE signalbox::TableModel *newTable(QObject *parent) const;
    /// All live flows with the blueprints they run, for planning a stop. Fetches what is missing.
    QFuture<Answer<std::vector<rules::LiveFlow>>> liveFlows();
    QFuture<Answer<Done>> start(const QString &workspace, const QString &id, const QString &blueprint,
        const QString &description, const schema::Members<std::string> &parameters);
    QFuture<Answer<Done>> stop(const QString &workspace, const QString &id);
    void fetch(); ///< all visible workspaces

signals:
    void changed();
    void flowAppeared(const QString &workspace, const QString &id);
    void flowChanged(const QString &workspace, const QString &id);
    void flowGone(const QString &workspace, const QString &id);

private:
    struct Data;
    std::unique_ptr<Data> d;
};

} // namespace signalbox
