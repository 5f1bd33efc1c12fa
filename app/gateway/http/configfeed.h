// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/fabric/fabric.h"
#include "models/schema/config.h"

#include <functional>
#include <memory>
#include <vector>

namespace signalbox::gateway {

/// One subscription to `notify:tg:config`, shared by the workspace registry and the event hub.
/// Handlers are added before start() and run on the publisher's thread before its call returns, in
/// the order of the versions.
class ConfigFeed {
public:
    using Handler = std::function<void(const schema::ConfigNotice &)>;
    explicit ConfigFeed(Backend &fabric);
    ~ConfigFeed();
    ConfigFeed(const ConfigFeed &) = delete;
    ConfigFeed &operator=(const ConfigFeed &) = delete;

    void onNotice(Handler handler);
    FabricResult<Done> start();
    void stop();
    [[nodiscard]] std::int64_t undecodable() const;

private:
    struct Data;
    Backend &m_fabric;
    std::shared_ptr<Data> m_data;
};

} // namespace signalbox::gateway
