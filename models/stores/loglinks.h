// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/loglink.h"
#include "models/stores/savedconnection.h"

namespace signalbox {

/// Where the logs of a connection's flows, processors and queues are read: templates of addresses,
/// kept with the connection. An empty one: there are none.
struct LogTemplates {
    QString flow {};
    QString processor {};
    QString queue {};
    bool operator==(const LogTemplates &) const = default;

    static LogTemplates of(const SavedConnection &saved);
    void putInto(SavedConnection &saved) const;
    /// In words; "" fine.
    static QString fault(const QString &pattern);
    static QString words(const rules::LogLinkFault &fault);
};

} // namespace signalbox
