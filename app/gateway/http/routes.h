// SPDX-License-Identifier: GPL-3.0-only
// The route table of TG §1.2 as a plain function.
#pragma once

#include "app/gateway/http/answer.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox::gateway {

struct Target {
    std::vector<std::string> segments; ///< of the path, each percent-decoded
    std::vector<std::pair<std::string, std::string>> query;
    [[nodiscard]] std::optional<std::string> queryValue(std::string_view name) const;
};

/// nullopt: not a target at all (broken percent encoding, no leading slash).
std::optional<Target> parseTarget(std::string_view text);

struct Route {
    enum class Kind {
        Version,
        Login,
        Bootstrap,
        BootstrapStatus,
        ChangePassword,
        Iam,
        Workspace, ///< /api/v1/{kind}, `name` = kind; unknown kinds too (their operation is
                   ///< unknown)
        FlowService, ///< `flow`, `name` = kind
        Socket,
        Events,
        Import,
        Export,
        ImportCore,
        ExportCore,
        DocumentStream,
        Pack, ///< `name` = language
        Scrape, ///< /metrics
        Portal, ///< `name` = the service `portal` or `ops`, as models/rules/resource.h has them
        Chat, ///< `name` = conversation
        Metrics, ///< `name` = path below /api/metrics/
        Refused ///< `refusal` is the answer
    };
    Kind kind = Kind::Refused;
    std::string name;
    std::string flow;
    Answer refusal;
    [[nodiscard]] bool webSocket() const;
};

Route routeOf(std::string_view method, const Target &target);

} // namespace signalbox::gateway
