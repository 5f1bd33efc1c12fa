// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::rules {

/// What the logs are wanted of. A part that the thing has not stays empty.
struct LogPlace {
    std::string workspace {};
    std::string flow {};
    std::string processor {};
    std::string queue {};
};

/// Why a template of a link to logs cannot be used.
struct LogLinkFault {
    enum Kind {
        NotWeb, ///< begins with neither http:// nor https://
        NoHost,
        Account, ///< a name or password before the host
        PlaceholderInHost, ///< a name from outside must not decide whom one asks
        Unknown, ///< placeholder; `text` is what stands between the braces
        Brace, ///< one that is not closed, or not opened
        Character, ///< a blank or a control character
        Missing, ///< the thing has no such part; `text` names it
    };
    Kind kind = NotWeb;
    std::string text {};
    bool operator==(const LogLinkFault &) const = default;
};

/// Placeholders, written in braces.
inline constexpr std::array<std::string_view, 4> logPlaceholders { "workspace", "flow", "processor",
    "queue" };

/// nullopt: it can be used. An empty one is no fault: there are no logs to open.
std::optional<LogLinkFault> logLinkFault(std::string_view pattern);

struct LogLink {
    std::string address {}; ///< empty when there is a fault
    std::optional<LogLinkFault> fault {};
};
/// The address, every value percent-encoded so that none of them can add to it.
LogLink logLink(std::string_view pattern, const LogPlace &place);

} // namespace signalbox::rules
