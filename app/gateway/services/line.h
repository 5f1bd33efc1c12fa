// SPDX-License-Identifier: GPL-3.0-only
// The workers behind processor entries as the service `fabric` sees them, contract
// signalbox-gateway §6.
#pragma once

#include "app/gateway/fabric/fabric.h"

#include <cstdint>
#include <string>
#include <vector>

namespace signalbox::gateway {

/// Rows of all workers known to this process. Thread-safe, does not block for long (no I/O).
class ProcessorRegistry {
public:
    virtual ~ProcessorRegistry() = default;
    /// Sorted by workspace, processor, variant.
    [[nodiscard]] virtual std::vector<schema::ProcessorRow> processors() const = 0;
};

/// Which workers an operation is about. An empty member matches every one.
struct LineTarget {
    std::string processor;
    std::string variant;
    std::string workspace;
};

/// Controls of the workers (`line-control`). Thread-safe. Each answers how many workers were
/// affected; NoQueue when none matches, Conflict when the state of all that match forbids it, Limit
/// for a bad factor.
class LineControl {
public:
    virtual ~LineControl() = default;
    /// Takes no further message; what it holds is finished. Its consumers stay attached.
    virtual FabricResult<std::int64_t> pause(const LineTarget &target) = 0;
    /// Ends a pause; a dead worker is started anew.
    virtual FabricResult<std::int64_t> resume(const LineTarget &target) = 0;
    /// 1 = as designed, 2 = twice as fast; 0.01 … 100.
    virtual FabricResult<std::int64_t> speed(const LineTarget &target, double factor) = 0;
    /// Dies like a crashed process: its consumers close, what it held is redelivered, nobody
    /// restarts it.
    virtual FabricResult<std::int64_t> fail(const LineTarget &target) = 0;
};

} // namespace signalbox::gateway
