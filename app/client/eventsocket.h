// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/livesocket.h"
#include "models/live.h"
#include "models/schema/event.h"

#include <optional>
#include <unordered_map>

namespace signalbox {

/// Gathers events until they are taken; a later value of the same queue or processor replaces the
/// earlier one, so that it is bounded by what the back end has, however slow the taker is.
class BatchBuilder {
public:
    void add(schema::Event event);
    bool empty() const { return m_empty; }
    LiveBatchPtr take();

private:
    void addQueues(std::vector<schema::QueueRow> rows);
    void addTenant(schema::Event event);

    LiveBatch m_batch;
    bool m_empty = true;
    std::unordered_map<std::string, std::size_t> m_queues;
    std::unordered_map<std::string, std::size_t> m_processors;
    std::unordered_map<std::string, std::size_t> m_turns; ///< whose first chunk is in the batch
};

/// `/api/v1/events`: signs in, subscribes to everything from where it was, hands over one batch per
/// 16 ms at most and none before the previous one was taken. I/O thread.
class EventSocket : public QObject {
    Q_OBJECT
public:
    EventSocket(const LinkTiming &timing, std::optional<qint64> since, QObject *parent);
    void open(const QUrl &url, const std::string &token);
    void setTls(const TlsTrust &trust) { m_socket.setTls(trust); }
    void renew(const std::string &token); ///< signs in anew, events go on
    void taken(); ///< the last batch has been applied
    /// How often counts shall come; 0 = as they are sampled. An older gateway takes no notice.
    void setInterval(int ms);
    void close();
    qint64 lastSeq() const { return m_lastSeq; }

signals:
    void subscribed();
    /// The far end stops and could not drain these; one workspace at a time.
    void messagesLost(qint64 messages, int queues);
    void batch(const signalbox::LiveBatchPtr &batch);
    void refused(const QString &why);
    void lost(const QString &why);
    void alive();
    void traffic(qint64 requests, qint64 bytes);
    void frame(const QString &kind, const QString &workspace, const std::string &text); ///< each
    void strayFrame(const std::string &text, const QString &why);

private:
    void signIn();
    void takeFrame(const std::string &text);
    bool takeSignIn(const std::string &text); ///< false: it is no answer to one
    void subscribe();
    void handOver();

    LinkTiming m_timing;
    LiveSocket m_socket;
    std::string m_token;
    std::optional<qint64> m_since;
    qint64 m_lastSeq = 0;
    bool m_signedIn = false;
    bool m_renewing = false; ///< an answer to a later sign-in is awaited
    bool m_subscribed = false;
    int m_intervalMs = 0;
    bool m_outstanding = false;
    BatchBuilder m_builder;
    QTimer m_flush;
};

} // namespace signalbox
