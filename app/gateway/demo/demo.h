// SPDX-License-Identifier: GPL-3.0-only
// The demo platform: `signalbox-gateway --demo`.
//   options.flowStep = demo::StopDrill();   // one flow that hangs in `stopping`
//   Platform platform(options);  platform.start();
//   demo::Demo demo(platform, {});
//   demo.start();                       // returns at once
//   …
//   demo.quiesce();                     // sources fall silent
//   platform.stop([&] { demo.stop(); });
// Workers of dead or slow stations never drain, so give the platform a short `drain` (drainTime).
#pragma once

#include "app/gateway/demo/line.h"
#include "app/gateway/demo/stopdrill.h"
#include "app/gateway/services/platform.h"

namespace signalbox::gateway::demo {

constexpr std::chrono::milliseconds drainTime { 1000 };

struct DemoOptions {
    LineOptions line;
    bool seed = true;
    bool shuttle =
        true; ///< the flow that is stopped and started again, and the one that hangs in `stopping`
};

/// Thread-safe after start(); start(), quiesce() and stop() are called from one thread.
class Demo {
public:
    /// The platform has been started and outlives this.
    Demo(Platform &platform, DemoOptions options);
    ~Demo(); ///< stops

    Demo(const Demo &) = delete;
    Demo &operator=(const Demo &) = delete;

    /// Workers, seeding and everything else happen on own threads.
    FabricResult<Done> start();
    void quiesce();
    void stop();

    [[nodiscard]] Line &line();
    /// Blocks until the seeding has succeeded or was found done; false after `timeout`.
    bool waitSeeded(std::chrono::milliseconds timeout) const;

private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

} // namespace signalbox::gateway::demo
