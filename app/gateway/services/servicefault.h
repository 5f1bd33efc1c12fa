// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <string>

namespace signalbox::gateway {

/// An error of a service as it goes over the wire: {"error":{"type","message"}} (TG §1.4).
struct ServiceFault {
    std::string type;
    std::string message;
    bool operator==(const ServiceFault &) const = default;
};

inline ServiceFault notFound(std::string message)
{
    return { "not-found", std::move(message) };
}
inline ServiceFault invalid(std::string message)
{
    return { "invalid-argument", std::move(message) };
}
inline ServiceFault flowError(std::string message)
{
    return { "flow-error", std::move(message) };
}

} // namespace signalbox::gateway
