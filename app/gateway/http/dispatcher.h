// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/http/fabriccalls.h"
#include "app/gateway/http/gatekeeper.h"
#include "app/gateway/http/limits.h"
#include "app/gateway/metrics/meters.h"

#include <memory>
#include <string>

namespace signalbox::gateway {

/// An authorised call. `request` is the JSON object of the client.
struct ServiceCall {
    std::string service; ///< system or workspace service, or the kind of a flow-hosted one
    std::string operation; ///< "" for flow-hosted
    std::string workspace;
    std::string flow; ///< "" for the others
    std::string request;
    Identity who;
    bool leasedHereOnly = false; ///< what lets it change something is for `workspace` alone
};

/// How a call ended. Exactly one of the texts is set.
struct CallOutcome {
    std::string payload; ///< JSON of the service: its last part, or `{"error":{…}}`
    std::string edgeError; ///< refused at the edge: `Invalid flow ws/f` …
};

/// Sends authorised calls to the services over the fabric. Thread-safe; callbacks on any thread,
/// `done` exactly once (after cancel() it is not called any more).
class Dispatcher {
public:
    using Part = std::function<void(std::string payload)>;
    using DoneFn = std::function<void(CallOutcome)>;
    struct Running;

    Dispatcher(Backend &fabric, FabricCalls &calls, const HttpLimits &limits);
    void setMeters(metrics::Meters *meters) { m_meters = meters; } ///< before the first call
    std::shared_ptr<Running> start(ServiceCall call, Part part, DoneFn done);
    void cancel(const std::shared_ptr<Running> &running);

private:
    void startSystem(const std::shared_ptr<Running> &running);
    void startFlowHosted(const std::shared_ptr<Running> &running);
    void callInterface(const std::shared_ptr<Running> &running, const std::string &record);
    void send(const std::shared_ptr<Running> &running, RequestTopics topics, std::string value,
        Recipient last, bool ownRequester);
    void stop(const ServiceCall &call, const FabricCalls::Ticket &ticket);

    Backend &m_fabric;
    FabricCalls &m_calls;
    HttpLimits m_limits;
    metrics::Meters *m_meters = nullptr;
};

/// Is `part` the last answer of a flow-hosted service? The end flags of TG §4.7.
bool isLastPart(std::string_view kind, std::string_view part);
/// "" or the member that the request lacks (trap 3: the error message is the quoted name).
std::string missingMember(const ServiceCall &call);

} // namespace signalbox::gateway
