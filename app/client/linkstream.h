// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/call.h"

#include <functional>

namespace signalbox {

/// A running stream on the GUI thread. Deleting it cancels.
class LinkStream final : public Subscription {
public:
    LinkStream(std::shared_ptr<StreamSink> sink, std::function<void()> cancelFarEnd);
    ~LinkStream() override;
    void cancel() override;
    void deliver(const std::string &body, bool last);
    void fail(const GatewayError &error);

private:
    std::shared_ptr<StreamSink> m_sink;
    std::function<void()> m_cancelFarEnd;
    bool m_over = false;
};

} // namespace signalbox
