// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/stores/journalstore.h"

#include <QPointer>

#include <functional>

namespace signalbox {

/// Writes down every write that passes: what was there before (asked right before it, at most 5 s),
/// then a line on disk, then the request, then its outcome. Reads pass untouched. What holds a
/// secret is not kept, only that it changed. Sits below the guard; `check` is the guard's word
/// asked again when the request really goes out, for a lease may have ended meanwhile. GUI thread;
/// answers to writes come home to it.
class JournalGate : public Gateway {
public:
    using Check = std::function<std::optional<GatewayError>(const Request &)>;
    JournalGate(std::shared_ptr<Gateway> below, JournalStore *store);
    void setCheck(Check check) { m_check = std::move(check); }
    /// Told of every write that the far end refused.
    void setRefused(std::function<void(const GatewayError &)> told) { m_refused = std::move(told); }
    QFuture<Reply> request(Request request) override;
    std::unique_ptr<Subscription> stream(Request request) override;

private:
    struct Job;
    [[nodiscard]] bool isWrite(const Request &request) const;
    void send(const std::shared_ptr<Job> &job);
    qint64 record(const Request &request, std::vector<schema::JournalPart> parts);

    std::shared_ptr<Gateway> m_below;
    QPointer<JournalStore> m_store;
    Check m_check;
    std::function<void(const GatewayError &)> m_refused;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace signalbox
