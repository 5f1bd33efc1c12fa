// SPDX-License-Identifier: GPL-3.0-only
// What the service `fabric` knows about workers. Implemented by the demo line.
#pragma once

#include "app/gateway/services/servicefault.h"
#include "models/schema/fabric.h"

#include <string>
#include <vector>

namespace signalbox::gateway {

/// Thread-safe.
class ProcessorRegistry {
public:
    virtual ~ProcessorRegistry() = default;
    [[nodiscard]] virtual std::vector<schema::ProcessorRow> processors() const = 0;
};

struct LineCommand {
    std::string action; ///< pause resume speed fail
    std::string workspace; ///< of the caller: "*" or the one workspace it may touch
    std::string processor;
    std::string variant; ///< "" = all variants of the processor
    double factor = 1; ///< of `speed`
};

/// Thread-safe. Returns how many workers were affected; errors: not-found, invalid-argument.
class LineControl {
public:
    virtual ~LineControl() = default;
    virtual Expected<std::int64_t, ServiceFault> control(const LineCommand &command) = 0;
};

} // namespace signalbox::gateway
