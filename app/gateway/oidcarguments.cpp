// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/oidcarguments.h"

#include "app/gateway/http/fetch.h"
#include "models/rules/roles.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace signalbox::gateway {

void describe(CLI::App &app, OidcArguments &arguments)
{
    OidcOptions &options = arguments.options;
    app.add_option("--oidc-issuer", options.issuer,
           "Accept the tokens of this OpenID provider, https://… exactly as it calls itself")
        ->envname("SIGNALBOX_GATEWAY_OIDC_ISSUER");
    app.add_option("--oidc-audience", options.audiences,
           "A token must be meant for this audience; may be given several times")
        ->envname("SIGNALBOX_GATEWAY_OIDC_AUDIENCE");
    app.add_option("--oidc-user-claim", options.userClaim,
           "Claim with the name of a user; without it email, then sub")
        ->envname("SIGNALBOX_GATEWAY_OIDC_USER_CLAIM")
        ->capture_default_str();
    app.add_option("--oidc-role-claim", options.roleClaim,
           "Claim with the roles of a user, or a path to it: realm_access.roles")
        ->envname("SIGNALBOX_GATEWAY_OIDC_ROLE_CLAIM")
        ->capture_default_str();
    app.add_option("--oidc-role", arguments.roles,
           "VALUE=ROLE: who has VALUE in that claim is reader, writer or admin; may be given "
           "several times, without it the claim holds those names themselves")
        ->envname("SIGNALBOX_GATEWAY_OIDC_ROLE");
    app.add_option("--oidc-workspace-claim", options.workspaceClaim,
           "Claim with the workspaces of a user, the first in use is his home")
        ->envname("SIGNALBOX_GATEWAY_OIDC_WORKSPACE_CLAIM")
        ->capture_default_str();
    app.add_option("--oidc-workspace", options.workspace, "Home of users without that claim")
        ->envname("SIGNALBOX_GATEWAY_OIDC_WORKSPACE")
        ->capture_default_str();
    app.add_option("--oidc-leeway", arguments.leewaySeconds,
           "Seconds by which the provider's clock may differ")
        ->envname("SIGNALBOX_GATEWAY_OIDC_LEEWAY")
        ->check(CLI::Range(0, 600))
        ->capture_default_str();
    app.add_option("--oidc-ca", arguments.authorities,
           "PEM file with the authorities that may vouch for the provider, instead of the system's")
        ->envname("SIGNALBOX_GATEWAY_OIDC_CA");
}

Expected<OidcOptions, std::string> optionsOf(const OidcArguments &arguments)
{
    OidcOptions options = arguments.options;
    if (options.issuer.empty())
        return options;
    if (!trustworthyUrl(options.issuer))
        return unexpected("--oidc-issuer must be an https address, or http on this machine");
    if (options.audiences.empty())
        return unexpected(
            std::string("--oidc-issuer needs --oidc-audience: without one, every token of the "
                        "provider would count, whomever it was meant for"));
    const auto known = rules::allRoles();
    for (const std::string &pair : arguments.roles) {
        const std::size_t at = pair.rfind('=');
        const std::string role = at == std::string::npos ? "" : pair.substr(at + 1);
        if (at == 0 || std::find(known.begin(), known.end(), role) == known.end())
            return unexpected("--oidc-role " + pair + ": must be VALUE=reader, writer or admin");
        options.roles.emplace_back(pair.substr(0, at), role);
    }
    options.leeway = std::chrono::seconds(arguments.leewaySeconds);
    auto fetch = makeFetch(arguments.authorities);
    if (!fetch)
        return unexpected("--oidc-ca: " + fetch.error());
    options.fetch = std::move(*fetch);
    return options;
}

} // namespace signalbox::gateway
