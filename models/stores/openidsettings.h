// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/savedconnection.h"

namespace signalbox {

/// What a connection keeps about the OpenID provider that it signs in at. Nothing of it is secret.
struct OpenIdSettings {
    QString issuer {}; ///< https://…
    QString clientId {};
    QString scopes {}; ///< "" = those that are asked for anyway
    QString audience {}; ///< "" = as the provider decides
    bool operator==(const OpenIdSettings &) const = default;

    /// One sentence each, "" = none. An issuer is https, or http on this very machine.
    QString issuerFault() const;
    QString clientIdFault() const;

    static QString usualScopes() { return QStringLiteral("openid profile offline_access"); }
    static OpenIdSettings of(const SavedConnection &connection);
    /// Empty ones are not kept at all.
    void putInto(SavedConnection &connection) const;
    static void removeFrom(SavedConnection &connection) { OpenIdSettings().putInto(connection); }
};

} // namespace signalbox
