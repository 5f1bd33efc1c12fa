// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/queuefigures.h"
#include "models/stores/table.h"

#include <QAbstractListModel>
#include <QElapsedTimer>

namespace signalbox {

/// Who tells queue counts on this connection, and how each of them is. One row per source in use.
/// GUI thread.
class QueueSources : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by QueueStore")
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    /// What is wrong with one that should tell, a sentence; "" while all is well.
    Q_PROPERTY(QString fault READ fault NOTIFY changed FINAL)
    /// How each of them is, one a line.
    Q_PROPERTY(QString report READ report NOTIFY changed FINAL)
public:
    enum Role {
        NameRole = Qt::UserRole + 1, ///< "RabbitMQ"
        AspectRole, ///< Cell.Aspect
        StateRole, ///< "188 queues 2 s ago", "no answer for 40 s: connection refused"
        CostRole ///< "4 requests, 61 kB and 38 ms each 5 s"
    };
    struct Turn { ///< what one round of asking took
        int requests = 0;
        qint64 bytes = 0;
        qint64 tookMs = 0;
    };

    explicit QueueSources(QObject *parent);
    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    int count() const { return int(m_rows.size()); }
    QString fault() const;
    QString faultOf(rules::QueueSource source) const; ///< of one, "" while all is well
    QString report() const;
    /// "events", "RabbitMQ every 5 s, Prometheus every 15 s"; "" when nobody tells.
    QString words() const;

    void use(rules::QueueSource source, const QString &name, qint64 everyMs); ///< 0: pushes
    void drop(rules::QueueSource source);
    void asked(rules::QueueSource source); ///< an answer is waited for from now on
    /// `cut`: what a bound left out, in words.
    void succeeded(
        rules::QueueSource source, int queues, const Turn &turn, const QString &cut = {});
    /// It answers, and has never told a queue: no fault, and no source of anything either.
    void tellsNone(rules::QueueSource source, const QString &why, const Turn &turn);
    void failed(rules::QueueSource source, const QString &why, const Turn &turn);
    bool uses(rules::QueueSource source) const;
    qint64 everyMs(rules::QueueSource source) const;
    qint64 ageMs(rules::QueueSource source) const; ///< since it last told all; -1 never
    /// Those that were asked and have not answered since: for how long. A source that pushes is not
    /// among them, nor is one that nobody asks while nobody looks.
    struct Mute {
        rules::QueueSource source;
        QString name;
        qint64 forMs = 0;
    };
    std::vector<Mute> mute() const;
    void setAsking(bool asking); ///< false: nobody looks, so that nothing is asked for
    void tick(bool silent); ///< ages go on; `silent`: nothing comes from our gateway
    void clear();

signals:
    void changed();

private:
    struct Row {
        rules::QueueSource source;
        QString name;
        qint64 everyMs = 0;
        QElapsedTimer since; ///< it last told all
        QElapsedTimer waiting {}; ///< since the first question without an answer
        qint64 waitedMs = 0; ///< and so long before nobody looked
        QString error {};
        bool none = false; ///< it answers, without any queue
        int queues = 0;
        QString cut {};
        Turn turn {};
        bool silent = false;
        QString shown {}; ///< what the state said last
    };
    Row *row(rules::QueueSource source);
    const Row *row(rules::QueueSource source) const;
    bool late(const Row &row) const;
    QString stateOf(const Row &row) const;
    QString costOf(const Row &row) const;
    QString faultOf(const Row &row) const;
    void tell(const Row &row);

    std::vector<Row> m_rows;
    bool m_asking = true;
};

} // namespace signalbox
