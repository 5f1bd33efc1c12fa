// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/requestserver.h"
#include "app/gateway/services/tenantcore.h"

namespace signalbox::gateway {

/// Between channels and orchestrator: 30 messages a minute for each tenant and channel (tests of
/// the console have a bucket of their own), the same message once in 24 h, and the thread stays
/// engaged with its agent for 30 min. What passes goes on as it came, extras included.
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
    /// As refuse(), of a message that stands in the thread: so does that it was refused.
    void refuseStored(const rules::TenantId &tenant, const std::string &conversation,
        const std::string &thread, const char *code, const std::string &message);

    TenantCore &m_core;
    const TokenBucket m_bucket;
    std::shared_ptr<Producer> m_onward;
};

} // namespace signalbox::gateway
