// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace signalbox {

/// What the far end can do, probed once per connection (contract TG §7.2). The only place where
/// versions are read.
struct Capabilities {
    enum class Era { Unknown, A, B, C, D }; ///< TG §7.1
    enum class Metrics { Unknown, None, Denied, Old, New }; ///< names before/after 2.8.4
    enum class Edition { Unknown, Open, Enterprise }; ///< TG §7.2 step 5
    Era era = Era::Unknown;
    Edition edition = Edition::Unknown;
    bool own = false; ///< signalbox-gateway
    QString product; ///< e.g. "signalbox-gateway 0.1.0" or "gateway 2.8"
    QString broker; ///< "memory", "RabbitMQ", "Pulsar", "Kafka" or "" when not known
    bool events = false;
    bool fabric = false;
    bool cancel = false;
    bool stopDeletesQueues = false; ///< capability flow-stop:queues
    bool tenants = false; ///< `/api/portal` (tenant-platform)
    bool ops = false; ///< `/ops` (signalbox-gateway §7)
    bool listMyWorkspaces = false;
    bool anonymous = false;
    std::optional<bool> bootstrapAvailable;
    Metrics metrics = Metrics::Unknown;
    QStringList raw; ///< as the version endpoint told them
    bool operator==(const Capabilities &) const = default;
};

} // namespace signalbox
