// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/call.h"
#include "app/client/errors.h"

#include <functional>
#include <utility>

namespace signalbox {

/// Hands a settled answer to a function; for the link's own questions.
class LocalCall final : public Call {
public:
    explicit LocalCall(std::function<void(const Reply &)> done)
        : m_done(std::move(done))
    {
    }
    void part(std::string body, bool last) override
    {
        if (last)
            settle(replyFrom(std::move(body), 0, {}));
    }
    void failed(const GatewayError &error) override { settle(unexpected(error)); }

private:
    void settle(const Reply &reply)
    {
        if (auto done = std::exchange(m_done, {}))
            done(reply);
    }
    std::function<void(const Reply &)> m_done;
};

} // namespace signalbox
