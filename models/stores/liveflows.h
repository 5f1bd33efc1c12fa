// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/rules/plan.h"

#include <QFuture>
#include <QStringList>

#include <vector>

namespace signalbox {

class Session;

/// What runs, as far as it can be read.
struct LiveFlows {
    std::vector<rules::LiveFlow> flows;
    QStringList unserved; ///< workspaces that are known and not served: their flows may run on
    QStringList unread; ///< those with flows that could not be read: these are not among them
};

/// All live flows with the blueprints they run, for planning over them. Fetches blueprints that are
/// missing. An error names the workspace; one that the back end does not serve, or that is
/// disabled, is no error. GUI thread.
QFuture<Answer<LiveFlows>> liveFlows(Session *session);

} // namespace signalbox
