// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/live.h"
#include "models/stores/table.h"

#include <QHash>

namespace signalbox {

class Session;

/// One queue with what we derive from two snapshots. Rates are per second over the last 5 s.
struct QueueState {
    schema::QueueRow row;
    QString name; ///< row.name once, for tables
    bool countsKnown = true; ///< false: only its existence is expected (blueprint), no source tells counts
    std::optional<double> inRate;
    std::optional<double> outRate;
    qint64 seenMs = 0; ///< steady clock of the last value
    QString source; ///< events, fabric, prometheus, blueprint
};

/// Every queue known on this connection. GUI thread. Bounded by what the back end has; history only for watched ones.
class QueueStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Session")
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(bool loaded READ loaded NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString sourceText READ sourceText NOTIFY changed FINAL) ///< "events", "Prometheus every 15 s", "unknown: no source"
public:
    explicit QueueStore(Session *session);
    ~QueueStore() override;

    const std::vector<QueueState> &rows() const;
    const QueueState *find(const std::string &name) const;
    std::vector<const QueueState *> ofFlow(const QString &workspace, const QString &flow) const;
    int count() const;
    bool loaded() const;
    QString error() const;
    QString sourceText() const;
    Q_INVOKABLE signalbox::TableModel *newTable(QObject *parent) const;
    void fetch();

signals:
    void changed(); ///< at most once a frame
    void rowsChanged(const std::vector<int> &rows);
    void reset();

private:
    struct Data;
    std::unique_ptr<Data> d;
};

} // namespace signalbox
