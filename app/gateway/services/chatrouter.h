// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/requestserver.h"
#include "app/gateway/services/servicefault.h"
#include "app/gateway/services/tenantcore.h"

namespace signalbox::gateway {

/// Between channels and orchestrator: 30 messages a minute for each tenant and channel (tests of
/// the console have a bucket of their own), the same message once in 24 h, nothing for a tenant
/// that is halted or an agent that is switched off, and the thread stays engaged with its agent for
/// 30 min. What passes goes on as it came, extras included.
class ChatRouter final : public RequestServer {
public:
    explicit ChatRouter(TenantCore &core, TokenBucket bucket = {});
    ~ChatRouter() override;

private:
    Expected<Done, std::string> prepare() override;
    std::string handle(const Request &request) override;
    [[nodiscard]] std::string errorType() const override { return "router-error"; }
    void refuse(const rules::TenantId &tenant, const std::string &conversation, const char *code,
        const std::string &message);
    enum class Tell { Here, AlsoOtherChannels };
    /// As refuse(), of a message that stands in the thread: so does that it was refused. To users
    /// of other channels only where that cannot answer a flood with another one.
    void refuseStored(const rules::TenantId &tenant, const std::string &conversation,
        const std::string &thread, const ServiceFault &why, Tell tell);
    /// Why nobody would answer there now.
    std::optional<ServiceFault> closed(const rules::TenantId &tenant, const std::string &thread);

    TenantCore &m_core;
    const TokenBucket m_bucket;
    std::shared_ptr<Producer> m_onward;
};

} // namespace signalbox::gateway
