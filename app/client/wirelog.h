// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/stores/wirestore.h"

#include <QPointer>

#include <mutex>

namespace signalbox {

/// Rows on their way to the WireStore, from any thread; handed over at most every 50 ms. Everything
/// is masked here, before it is kept. Bounded like the store: older rows than that would be pushed
/// out anyway; `lost` counts them.
class WireBuffer : public QObject, public std::enable_shared_from_this<WireBuffer> {
    Q_OBJECT
public:
    explicit WireBuffer(WireStore *store); ///< lives on the GUI thread
    void add(WireRow row,
        std::string_view text); ///< any thread; sets text, size (if 0), time and truncated

private:
    void handOver();

    QPointer<WireStore> m_store;
    std::mutex m_mutex;
    std::vector<WireRow> m_rows;
    bool m_scheduled = false;
};

/// Decorator: every request and answer that passes, with latency and size. Chooses the wire ids.
class WireLog : public Gateway {
public:
    WireLog(std::shared_ptr<Gateway> below, std::shared_ptr<WireBuffer> buffer);
    QFuture<Reply> request(Request request) override;
    std::unique_ptr<Subscription> stream(Request request) override;

private:
    std::shared_ptr<Gateway> m_below;
    std::shared_ptr<WireBuffer> m_buffer;
    qint64 m_next = 1;
};

} // namespace signalbox
