// SPDX-License-Identifier: GPL-3.0-only
// `/api/v1/events`, design "Events". First frame auth as on the mux (ClientFrame/ServerFrame).
#pragma once

#include "models/schema/config.h"
#include "models/schema/fabric.h"
#include "models/schema/ops.h"

namespace signalbox::schema {

struct Subscribe {
    std::vector<std::string> kinds; ///< config flow queue processor …
    std::optional<std::vector<std::string>> workspaces; ///< nullopt = "*"
    std::optional<std::vector<std::string>> tenants;
    std::optional<std::int64_t> since;
    /// Counts (queue, processor) come at most this often; what was replaced in between by this wish
    /// is not `dropped`. Absent: as they are sampled.
    std::optional<std::int64_t> intervalMs;
    bool operator==(const Subscribe &) const = default;
};

/// Is the kind one of the tenant platform's?
bool isTenantKind(std::string_view kind);

struct FlowEvent {
    std::string flow;
    std::string state; ///< running stopping stopped
    std::string blueprint;
    bool operator==(const FlowEvent &) const = default;
};

/// One server frame after sign-in. `queue` rows are absolute values, batched; `dropped` counts
/// queue rows that were coalesced away for this client since it subscribed (a newer value replaced
/// them).
struct Event {
    enum class Kind {
        Config,
        Flow,
        Queue,
        Processor,
        Lost,
        Gap,
        Subscribed,
        Unknown,
        Conversation, ///< this and those below: `tenant` and `about`
        Message,
        Typing,
        Chunk,
        Tool,
        Confirmation,
        Escalation,
        Audit,
    };
    Kind kind = Kind::Unknown;
    std::string kindText;
    std::int64_t seq = 0;
    std::int64_t tsMs = 0;
    std::string workspace;
    std::string tenant;
    ConfigNotice config;
    FlowEvent flow;
    std::vector<QueueRow> queues;
    std::vector<std::string> removedQueues;
    std::vector<ProcessorRow> processors;
    Members<std::int64_t> lost; ///< messages per queue that a graceful stop could not drain
    std::vector<TenantEvent> about; ///< one, for the kinds that have a tenant
    std::int64_t dropped = 0;
    std::int64_t gapFrom = 0;
    std::int64_t gapTo = 0;
    bool operator==(const Event &) const = default;
};

} // namespace signalbox::schema
