// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/rules/filter.h"
#include "models/schema/fabric.h"
#include "models/stores/format.h"
#include "views/pages/tailpairs.h"

#include <QAbstractListModel>
#include <QThreadPool>
#include <QtQml/qqmlregistration.h>

#include <deque>

namespace signalbox {

/// Messages of one queue, live (tail) or taken once (peek), newest first; with the answers to them
/// on request, paired by id. Holds the last `capacity`
/// messages and at most `byteLimit` of payload; what is older leaves and is counted in `left`. At
/// every moment received = shown + held + filtered + dropped + pending: `held` waits behind a
/// pause, `dropped` was lost on the way or did not fit behind the pause (`pauseCapacity`),
/// `pending` still waits at the broker (a tail there; an estimate that it tells once a second).
/// Parts are decoded on a thread of its own; all else on the GUI thread.
class TailModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by a page")
    Q_PROPERTY(State state READ state NOTIFY changed FINAL)
    Q_PROPERTY(QString stateText READ stateText NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(bool paused READ paused WRITE setPaused NOTIFY changed FINAL)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged FINAL)
    Q_PROPERTY(QString filterError READ filterError NOTIFY filterChanged FINAL)
    Q_PROPERTY(int filterErrorPosition READ filterErrorPosition NOTIFY filterChanged FINAL)
    Q_PROPERTY(double received READ received NOTIFY changed FINAL)
    Q_PROPERTY(double shown READ shown NOTIFY changed FINAL)
    Q_PROPERTY(double held READ held NOTIFY changed FINAL)
    Q_PROPERTY(double filtered READ filtered NOTIFY changed FINAL)
    Q_PROPERTY(double dropped READ dropped NOTIFY changed FINAL)
    Q_PROPERTY(double pending READ pending NOTIFY changed FINAL)
    Q_PROPERTY(double left READ left NOTIFY changed FINAL)
    Q_PROPERTY(bool paired READ paired NOTIFY changed FINAL) ///< answers are listened to as well
    Q_PROPERTY(QString answersFault READ answersFault NOTIFY changed FINAL) ///< why they are not
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
public:
    enum State { Off, Opening, Tailing, Ended, Failed, Peeked };
    Q_ENUM(State)
    enum Role {
        SeqRole = Qt::UserRole + 1,
        AtRole,
        TimeRole,
        ExactTimeRole,
        SizeRole,
        PropertiesRole,
        PreviewRole,
        TruncatedRole,
        RedeliveredRole,
        AnswerRole, ///< an answer, not a message of the queue
        PairRole ///< how long the answer took, in words; "" when not paired
    };
    Q_ENUM(Role)
    static constexpr int capacity = 2000;
    static constexpr int pauseCapacity = 5000;
    static constexpr qint64 byteLimit = 32 * 1024 * 1024;

    explicit TailModel(QObject *parent = nullptr);
    ~TailModel() override;

    /// `answers`: topic whose messages are answers to those of the queue, "" none.
    void open(Gateway *gateway, const std::string &queue, const std::string &answers = {});
    void peek(Gateway *gateway, const std::string &queue, int count);
    void close();

    State state() const { return m_state; }
    QString stateText() const;
    QString error() const { return m_error; }
    bool paused() const { return m_paused; }
    void setPaused(bool paused);
    QString filter() const { return m_filterText; }
    void setFilter(const QString
            &text); ///< of messages that come from now on; a faulty one keeps the last good one
    QString filterError() const { return m_filterError; }
    int filterErrorPosition() const { return m_filterPosition; }
    bool paired() const { return m_paired; }
    QString answersFault() const { return m_answersFault; }
    qint64 received() const { return m_received; }
    qint64 shown() const { return m_shown; }
    qint64 held() const { return qint64(m_waiting.size()); }
    qint64 filtered() const { return m_filtered; }
    qint64 dropped() const { return m_received - m_shown - held() - m_filtered - pending(); }
    qint64 pending() const { return m_counts[0].pending + m_counts[1].pending; }
    qint64 left() const { return m_shown - count(); }
    int count() const { return int(m_rows.size()); }
    [[nodiscard]] const schema::FabricMessage *message(int row) const; ///< nullptr out of range
    [[nodiscard]] bool isAnswer(int row) const;
    [[nodiscard]] QString pairText(int row) const;
    [[nodiscard]] std::string answersTopic() const { return m_answersTopic; } ///< "" not paired
    void replacePayload(std::int64_t seq, const std::string &payload, bool answer = false);
    Q_INVOKABLE void clear(); ///< empties the list and counts from 0
    void setZone(format::Zone zone); ///< in which times are shown
    /// One part of a stream; public for tests.
    void take(const schema::FabricResponse &part, bool answers = false);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void changed();
    void filterChanged();

private:
    struct Row {
        schema::FabricMessage message;
        bool answer = false;
    };
    /// What one stream has told, since clear().
    struct Counts {
        qint64 base = 0; ///< the far end's count when clear() was called
        qint64 baseFiltered = 0;
        qint64 told = 0; ///< without what is pending, so that it only grows
        qint64 toldFiltered = 0;
        qint64 arrived = 0;
        qint64 pending = 0; ///< at the broker, as last told
        [[nodiscard]] qint64 filtered() const { return toldFiltered - baseFiltered; }
        /// What the far end counts, but never less than what is here: a balance must close.
        [[nodiscard]] qint64 received() const
        {
            return std::max(told - base, arrived + filtered()) + pending;
        }
    };
    std::unique_ptr<Subscription> listen(
        Gateway &gateway, const schema::FabricRequest &body, bool answers);
    void failed(const QString &why, bool answers);
    void set(State state, const QString &error = {});
    void show(std::vector<Row> rows);
    void trim();
    [[nodiscard]] bool wanted(const schema::FabricMessage &message) const;
    void decode(const std::string &body, bool answers);

    std::unique_ptr<Subscription> m_stream;
    std::unique_ptr<Subscription> m_answers;
    std::string m_answersTopic;
    bool m_paired = false;
    QString m_answersFault;
    TailPairs m_pairs;
    quint64 m_turn = 0; ///< parts of an earlier stream are ignored
    QThreadPool m_decoder; ///< one thread: parts stay in order
    State m_state = Off;
    QString m_error;
    format::Zone m_zone = format::Zone::Local;
    bool m_paused = false;
    QString m_filterText;
    QString m_filterError;
    int m_filterPosition = -1;
    rules::Filter m_filter;
    std::deque<Row> m_rows; ///< newest first
    std::deque<Row> m_waiting; ///< behind the pause, oldest first
    qint64 m_bytes = 0;
    qint64 m_waitingBytes = 0;
    qint64 m_received = 0;
    qint64 m_shown = 0;
    qint64 m_filtered = 0;
    qint64 m_ownFiltered = 0;
    std::array<Counts, 2> m_counts; ///< of the queue, of the answers
};

} // namespace signalbox
